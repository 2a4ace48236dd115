import type { DataSourceSettings } from '@grafana/data';
import { NEW_DASHBOARD } from '../chrome/address';
import type { DashboardDefinition } from './definition';

/**
 * What "Build a dashboard" leads to: one panel that reads the data source with an empty query, over the last 6 hours as
 * Grafana has it at first. The legend says the last values, too, which Grafana's own does when it is asked to.
 */
export function newDashboard({ uid, name, jsonData }: DataSourceSettings) {
  return {
    uid: NEW_DASHBOARD,
    title: 'New dashboard',
    icon: 'apps',
    from: 'now-6h',
    dataSource: { uid, name, jsonData },
    panels: [
      {
        title: 'New panel',
        visualization: 'timeseries',
        grid: [0, 0, 24, 12],
        options: { legend: { showLegend: true, displayMode: 'list', placement: 'bottom', calcs: ['lastNotNull'] } },
        targets: [{ refId: 'A' }],
      },
    ],
  } satisfies DashboardDefinition;
}
