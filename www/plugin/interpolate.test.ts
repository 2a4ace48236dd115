import { CustomVariable, SceneFlexLayout, EmbeddedScene, SceneVariableSet, sceneGraph } from '@grafana/scenes';

import { interpolateQuery } from './interpolate';
import type { StreamQuery } from './types';

const replace = (text: string) => text.replaceAll('$v', 'X');

/** Each text of a query that a user writes, alone. */
const TEXTS: Array<[name: string, make: (text: string) => Partial<StreamQuery>]> = [
  ['path', (text) => ({ path: text })],
  ['subscribe', (text) => ({ subscribe: text })],
  ['unsubscribe', (text) => ({ unsubscribe: text })],
  ['params', (text) => ({ params: { subject: text, queue: 'q' } })],
  ['csv.separator', (text) => ({ format: 'csv', csv: { header: true, separator: text } })],
  ['fields.path', (text) => ({ fields: [{ path: text, role: 'label' }] })],
  ['fields.name', (text) => ({ fields: [{ path: '$.a', name: text }] })],
  ['fields.timeFormat', (text) => ({ fields: [{ path: '$.a', role: 'time', timeFormat: text }] })],
  ['fields.unit', (text) => ({ fields: [{ path: '$.a', unit: text }] })],
  ['filter.path', (text) => ({ filter: [{ path: text, op: '>', value: 5 }] })],
  ['filter.value', (text) => ({ filter: [{ path: '$.a', op: '==', value: text }] })],
  ['deleteWhen.path', (text) => ({ deleteWhen: [{ path: text, op: 'exists', value: false }] })],
  ['parse', (text) => ({ parse: [text] })],
  ['clearWhen.path', (text) => ({ clearWhen: [{ path: text, op: 'exists', value: false }] })],
  ['deleteWhen.value', (text) => ({ deleteWhen: [{ path: '$.a', op: 'contains', value: text }] })],
  ['keys', (text) => ({ mode: 'upsert', keys: ['$.a', text] })],
  ['expireAfter', (text) => ({ expireAfter: text })],
  ['window', (text) => ({ window: text })],
  ['bucket.interval', (text) => ({ bucket: { interval: text, reduce: 'ohlc' } })],
  ['backfill.url', (text) => ({ backfill: { url: text, format: 'json' } })],
  ['backfill.fields.path', (text) => ({ backfill: { url: '/h', fields: [{ path: text }] } })],
  ['backfill.fields.name', (text) => ({ backfill: { url: '/h', fields: [{ path: '$.a', name: text }] } })],
];

it.each(TEXTS)('replaces the variables of %s, and leaves the query that is stored as it is', (_, make) => {
  const query: StreamQuery = { refId: 'A', ...make('<$v>') };
  expect(interpolateQuery(query, replace)).toEqual({ refId: 'A', ...make('<X>') });
  expect(query).toEqual({ refId: 'A', ...make('<$v>') });
});

it('leaves alone what names something in Grafana or in the model', () => {
  const query = {
    refId: '$v',
    queryType: '$v',
    datasource: { type: '$v', uid: '$v' },
    hide: false,
    capacity: 10,
    maxRate: 2.5,
    maxSeries: 7,
  };
  expect(interpolateQuery(query, replace)).toEqual(query);
});

describe("with Grafana's own variables", () => {
  function scene(value: string | string[]) {
    const symbol = new CustomVariable({
      name: 'symbol',
      query: 'btc.x,eth',
      isMulti: Array.isArray(value),
      value,
      text: value,
    });
    return new EmbeddedScene({
      $variables: new SceneVariableSet({ variables: [symbol] }),
      body: new SceneFlexLayout({ children: [] }),
    });
  }

  function valueOf(written: string, chosen: string | string[]) {
    const on = scene(chosen);
    const query: StreamQuery = { refId: 'A', filter: [{ path: '$.s', op: 'matches', value: written }] };
    return interpolateQuery(query, (text) => sceneGraph.interpolate(on, text)).filter?.[0].value;
  }

  it('makes a regular expression of several values, as the tooltip of the condition says', () => {
    const pattern = valueOf('^${symbol:regex}$', ['btc.x', 'eth']);
    expect(pattern).toBe('^(btc\\.x|eth)$');
    expect(['btc.x', 'eth', 'btc-x', 'ethx'].map((text) => new RegExp(String(pattern)).test(text))).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });

  it('makes one of a single value too', () => {
    expect(valueOf('^${symbol:regex}$', 'btc.x')).toBe('^btc\\.x$');
  });

  it('leaves JSONPaths, and dollars that are no variable, as they are', () => {
    const on = scene('btc');
    const query: StreamQuery = {
      refId: 'A',
      fields: [{ path: "$.data['odd key'][0]" }, { path: '$' }, { path: '$.$symbol.p' }],
      filter: [{ path: '$.s', op: 'matches', value: '^a$' }],
    };
    expect(interpolateQuery(query, (text) => sceneGraph.interpolate(on, text))).toEqual({
      refId: 'A',
      fields: [{ path: "$.data['odd key'][0]" }, { path: '$' }, { path: '$.btc.p' }],
      filter: [{ path: '$.s', op: 'matches', value: '^a$' }],
    });
  });
});

it('leaves what another data source is asked to that data source', () => {
  const backfill = { datasource: { uid: '$ds' }, query: { sql: 'select $a', refId: '$b' } };
  expect(interpolateQuery({ refId: 'A', path: '$c', backfill }, () => 'x')).toEqual({
    refId: 'A',
    path: 'x',
    backfill,
  });
});
