import { LoadingState } from '@grafana/data';

import type { StreamQuery } from './types';
import { inStoredPlaces, withoutUnfinished } from './unfinished';

const query = (part: object) => ({ refId: 'A', ...part }) as StreamQuery;

it('leaves out the fields that have no path yet', () => {
  const rows = [{ path: '$.a' }, { path: '' }, { path: ' \t' }];
  const kept = [{ path: '$.a' }];
  expect(withoutUnfinished(query({ fields: rows, backfill: { url: 'history', fields: rows } }))).toEqual(
    query({ fields: kept, backfill: { url: 'history', fields: kept } })
  );
});

it('leaves conditions and keys to the engine, which passes over blank ones and counts them', () => {
  const rows = [{ path: '' }, { path: '$.a' }];
  const lists = { filter: rows, deleteWhen: rows, keys: ['', '$.a'] };
  expect(withoutUnfinished(query(lists))).toEqual(query(lists));
});

it.each([
  ['a path that is a number', { fields: [{ path: 5 }] }],
  ['a path that is null', { fields: [{ path: null }] }],
  ['a row without a path', { fields: [{ role: 'time' }] }],
  ['rows that are none', { fields: [null, 7, '$.a', []] }],
  ['fields that are none', { fields: '$.a' }],
  ['fields that are null', { fields: null, backfill: null }],
  ['a history that is none', { backfill: 'history' }],
  ['a history whose fields are none', { backfill: { url: 'history', fields: 5 } }],
])('leaves %s to the engine', (_, part) => {
  expect(withoutUnfinished(query(part))).toEqual(query(part));
});

describe('an error', () => {
  const fields = [{ path: '' }, { path: '$.a' }, { path: ' ' }, { path: '$.b[' }];
  const queries = [
    query({ refId: 'B' }),
    query({ fields, backfill: { url: 'h', fields: [{ path: '' }, { path: 5 }] } }),
  ];
  const placed = (message: string, refId?: string) => {
    const error = { message, refId };
    const packet = { data: [], state: LoadingState.Error, error, errors: [error] };
    const { errors, error: first } = inStoredPlaces(packet, queries);
    expect(first).toEqual(errors?.[0]);
    return errors?.[0].message;
  };

  it.each([
    ['fields[0].role is "x": write one', 'fields[1].role is "x": write one'],
    ['fields[1].path is "fields[1]": no', 'fields[3].path is "fields[1]": no'],
    ['backfill.fields[0].path is "5": write a text', 'backfill.fields[1].path is "5": write a text'],
    ['filter[1].path is "a": no', 'filter[1].path is "a": no'],
    ['the connection was given up, fields[0]', 'the connection was given up, fields[0]'],
    ['fields[7].path is beyond what is known', 'fields[7].path is beyond what is known'],
  ])('of the engine names the field in its stored place: %s', (message, expected) => {
    expect(placed(message, 'A')).toBe(expected);
  });

  it('of another query, or of none, stays as it is', () => {
    expect(placed('fields[0].path', 'B')).toBe('fields[0].path');
    expect(placed('fields[0].path', 'C')).toBe('fields[0].path');
    expect(placed('fields[0].path')).toBe('fields[0].path');
  });

  it('is what a packet may be without', () => {
    const packet = { data: [], state: LoadingState.Streaming };
    expect(inStoredPlaces(packet, queries)).toBe(packet);
  });
});
