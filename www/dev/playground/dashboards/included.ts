import type { DataTransformerConfig, FieldConfigSource } from '@grafana/data';
import connections from '../../../plugin/dashboards/connections.json';
import logs from '../../../plugin/dashboards/logs.json';
import map from '../../../plugin/dashboards/map.json';
import sensors from '../../../plugin/dashboards/sensors.json';
import states from '../../../plugin/dashboards/states.json';
import topics from '../../../plugin/dashboards/topics.json';
import trades from '../../../plugin/dashboards/trades.json';
import type { StreamQuery } from '../../../plugin/types';
import { visualizations, type VisualizationId } from '../panels';
import type { DashboardDefinition, PanelDefinition, VariableDefinition } from './definition';

/** What is read of a dashboard as Grafana writes it (schema version 41, of Grafana 11.6). */
interface DashboardJson {
  uid: string;
  title: string;
  time: { from: string };
  templating: { list: VariableJson[] };
  panels: PanelJson[];
}

interface PanelJson {
  type: string;
  title: string;
  description?: string;
  gridPos: { x: number; y: number; w: number; h: number };
  targets: object[];
  transformations?: DataTransformerConfig[];
  options: object;
  fieldConfig: object;
}

interface VariableJson {
  type: string;
  name: string;
  label: string;
  query?: string;
  current?: { value: string };
}

function isVisualization(type: string): type is VisualizationId {
  return visualizations.some(({ id }) => id === type);
}

/** As Grafana's importer leaves a query: what stood for the data source is that of the panel, which the scene sets. */
function queryOf(target: object): StreamQuery {
  const { datasource, ...query } = target as StreamQuery;
  return query;
}

function panelOf(panel: PanelJson): PanelDefinition {
  const { type, title, description, gridPos, targets, transformations, options, fieldConfig } = panel;
  if (!isVisualization(type)) {
    throw new Error(`the panel "${title}" is of type ${type}, which this page cannot draw`);
  }
  return {
    title,
    description,
    visualization: type,
    grid: [gridPos.x, gridPos.y, gridPos.w, gridPos.h],
    targets: targets.map(queryOf),
    transformations,
    options,
    fieldConfig: fieldConfig as FieldConfigSource,
  };
}

function variableOf({ type, name, label, query = '', current }: VariableJson): VariableDefinition {
  if (type !== 'custom' && type !== 'textbox' && type !== 'adhoc') {
    throw new Error(`the variable "${name}" is of type ${type}, which this page does not have`);
  }
  return { type, name, label, query, value: current?.value ?? '' };
}

type Extra = Pick<DashboardDefinition, 'icon' | 'dataSource'>;

function included({ uid, title, time, templating, panels }: DashboardJson, extra: Extra): DashboardDefinition {
  return {
    uid,
    title: title.replace(/^Freshet: /, ''),
    from: time.from,
    variables: templating.list.map(variableOf),
    panels: panels.map(panelOf),
    ...extra,
  };
}

/** The dashboards that the plugin brings along, from the files that it ships. */
export const includedDashboards: DashboardDefinition[] = [
  included(sensors, { icon: 'chart-line' }),
  included(trades, { icon: 'dollar-alt' }),
  included(logs, { icon: 'align-left' }),
  included(topics, {
    icon: 'rss',
    dataSource: { uid: 'broker', name: 'Demo broker', path: '/mqtt', jsonData: { preset: 'mqtt' } },
  }),
  included(map, { icon: 'compass' }),
  included(states, { icon: 'power' }),
  included(connections, { icon: 'monitor' }),
];
