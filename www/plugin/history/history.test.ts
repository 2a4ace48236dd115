import {
  type DataQueryResponse,
  type DataSourceApi,
  dateTime,
  FieldType,
  LoadingState,
  type ScopedVars,
} from '@grafana/data';
import { type DataSourceSrv, setDataSourceSrv, setTemplateSrv, type TemplateSrv } from '@grafana/runtime';
import { NEVER, Observable, of, throwError } from 'rxjs';

import { historyOf, withHistoryKey } from './index';
import { tablesOf } from './tables';
import type { StreamRequest } from '../engine/types';
import type { StreamQuery } from '../types';

const query = jest.fn<Observable<DataQueryResponse> | Promise<DataQueryResponse>, [StreamRequest]>();
let archive: Partial<DataSourceApi>;

beforeEach(() => {
  query.mockReset().mockReturnValue(of({ data: [] }));
  archive = { name: 'Archive', getRef: () => ({ uid: 'archive', type: 'sql' }), query: query as never };
  setTemplateSrv({
    replace: (text = '', scoped: ScopedVars = {}) =>
      text.replace(/\$(\w+)/g, (whole, name) => scoped[name]?.value ?? whole),
  } as unknown as TemplateSrv);
  setDataSourceSrv({
    get: async (ref: { uid: string }) =>
      ref.uid === 'archive' ? archive : Promise.reject(new Error('Datasource was not found')),
    getInstanceSettings: ({ uid }: { uid: string }) =>
      uid === '$ds' || uid === 'archive' ? { uid: 'archive', type: 'sql', name: 'Archive' } : undefined,
  } as unknown as DataSourceSrv);
});

const TARGET: StreamQuery = {
  refId: 'B',
  backfill: { datasource: { uid: 'archive', type: 'sql' }, query: { sql: 'select $where' } },
};

function request(part: Partial<StreamRequest> = {}): StreamRequest {
  const raw = { from: 'now-5m', to: 'now' };
  const range = { from: dateTime(0), to: dateTime(300_000), raw };
  return { requestId: 'Q1', scopedVars: {}, range, timezone: 'browser', targets: [], ...part } as StreamRequest;
}

const ask = (part?: Partial<StreamRequest>, signal?: AbortSignal) =>
  historyOf(request(part))(withHistoryKey(TARGET, request(part)), signal);

describe('the question', () => {
  it('is put to the data source as the panel would put it, up to now, for one answer', async () => {
    const scopedVars = { where: { text: 'x', value: 'x' } };
    await ask({ scopedVars, app: 'dashboard', intervalMs: 1000 });
    const [asked] = query.mock.calls[0];
    expect(asked).toMatchObject({ requestId: 'Q1-history-B', scopedVars, app: 'dashboard', intervalMs: 1000 });
    expect(asked.targets).toEqual([{ sql: 'select $where', refId: 'B', datasource: { uid: 'archive', type: 'sql' } }]);
    expect(asked.finite).toBe(true);
    expect(Date.now() - asked.range.to.valueOf()).toBeLessThan(60_000);
    // Grafana reads the clock for each end.
    expect(Math.abs(asked.range.to.diff(asked.range.from) - 300_000)).toBeLessThan(100);
  });

  it('keeps a range that has a fixed end', async () => {
    const range = { from: dateTime(0), to: dateTime(9), raw: { from: dateTime(0), to: dateTime(9) } };
    await ask({ range });
    expect(query.mock.calls[0][0].range).toBe(range);
  });

  it('is another one with other variables or another range, but not with every refresh', () => {
    const key = (part: Partial<StreamRequest>, target = TARGET) => {
      const { backfill } = withHistoryKey(target, request(part));
      return (backfill as { key?: string } | undefined)?.key;
    };
    const where = (value: string) => ({ scopedVars: { where: { text: value, value } } });
    const hour = { from: dateTime(0), to: dateTime(1), raw: { from: 'now-1h', to: 'now' } };
    const since: StreamQuery = { ...TARGET, backfill: { ...TARGET.backfill, query: { sql: '$__from' } } };
    const from = (value: number) => ({ scopedVars: { __from: { text: '', value } } });
    expect(key(where('a'))).toBe(key({ ...where('a'), startTime: 5 }));
    expect(key(where('a'))).not.toBe(key(where('b')));
    expect(key({})).not.toBe(key({ range: hour }));
    expect(key(from(1), since)).toBe(key(from(2), since));
    expect(withHistoryKey({ refId: 'A' }, request())).toEqual({ refId: 'A' });
  });

  it('names the data source that a variable stands for', () => {
    const target = { refId: 'A', backfill: { datasource: { uid: '$ds' } } };
    const { backfill } = withHistoryKey(target, request());
    expect(backfill?.datasource).toEqual({ uid: 'archive', type: 'sql', name: 'Archive' });
  });
});

const frame = (values: number[]) => ({ fields: [{ name: 'v', type: FieldType.number, values, config: {} }] });
const rowsOf = (answer: Array<{ rows: string }>) => answer.map(({ rows }) => JSON.parse(rows));

describe('the answer', () => {
  it('may come as a promise', async () => {
    query.mockResolvedValue({ data: [frame([1])] });
    expect(rowsOf(await ask())).toEqual([[[1]]]);
  });

  it('is the last packet of each key until one is done, whether or not the rest completes', async () => {
    query.mockReturnValue(
      new Observable((subscriber) => {
        subscriber.next({ data: [frame([1])], key: 'a', state: LoadingState.Loading });
        subscriber.next({ data: [frame([2])], key: 'b', state: LoadingState.Loading });
        subscriber.next({ data: [frame([1, 3])], key: 'a', state: LoadingState.Done });
      })
    );
    expect(rowsOf(await ask())).toEqual([[[1], [3]], [[2]]]);
  });

  it('of a stream is what it begins with, and the stream ends', async () => {
    const ended = jest.fn();
    query.mockReturnValue(
      new Observable((subscriber) => {
        subscriber.next({ data: [], state: LoadingState.Streaming });
        subscriber.next({ data: [{ ...frame([1]), length: 1 }], state: LoadingState.Streaming });
        subscriber.next({ data: [{ ...frame([2]), length: 1 }], state: LoadingState.Streaming });
        return ended;
      })
    );
    expect(rowsOf(await ask())).toEqual([[[1]]]);
    expect(ended).toHaveBeenCalled();
  });

  it('is not waited for once the signal is aborted', async () => {
    const ended = jest.fn();
    query.mockReturnValue(new Observable(() => ended));
    const controller = new AbortController();
    const answer = ask({}, controller.signal);
    await new Promise((resolve) => setTimeout(resolve));
    controller.abort();
    expect(await answer).toEqual([]);
    expect(ended).toHaveBeenCalled();
  });

  it.each<[string, () => void]>([
    ['Archive answered: no such table.', () => query.mockReturnValue(throwError(() => new Error('no such table')))],
    [
      'Archive answered: no such table.',
      () => query.mockReturnValue(of({ data: [], errors: [{ message: 'no such table.' }] })),
    ],
    ['Archive answered: bad.', () => query.mockReturnValue(of({ data: [], error: { data: { message: 'bad' } } }))],
    [
      'Archive answered: broken.',
      () =>
        query.mockImplementation(() => {
          throw new Error('broken');
        }),
    ],
    [
      'the query for Archive is not filled in. Fill it in under History.',
      () => Object.assign(archive, { filterQuery: () => false }),
    ],
    [
      'Archive has no data of its own. Choose another data source under History.',
      () => Object.assign(archive, { meta: { mixed: true }, query: () => NEVER }),
    ],
  ])('%s', async (message, prepare) => {
    prepare();
    await expect(ask()).rejects.toMatchObject({ message });
  });

  it('names a data source that is gone', async () => {
    const target = { refId: 'A', backfill: { datasource: { uid: 'gone' } } };
    const answer = historyOf(request())(target);
    await expect(answer).rejects.toThrow('the data source gone was not found. Choose another one under History.');
  });
});

describe('the tables', () => {
  const time = { name: 'Time', type: FieldType.time, config: {}, values: [1, 2] };
  const number = (name: string, values: unknown[], more = {}) => ({
    name,
    type: FieldType.number,
    config: {},
    values,
    ...more,
  });

  it('have the fields by the name that is shown and by their own', () => {
    const fields = [time, number('Value', [3, null], { config: { displayName: 'flow' } })];
    expect(tablesOf([{ fields, length: 2 }])).toEqual([
      {
        columns: [
          { names: ['Time'], time: true },
          { names: ['flow', 'Value'], time: false },
        ],
        rows: '[[1,3],[2,null]]',
      },
    ]);
  });

  it('are one for each set of labels, which are columns', () => {
    const a = number('value', [3, 4], { labels: { device: 'a' } });
    const b = number('value', [5, 6], { labels: { device: 'b' } });
    const tables = tablesOf([{ fields: [time, a, b], length: 2 }]);
    expect(tables.map(({ rows }) => rows)).toEqual(['[[1,3,"a"],[2,4,"a"]]', '[[1,5,"b"],[2,6,"b"]]']);
    expect(tables[0].columns.map(({ names }) => names.at(-1))).toEqual(['Time', 'value', 'device']);
  });

  it('have times in milliseconds, and nothing that JSON has no word for', () => {
    const times = { ...time, values: ['1970-01-01T00:00:01Z', new Date(2000)] };
    const fields = [times, number('v', [NaN, BigInt(5)])];
    expect(rowsOf(tablesOf([{ fields, length: 2 }]))).toEqual([
      [
        [1000, null],
        [2000, '5'],
      ],
    ]);
  });

  it('leave annotations out', () => {
    expect(tablesOf([{ fields: [time], length: 2, meta: { dataTopic: 'annotations' } }])).toEqual([]);
  });
});
