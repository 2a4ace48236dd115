import type { StreamQuery } from './types';
import { withoutUnfinished } from './unfinished';

const query = (part: object) => ({ refId: 'A', ...part }) as StreamQuery;

it('leaves out the rows that have no path yet', () => {
  const rows = [{ path: '$.a' }, { path: '' }, { path: ' \t' }];
  const backfill = { url: 'history', fields: rows };
  const lists = { fields: rows, filter: rows, deleteWhen: rows, keys: ['$.a', '', ' '], backfill };
  const kept = [{ path: '$.a' }];
  expect(withoutUnfinished(query(lists))).toEqual(
    query({ fields: kept, filter: kept, deleteWhen: kept, keys: ['$.a'], backfill: { url: 'history', fields: kept } })
  );
});

it.each([
  ['a path that is a number', { fields: [{ path: 5 }] }],
  ['a path that is null', { filter: [{ path: null, op: '==' }] }],
  ['a row without a path', { deleteWhen: [{ op: '==' }] }],
  ['rows that are none', { fields: [null, 7, '$.a', []] }],
  ['keys that are no texts', { keys: [5, null] }],
  ['lists that are none', { fields: '$.a', filter: 5, keys: { a: 1 }, deleteWhen: true }],
  ['lists that are null', { fields: null, filter: null, keys: null, deleteWhen: null, backfill: null }],
  ['a history that is none', { backfill: 'history' }],
  ['a history whose fields are none', { backfill: { url: 'history', fields: 5 } }],
])('leaves %s to the engine', (_, part) => {
  expect(withoutUnfinished(query(part))).toEqual(query(part));
});
