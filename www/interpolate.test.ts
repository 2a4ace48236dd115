import { interpolateQuery } from './interpolate';
import type { StreamQuery } from './types';

const QUERY: StreamQuery = {
  refId: '$v',
  queryType: '$v',
  datasource: { type: '$v', uid: '$v' },
  hide: false,
  path: '/$v',
  subscribe: '{"id":"$v"}',
  unsubscribe: 'stop $v',
  format: 'json',
  capacity: 10,
  fields: [{ path: "$['$v']", name: '$v', unit: '$v', timeFormat: '$v', role: 'time' }],
  filter: [{ path: '$.$v', op: '==', value: '$v' }],
  keys: ['$.$v'],
  expireAfter: '$v',
  window: '$v',
  bucket: { interval: '$v', reduce: 'last' },
  backfill: { url: '/h/$v', fields: [{ path: '$.$v' }] },
};

it('replaces the variables of every text of the user, however deep, and nothing else', () => {
  const before = JSON.parse(JSON.stringify(QUERY));
  expect(interpolateQuery(QUERY, (text) => text.replaceAll('$v', 'X'))).toEqual({
    refId: '$v',
    queryType: '$v',
    datasource: { type: '$v', uid: '$v' },
    hide: false,
    path: '/X',
    subscribe: '{"id":"X"}',
    unsubscribe: 'stop X',
    format: 'json',
    capacity: 10,
    fields: [{ path: "$['X']", name: 'X', unit: 'X', timeFormat: 'X', role: 'time' }],
    filter: [{ path: '$.X', op: '==', value: 'X' }],
    keys: ['$.X'],
    expireAfter: 'X',
    window: 'X',
    bucket: { interval: 'X', reduce: 'last' },
    backfill: { url: '/h/X', fields: [{ path: '$.X' }] },
  });
  expect(QUERY).toEqual(before);
});
