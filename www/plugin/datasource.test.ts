import { CoreApp, type DataQueryResponse, type DataSourceInstanceSettings, type ScopedVars } from '@grafana/data';
import { config, setTemplateSrv, type TemplateSrv } from '@grafana/runtime';
import { firstValueFrom, from, isObservable, map } from 'rxjs';

import { FreshetDataSource } from './datasource';
import type { StreamRequest } from './engine/types';
import { EngineHost } from './engine/host';
import { EngineDouble, packet } from '../test/support/engineDouble';
import type { FreshetOptions, StreamQuery } from './types';

type Settings = DataSourceInstanceSettings<FreshetOptions>;

const SETTINGS = {
  id: 1,
  uid: 'abc',
  name: 'Feed',
  type: 'freshet-websocket-datasource',
  access: 'direct',
  url: 'ws://feeds.example.org',
  jsonData: {},
} as Settings;

let engine: EngineDouble;

beforeEach(() => {
  engine = new EngineDouble();
  config.appSubUrl = '';
  // Dashboard variables, reduced to $name.
  setTemplateSrv({
    replace: (text = '', scoped: ScopedVars = {}) =>
      text.replace(/\$(\w+)/g, (whole, name) => scoped[name]?.value ?? whole),
  } as unknown as TemplateSrv);
});

function create(settings: Partial<Settings> = {}) {
  return new FreshetDataSource({ ...SETTINGS, ...settings }, new EngineHost(async () => engine));
}

function request(targets: Array<Partial<StreamQuery>>, part: Partial<StreamRequest> = {}): StreamRequest {
  const complete = targets.map((target, at) => ({ refId: 'ABC'[at], ...target }));
  return { requestId: 'Q1', scopedVars: {}, ...part, targets: complete } as StreamRequest;
}

/** Subscribes and waits until the engine has been asked. */
async function run(datasource: FreshetDataSource, asked: StreamRequest) {
  const packets: DataQueryResponse[] = [];
  const subscription = datasource.query(asked).subscribe((next) => packets.push(next));
  await new Promise((resolve) => setTimeout(resolve));
  return { packets, subscription };
}

const asked = () => engine.streams[0];

describe('query', () => {
  it('is an observable of the RxJS that Grafana shares', async () => {
    const stream = create().query(request([{}]));
    expect(isObservable(stream)).toBe(true);
    const values = firstValueFrom(from(stream).pipe(map(({ data }) => data[0].fields[0].values)));
    await new Promise((resolve) => setTimeout(resolve));
    engine.emit(42);
    await expect(values).resolves.toEqual([42]);
    expect(engine.unsubscribed).toBe(1);
  });

  it('hands on packets and ends with the subscription', async () => {
    const { packets, subscription } = await run(create(), request([{}]));
    engine.emit(1);
    engine.emit(2);
    expect(packets).toEqual([packet(1), packet(2)]);
    subscription.unsubscribe();
    expect(engine.unsubscribed).toBe(1);
  });

  it('tells the engine of what earlier versions stored in the shapes of today', async () => {
    const jsonData = { ignore: [{ path: '$.result', op: 'exists' }] };
    await run(create({ jsonData }), request([{ mode: 'upsert', key: ['$.id'] as never }]));
    expect(asked().source.settings).toEqual({ ignore: { '$.result': { exists: true } } });
    expect(asked().request.targets).toEqual([expect.objectContaining({ mode: 'upsert', keys: ['$.id'] })]);
  });

  it('emits nothing while subscribe runs', () => {
    const next = jest.fn();
    create()
      .query(request([{}]))
      .subscribe(next);
    expect(next).not.toHaveBeenCalled();
  });

  it('replaces variables in every text, with those of the panel', async () => {
    const scopedVars = { symbol: { text: 'btc', value: 'btcusdt' } };
    const target = {
      path: '/$symbol',
      subscribe: '{"params":["$symbol@trade"]}',
      fields: [{ path: "$['$symbol'].p" }],
    };
    await run(create(), request([target], { scopedVars }));
    expect(asked().request.targets).toEqual([
      {
        refId: 'A',
        path: '/btcusdt',
        subscribe: '{"params":["btcusdt@trade"]}',
        fields: [{ path: "$['btcusdt'].p" }],
      },
    ]);
  });

  it('hands on the visible targets as they are stored, whatever is not filled in: the engine passes over that', async () => {
    const backfill = { url: '/h', fields: [{ path: '' }] };
    const targets = [
      { refId: 'A', hide: true },
      { refId: 'B', fields: [{ path: ' ' }, { path: '$.a' }], backfill },
    ];
    await run(create(), request(targets));
    expect(asked().request.targets).toEqual([targets[1]]);
  });

  it("hands on the rest of the request, Explore's wishes among it", async () => {
    const rest = { requestId: 'mixed-0-Q1', maxDataPoints: 500, app: CoreApp.Explore, liveStreaming: true };
    await run(create(), request([{}], rest));
    expect(asked().request).toMatchObject({ ...rest, app: 'explore' });
  });
});

describe('source', () => {
  it('is what the settings say, and no more: the engine has the defaults', async () => {
    await run(create({ jsonData: { lingerMs: 5, reconnect: { maxAttempts: 3 } } }), request([{}]));
    expect(asked().source).toEqual({
      uid: 'abc',
      name: 'Feed',
      url: 'ws://feeds.example.org',
      settings: { lingerMs: 5, reconnect: { maxAttempts: 3 } },
    });
  });

  it('of a data source with a token names what Grafana has for that, whatever the access mode', async () => {
    config.appSubUrl = '/grafana';
    const datasource = create({ jsonData: { token: { from: 'viewer', label: ' API key ' } } });
    await run(datasource, request([{}]));
    expect(asked().source).toMatchObject({
      url: 'ws://feeds.example.org',
      proxyUrl: 'http://localhost/grafana/api/datasources/proxy/uid/abc',
      tokenPage: 'http://localhost/grafana/public/plugins/freshet-websocket-datasource/token.html',
    });
    expect(datasource.viewerToken).toBe('API key');
    expect(create({ jsonData: { token: { from: 'viewer' } } }).viewerToken).toBe('token');
    expect(create({ jsonData: { token: { path: '/t' } } }).viewerToken).toBeUndefined();
  });

  it('through the proxy is an address of the page, below the path Grafana is served under', async () => {
    config.appSubUrl = '/grafana';
    await run(create({ access: 'proxy', url: '/api/datasources/proxy/uid/abc' }), request([{}]));
    expect(asked().source.url).toBe('ws://localhost/grafana/api/datasources/proxy/uid/abc');
  });
});

describe('what Grafana asks besides', () => {
  const datasource = () => create();

  it('skips hidden queries only', () => {
    expect(datasource().filterQuery({ refId: 'A' })).toBe(true);
    expect(datasource().filterQuery({ refId: 'A', hide: true })).toBe(false);
  });

  it('has a default query, which Explore does not take for an empty one', () => {
    expect(datasource().getDefaultQuery()).toEqual({ format: 'auto' });
  });

  it.each([
    [{}, 'ws://feeds.example.org'],
    [{ path: '/a' }, '/a'],
    [
      { path: '/a', fields: [{ path: '$.p', name: 'price' }, { path: '$.q' }], subscribe: 'go' },
      '/a · price, $.q · go',
    ],
    [{ params: { subject: 'plant.>', queue: 'q' } }, 'ws://feeds.example.org · plant.> · q'],
    [{ path: '/a', params: { params: ['newHeads'], qos: 1 } }, '/a · ["newHeads"] · 1'],
    [{ path: '/a', format: 'csv', view: 'timeseries', mode: 'append' }, '/a · csv'],
    [
      {
        path: '/a',
        filter: [
          { path: '$.e', op: '==', value: 'trade' },
          { path: '$.x', op: 'exists' },
          { path: '$.y', op: 'exists', value: false },
          { path: '$.z', op: '!=' },
        ],
      },
      '/a · $.e == trade and $.x exists and $.y is absent and $.z != null',
    ],
    [{ path: '/a', mode: 'upsert', view: 'table' }, '/a · one row per series · table'],
    [
      { path: '/a', mode: 'upsert', keys: ['$.a', '$.b'], bucket: { interval: '1s', reduce: 'ohlc' }, window: '5m' },
      '/a · one row per $.a, $.b · ohlc of each 1s · the last 5m',
    ],
    [{ path: '/a', mode: 'upsert', key: ['$.a'] as never }, '/a · one row per $.a'],
    [{ path: '/a', mode: 'upsert', key: 'Q-1' }, '/a · one row per series'],
    [
      { path: '/a', mode: 'upsert', fields: [{ path: '$.d', name: 'device', role: 'label' }, { path: '$.v' }] },
      '/a · device, $.v · one row per device',
    ],
    [
      { path: '/a', fields: ['$.a', '', '$.b', '$.c', '$.d', '$.e', '$.f'].map((path) => ({ path })) },
      '/a · $.a, $.b, $.c, $.d and 2 more',
    ],
    [{ path: '/a', subscribe: `{\n  "subscribe": "${'x'.repeat(100)}"\n}` }, `/a · { "subscribe": "${'x'.repeat(64)}…`],
    [{ path: '/a', event: 'trade,quote', backfill: { url: '/h' } }, '/a · event trade,quote · with history'],
    [{ path: '/a', backfill: { datasource: { uid: 'u' } }, editorMode: 'code' }, '/a · with history'],
  ] as Array<[Partial<StreamQuery>, string]>)('describes %j in a line', (query, text) => {
    expect(datasource().getQueryDisplayText({ refId: 'A', ...query })).toBe(text);
  });

  it('replaces variables in queries that leave the dashboard', () => {
    const queries = [{ refId: 'A', path: '/$v' }];
    expect(datasource().interpolateVariablesInQueries(queries, { v: { text: 'x', value: 'x' } })).toEqual([
      { refId: 'A', path: '/x', datasource: { type: 'freshet-websocket-datasource', uid: 'abc' } },
    ]);
  });
});

describe('check', () => {
  const refused = (option: string, value: string) => ({ option, value, problem: 'write something else' });

  it('asks the engine about the query with its variables replaced', async () => {
    engine.answers.check = [refused('window', '5')];
    const scopedVars = { span: { text: '5', value: '5' } };
    await expect(create().check({ refId: 'A', window: '$span' }, scopedVars)).resolves.toEqual(engine.answers.check);
    // The engine is told of the data source, whose protocol may want something of the query.
    expect(engine.asked.check).toEqual([[{ refId: 'A', window: '5' }, expect.objectContaining({ uid: 'abc' })]]);
  });

  it('does not judge a text with a variable that is known to nobody here', async () => {
    engine.answers.check = [
      refused('bucket.interval', '$__interval'),
      refused('fields[0].path', '[[field]]'),
      refused('keys[0]', '${key}'),
      refused('fields[1].path', '$.a['),
    ];
    const errors = await create().check({ refId: 'A' });
    expect(errors.map(({ option }) => option)).toEqual(['fields[1].path']);
  });
});

it('looks at the feed of a query with its variables replaced', async () => {
  const scopedVars = { topic: { text: 'a', value: 'a' } };
  const source = create();
  await expect(source.look({ refId: 'A', path: '/$topic' }, scopedVars, 50)).resolves.toEqual(engine.answers.look);
  expect(engine.asked.look).toEqual([[expect.objectContaining({ uid: 'abc' }), { refId: 'A', path: '/a' }, 50]]);
});

it('previews a query with its variables replaced', async () => {
  const scopedVars = { span: { text: '5m', value: '5m' } };
  await expect(create().preview({ refId: 'A', window: '$span' }, scopedVars, 20)).resolves.toBe(engine.answers.preview);
  expect(engine.asked.preview).toEqual([[expect.objectContaining({ uid: 'abc' }), { refId: 'A', window: '5m' }, 20]]);
});

it('suggests in the place of a query with its variables replaced', async () => {
  const scopedVars = { feed: { text: '/a', value: '/a' } };
  await expect(create().suggest({ refId: 'A', path: '$feed' }, scopedVars)).resolves.toBe(engine.answers.suggest);
  expect(engine.asked.suggest).toEqual([[expect.objectContaining({ uid: 'abc' }), { refId: 'A', path: '/a' }]]);
});

it('tests the connection with the settings as they are used', async () => {
  engine.answers.diagnose = { done: true, status: 'success', message: 'Connected.', steps: [], text: '1. ok' };
  await expect(create({ jsonData: { lingerMs: 5 } }).testDatasource()).resolves.toEqual({
    status: 'success',
    message: 'Connected.',
    details: { verboseMessage: '1. ok' },
  });
  expect(engine.asked.diagnose[0][0]).toMatchObject({ uid: 'abc', settings: { lingerMs: 5 } });
});

it('diagnoses a query with its variables replaced', async () => {
  const tell = jest.fn();
  const { signal } = new AbortController();
  const scopedVars = { v: { text: 'x', value: 'x' } };
  const report = await create().diagnose({ refId: 'A', path: '/$v' }, scopedVars, tell, signal);
  expect(report).toEqual(engine.answers.diagnose);
  expect(engine.asked.diagnose).toEqual([
    [expect.objectContaining({ uid: 'abc' }), { refId: 'A', path: '/x' }, 4000, tell, signal],
  ]);
});
