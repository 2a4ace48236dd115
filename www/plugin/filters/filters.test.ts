import {
  CoreApp,
  createDataFrame,
  type DataQueryResponse,
  type DataSourceInstanceSettings,
  FieldType,
  hasLogsContextSupport,
  hasQueryModificationSupport,
  hasSupplementaryQuerySupport,
  hasToggleableQueryFiltersSupport,
} from '@grafana/data';
import { setTemplateSrv, type TemplateSrv } from '@grafana/runtime';
import { of } from 'rxjs';

import { FreshetDataSource } from '../datasource';
import type { EngineRequest, StreamRequest } from '../engine/types';
import type { FreshetOptions, StreamQuery } from '../types';
import { pathOf, shownAs, withFilters } from './conditions';
import { hasFilter, modified, toggled } from './explore';

const QUERY: StreamQuery = {
  refId: 'A',
  fields: [
    { path: '$.site.name', name: 'Site', role: 'label' },
    { path: '$.lvl' },
    { path: '$.readings[*].value' },
    { path: "$['odd key']" },
  ],
};

describe('the place of a value that a panel names', () => {
  it.each([
    ['Site', '$.site.name'],
    ['lvl', '$.lvl'],
    ['severity', '$.lvl'],
    ['value', '$.readings[*].value'],
    ['odd key', "$['odd key']"],
    // Not among the fields: where the engine finds it by itself.
    ['device', '$.device'],
    ['readings.temperature', '$.readings.temperature'],
    ["it's.odd", "$['it\\'s'].odd"],
    ['$.a[0]', '$.a[0]'],
  ])('of %s is %s', (key, path) => {
    expect(pathOf(QUERY, key)).toBe(path);
  });

  it('is not taken for what every object has', () => {
    expect(['constructor', '__proto__', 'toString'].map((key) => pathOf(QUERY, key))).toEqual([
      '$.constructor',
      '$.__proto__',
      '$.toString',
    ]);
  });

  it('goes by the last name of a path, as the engine does', () => {
    expect(['$.a.b', '$.a[0]', '$.a[*].b[-1]', '$["x y"]', '$[1]'].map((path) => shownAs({ path }))).toEqual([
      'b',
      'a',
      'b',
      'x y',
      '$[1]',
    ]);
  });
});

describe('ad hoc filters', () => {
  const conditions = (operator: string, value: string, values?: string[]) =>
    withFilters({ refId: 'A' }, [{ key: 'k', operator, value, values }]).filter;

  it.each([
    ['=', 'a', undefined, [{ path: '$.k', op: '==', value: 'a' }]],
    ['!=', 'a', undefined, [{ path: '$.k', op: '!=', value: 'a' }]],
    ['<', '5', undefined, [{ path: '$.k', op: '<', value: '5' }]],
    ['>=', '5', undefined, [{ path: '$.k', op: '>=', value: '5' }]],
    ['=~', 'a|b', undefined, [{ path: '$.k', op: 'matches', value: '^(?:a|b)$' }]],
    ['!~', 'a.*', undefined, [{ path: '$.k', op: '!matches', value: '^(?:a.*)$' }]],
    ['=|', 'a', ['a.b', 'c'], [{ path: '$.k', op: 'matches', value: '^(?:a\\.b|c)$' }]],
    [
      '!=|',
      'a',
      ['a', 'b'],
      [
        { path: '$.k', op: '!=', value: 'a' },
        { path: '$.k', op: '!=', value: 'b' },
      ],
    ],
  ])('%s becomes conditions', (operator, value, values, expected) => {
    expect(conditions(operator, value, values)).toEqual(expected);
  });

  it('are added to the conditions of the query, and one that is not filled in is passed over', () => {
    const own = { path: '$.e', op: '==' as const, value: 'trade' };
    const query = withFilters({ ...QUERY, filter: [own] }, [
      { key: 'Site', operator: '=', value: 'north' },
      { key: '', operator: '=', value: '' },
    ]);
    expect(query.filter).toEqual([own, { path: '$.site.name', op: '==', value: 'north' }]);
    expect(withFilters(QUERY, [])).toBe(QUERY);
  });

  it('leave a query of connections alone that has no fields of which they could be one', () => {
    const filters = [{ key: 'device', operator: '=', value: 'a' }];
    const query: StreamQuery = { refId: 'A', queryType: 'connections' };
    expect(withFilters(query, filters)).toBe(query);
  });
});

describe("Explore's buttons", () => {
  const options = { key: 'Site', value: 'north' };

  it('keep rows with a value, or drop them, instead of the other', () => {
    const only = modified(QUERY, { type: 'ADD_FILTER', options });
    expect(only.filter).toEqual([{ path: '$.site.name', op: '==', value: 'north' }]);
    expect(hasFilter(only, options)).toBe(true);
    const without = modified(only, { type: 'ADD_FILTER_OUT', options });
    expect(without.filter).toEqual([{ path: '$.site.name', op: '!=', value: 'north' }]);
    expect(hasFilter(without, options)).toBe(false);
    expect(modified(QUERY, { type: 'UNKNOWN', options })).toBe(QUERY);
  });

  it('take back what they did', () => {
    const only = toggled(QUERY, { type: 'FILTER_FOR', options });
    expect(hasFilter(only, options)).toBe(true);
    expect(toggled(only, { type: 'FILTER_FOR', options }).filter).toEqual([]);
    expect(toggled(only, { type: 'FILTER_OUT', options }).filter).toEqual([
      { path: '$.site.name', op: '!=', value: 'north' },
    ]);
  });
});

describe('the data source', () => {
  const asked: EngineRequest[] = [];
  const seen = createDataFrame({
    fields: [
      { name: 'Time', type: FieldType.time, values: [1, 2, 3] },
      { name: 'device', type: FieldType.string, values: ['a', 'b', 'a'] },
      { name: 'temp', type: FieldType.number, values: [1, null, 3] },
    ],
  });
  const engine = {
    ask: jest.fn(),
    query: (request: EngineRequest) => {
      asked.push(request);
      return of<DataQueryResponse>({ data: [seen] });
    },
  };
  const settings = { uid: 'u', name: 'n', type: 't', url: 'ws://h', access: 'direct', jsonData: {} };
  const create = () => new FreshetDataSource(settings as DataSourceInstanceSettings<FreshetOptions>, engine as never);

  beforeEach(() => {
    asked.length = 0;
    setTemplateSrv({ replace: (text = '') => text.replace('$path', '/a') } as TemplateSrv);
  });

  it('answers with the columns and the values that were seen, in one packet', async () => {
    const queries: StreamQuery[] = [
      { refId: 'A', path: '$path', bucket: { interval: '1s' }, view: 'logs' },
      { refId: 'B', hide: true },
      { refId: 'C', datasource: { uid: 'another' } },
    ];
    const keys = await create().getTagKeys({ queries });
    expect(keys.map(({ text }) => text)).toEqual(['device', 'temp']);
    expect(asked[0]).toMatchObject({ finite: true });
    expect(asked[0].targets).toEqual([{ refId: 'seen0', path: '/a', view: 'table', mode: 'append', capacity: 1000 }]);
    const values = (key: string) => create().getTagValues({ key, filters: [], queries });
    expect((await values('device')).map(({ text }) => text)).toEqual(['a', 'b']);
    expect((await values('temp')).map(({ text }) => text)).toEqual(['3', '1']);
    asked.length = 0;
    expect(await create().getTagKeys()).toEqual([]);
    expect(asked).toEqual([]);
  });

  it('puts the filters of a request among the conditions, with values as they are', () => {
    const filters = [{ key: 'device', operator: '=', value: '$path' }];
    create().query({ targets: [{ refId: 'A' }], scopedVars: {}, filters } as unknown as StreamRequest);
    expect(asked[0].targets[0]).toMatchObject({ filter: [{ path: '$.device', op: '==', value: '$path' }] });
  });

  it('shows lines in live mode of Explore, unless the query asks for something else', () => {
    const targets: StreamQuery[] = [{ refId: 'A' }, { refId: 'B', view: 'table' }];
    const live = { targets, scopedVars: {}, app: CoreApp.Explore, liveStreaming: true };
    create().query(live as unknown as StreamRequest);
    create().query({ ...live, liveStreaming: false } as unknown as StreamRequest);
    const views = asked.map((request) => request.targets.map((target) => (target as StreamQuery).view));
    expect(views).toEqual([
      ['logs', 'table'],
      [undefined, 'table'],
    ]);
  });

  it('offers filters in Explore, and neither context nor volume of logs, which a feed does not have', () => {
    const datasource = create();
    expect(hasQueryModificationSupport(datasource)).toBe(true);
    expect(hasToggleableQueryFiltersSupport(datasource)).toBe(true);
    expect(hasLogsContextSupport(datasource)).toBe(false);
    expect(hasSupplementaryQuerySupport(datasource, 'LogsVolume' as never)).toBe(false);
  });
});
