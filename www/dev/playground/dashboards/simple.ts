import type { DashboardDefinition } from './definition';

/** The feed of Grafana's streaming tutorial, read with an empty query: nothing has to be chosen. */
export const simple: DashboardDefinition = {
  uid: 'simple',
  title: 'First steps',
  icon: 'rocket',
  from: 'now-1m',
  panels: [
    {
      title: 'Every value as it comes',
      description:
        'Messages such as `{"time": 1700000000000, "value": 0.42}`. The query names a path and nothing else.',
      visualization: 'timeseries',
      grid: [0, 0, 16, 10],
      targets: [{ refId: 'A', path: '/simple?period=100' }],
    },
    {
      title: 'Newest value',
      visualization: 'stat',
      options: { textMode: 'value_and_name' },
      grid: [16, 0, 8, 5],
      targets: [{ refId: 'A', path: '/simple?period=100' }],
      fieldConfig: { defaults: { decimals: 2 } },
    },
    {
      title: 'The same, from binary messages',
      visualization: 'stat',
      options: { textMode: 'value_and_name' },
      grid: [16, 5, 8, 5],
      targets: [{ refId: 'A', path: '/binary?period=100' }],
      fieldConfig: { defaults: { decimals: 2 } },
    },
    {
      title: 'Newest 50 rows',
      visualization: 'table',
      grid: [0, 10, 24, 9],
      targets: [{ refId: 'A', path: '/simple?period=100', capacity: 50 }],
    },
  ],
};
