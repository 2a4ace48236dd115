import { PluginType, type PanelPlugin } from '@grafana/data';
import { candlestickPanel } from './candlestick';
import { geomapPanel } from './geomap';
import { logsPanel } from './logs';
import { statPanel } from './stat';
import { stateTimelinePanel } from './stateTimeline';
import { tablePanel } from './table';
import { timeSeriesPanel } from './timeseries';
import { trendPanel } from './trend';

/** The visualizations of this page, by the ids that Grafana uses. */
export const visualizations = [
  { id: 'timeseries', name: 'Time series', icon: 'graph-bar', plugin: timeSeriesPanel },
  { id: 'stat', name: 'Stat', icon: 'calculator-alt', plugin: statPanel },
  { id: 'table', name: 'Table', icon: 'table', plugin: tablePanel },
  { id: 'logs', name: 'Logs', icon: 'align-left', plugin: logsPanel },
  { id: 'candlestick', name: 'Candlestick', icon: 'signal', plugin: candlestickPanel },
  { id: 'geomap', name: 'Geomap', icon: 'compass', plugin: geomapPanel },
  { id: 'state-timeline', name: 'State timeline', icon: 'power', plugin: stateTimelinePanel },
  { id: 'trend', name: 'Trend', icon: 'chart-line', plugin: trendPanel },
] as const;

export type VisualizationId = (typeof visualizations)[number]['id'];

function described(id: string, name: string, plugin: PanelPlugin): PanelPlugin {
  plugin.meta = {
    id,
    name,
    sort: 1,
    type: PluginType.panel,
    module: '',
    baseUrl: '',
    info: {
      author: { name: '' },
      description: '',
      links: [],
      logos: { large: '', small: '' },
      screenshots: [],
      updated: '',
      version: '',
    },
  };
  return plugin;
}

export const panelPlugins: ReadonlyMap<string, PanelPlugin> = new Map(
  visualizations.map(({ id, name, plugin }) => [id, described(id, name, plugin as unknown as PanelPlugin)])
);
