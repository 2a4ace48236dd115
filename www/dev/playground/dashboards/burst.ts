import type { StreamQuery } from '../../../plugin/types';
import type { DashboardDefinition } from './definition';

const flood: StreamQuery = { refId: 'A', path: '/burst?rate=${rate}', capacity: 5000 };

export const burst: DashboardDefinition = {
  uid: 'burst',
  title: 'Throughput',
  icon: 'bolt',
  from: 'now-10s',
  variables: [{ name: 'rate', label: 'Messages per second', query: '100,1000,10000,50000,100000', value: '1000' }],
  panels: [
    {
      title: '${rate} messages per second, newest 5,000 rows',
      description: 'Open "Inspect" to see the counters of the connection.',
      visualization: 'timeseries',
      grid: [0, 0, 24, 10],
      targets: [flood],
    },
    {
      title: 'Newest value',
      visualization: 'stat',
      options: { textMode: 'value_and_name' },
      grid: [0, 10, 8, 8],
      targets: [flood],
    },
    {
      title: 'Newest rows of the same socket',
      visualization: 'table',
      grid: [8, 10, 16, 8],
      targets: [{ ...flood, capacity: 100 }],
    },
  ],
};
