import type { StreamQuery } from '../../../plugin/types';
import type { DashboardDefinition } from './definition';

const PUMP = 'plant:pump';
const TANK = 'plant:tank';

/** A query for values that are published on a channel. */
function channelOf(channel: string, refId: string, ...names: string[]): StreamQuery {
  const values = names.map((name) => ({ path: `$.data.${name}`, name }));
  return {
    refId,
    params: { channel },
    fields: [{ path: '$.data.ts', name: 'time', role: 'time', timeFormat: 'ms' }, ...values],
  };
}

/**
 * A data source with a preset: the feed server speaks the protocol of Centrifugo. All panels share one socket, on which
 * Freshet connects, subscribes and answers pings.
 */
export const protocols: DashboardDefinition = {
  uid: 'protocols',
  title: 'Protocols',
  icon: 'plug',
  from: 'now-1m',
  dataSource: { uid: 'demo-centrifugo', name: 'Demo Centrifugo', jsonData: { preset: 'centrifugo' } },
  panels: [
    {
      title: 'Pump',
      description: `The channel \`${PUMP}\`. Freshet logs in, subscribes and answers pings; the query names a channel.`,
      visualization: 'timeseries',
      grid: [0, 0, 12, 9],
      targets: [channelOf(PUMP, 'A', 'rpm')],
      fieldConfig: { defaults: { unit: 'rotrpm' } },
    },
    {
      title: 'Tank',
      description: `The channel \`${TANK}\`, over the same socket. Each panel gets only its own channel.`,
      visualization: 'timeseries',
      grid: [12, 0, 12, 9],
      targets: [channelOf(TANK, 'A', 'level', 'inflow')],
    },
    {
      title: 'Pump, newest rows',
      description: 'A channel that another panel reads as well: the server is asked for it once.',
      visualization: 'table',
      grid: [0, 9, 12, 8],
      targets: [{ ...channelOf(PUMP, 'A', 'rpm'), capacity: 20 }],
    },
    {
      title: 'A channel that is refused',
      description: 'The server refuses this subscription alone: the panel says why, and the others go on.',
      visualization: 'timeseries',
      grid: [12, 9, 12, 8],
      targets: [channelOf('plant:office', 'A', 'visitors')],
    },
  ],
};
