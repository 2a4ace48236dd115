import { query as laser } from '../../../../recordings/rosbridge-cbor.json';
import { query as loki } from '../../../../recordings/loki-tail.json';
import { query as msgpack } from '../../../../recordings/msgpack-telemetry.json';
import { query as mqtt } from '../../../../recordings/mqtt-bridge.json';
import { query as orderBook } from '../../../../recordings/order-book.json';
import { query as polygon } from '../../../../recordings/polygon-trades.json';
import { query as signalK } from '../../../../recordings/signal-k.json';
import type { StreamQuery } from '../../../plugin/types';
import type { DashboardDefinition, PanelDefinition } from './definition';
import { price, symbol, tradesOf } from './trades';

/** The query of a recording, on that recording without end. JSON has no literal types, so they are claimed here. */
function replayed(name: string, query: object): StreamQuery {
  return { ...(query as Partial<StreamQuery>), refId: 'A', path: `/replay/${name}?loop=1` };
}

/** The query with only these of its columns, by path; what tells rows apart stays. */
function only(query: StreamQuery, ...paths: string[]): StreamQuery {
  const fields = query.fields?.filter(({ path, role = 'value' }) => role !== 'value' || paths.includes(path));
  return { ...query, fields };
}

/** The query with the arrival for the time: a binary message is replayed as it was recorded, times and all. */
function asItArrives(query: StreamQuery): StreamQuery {
  return { ...query, fields: query.fields?.filter(({ role }) => role !== 'time') };
}

/** The query with numbers as they are, where a unit would round them. */
function withoutUnits(query: StreamQuery): StreamQuery {
  return { ...query, fields: query.fields?.map(({ unit, ...field }) => field) };
}

function panel(
  title: string,
  description: string,
  visualization: PanelDefinition['visualization'],
  grid: PanelDefinition['grid'],
  target: StreamQuery
): PanelDefinition {
  return { title, description, visualization, grid, targets: [target] };
}

const candles: StreamQuery = { ...tradesOf(price), bucket: { interval: '5s', reduce: 'ohlc' } };

/** What feeds of the world send, read with the queries that docs/feeds shows. */
export const feeds: DashboardDefinition = {
  uid: 'feeds',
  title: 'Feeds',
  icon: 'chart-line',
  from: 'now-1m',
  variables: [symbol],
  panels: [
    panel(
      'Order book',
      'Upsert: one row per side and price. A quantity of 0 takes the row away.',
      'table',
      [0, 0, 12, 9],
      withoutUnits(replayed('order-book', orderBook))
    ),
    panel(
      'Stock trades by symbol',
      'The symbol is a label: one series for each.',
      'timeseries',
      [12, 0, 6, 9],
      only(replayed('polygon-trades', polygon), '$.p')
    ),
    panel(
      'Candles of ${symbol}, 5 s each',
      'Buckets: trades become open, high, low and close in the browser.',
      'timeseries',
      [18, 0, 6, 9],
      candles
    ),
    panel(
      'Signal K: what a boat reports',
      'Rows out of two nested arrays, named by a path inside the message.',
      'timeseries',
      [0, 9, 12, 8],
      replayed('signal-k', signalK)
    ),
    panel(
      'Pumps, in MessagePack',
      'Binary messages, told apart from CBOR by what they hold.',
      'timeseries',
      [12, 9, 12, 8],
      asItArrives(only(replayed('msgpack-telemetry', msgpack), '$.temp'))
    ),
    panel(
      'Laser scan of a robot, in CBOR',
      'rosbridge with typed arrays: the first, the middle and the last distance.',
      'timeseries',
      [0, 17, 12, 8],
      only(replayed('rosbridge-cbor', laser), '$.msg.ranges[0]', '$.msg.ranges[4]', '$.msg.ranges[-1]')
    ),
    panel(
      'Newest value of each MQTT topic',
      'Upsert by topic, with a filter on its end.',
      'table',
      [12, 17, 12, 8],
      replayed('mqtt-bridge', mqtt)
    ),
    panel(
      'Loki tail',
      'The logs view: lines with a severity and labels.',
      'logs',
      [0, 25, 24, 9],
      replayed('loki-tail', loki)
    ),
  ],
};
