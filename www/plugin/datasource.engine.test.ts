import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { TextDecoder, TextEncoder } from 'node:util';

import { type DataQueryResponse, type DataSourceInstanceSettings, LoadingState } from '@grafana/data';
import { setTemplateSrv, type TemplateSrv } from '@grafana/runtime';
import { filter, firstValueFrom, lastValueFrom, take, timeout, toArray } from 'rxjs';
import { WebSocketServer } from 'ws';

import { FreshetDataSource } from './datasource';
import type { StreamRequest } from './engine/types';
import { EngineHost } from './engine/host';
import { bind } from './engine/loader';
import { InstanceGuard } from './engine/guard';
import { OPTION_ERRORS } from '../test/support/optionErrors';
import { trapError } from '../test/support/trap';
import type { FreshetOptions, StreamQuery } from './types';

// The data source on the compiled engine and a real socket: what jsdom can run of the whole.

Object.assign(globalThis, { TextDecoder, TextEncoder });

const WASM = path.join(__dirname, '../..', 'pkg', 'freshet_bg.wasm');

/** Reports a trap of the instance that was made last. */
let trapped: (trap: Error) => void;

async function load(onTrap: (trap: Error) => void) {
  trapped = onTrap;
  jest.resetModules();
  const module = await WebAssembly.compile(new Uint8Array(readFileSync(WASM)));
  return bind(await import('../../pkg/freshet.js'), module, new InstanceGuard(onTrap));
}

let server: WebSocketServer;
let host: EngineHost;
let received: string[];

beforeEach(async () => {
  received = [];
  setTemplateSrv({ replace: (text = '') => text.replace('$name', 'pump') } as unknown as TemplateSrv);
  host = new EngineHost(load);
  server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  server.on('connection', (socket) => {
    socket.on('message', (message) => received.push(String(message)));
    for (const value of [1, 2, 3]) {
      socket.send(JSON.stringify({ time: 1_700_000_000_000 + value, value }));
    }
  });
  await new Promise((resolve) => server.once('listening', resolve));
});

afterEach(async () => {
  server.clients.forEach((client) => client.terminate());
  await new Promise((resolve) => server.close(resolve));
});

function create(jsonData: FreshetOptions = {}) {
  const url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const settings = { uid: 'u', name: 'Feed', access: 'direct', url, jsonData: { lingerMs: 0, ...jsonData } };
  return new FreshetDataSource(settings as DataSourceInstanceSettings<FreshetOptions>, host);
}

function request(target: Partial<StreamQuery>, part: Partial<StreamRequest> = {}): StreamRequest {
  return { requestId: 'Q1', scopedVars: {}, targets: [{ refId: 'A', ...target }], ...part } as StreamRequest;
}

const rows = ({ data }: DataQueryResponse) => data[0]?.length ?? 0;
const complete = (packet: DataQueryResponse) => rows(packet) === 3;

it('streams the rows of a feed', async () => {
  const stream = create().query(request({ subscribe: 'hello $name' }));
  const packet = await firstValueFrom(stream.pipe(filter(complete), timeout(20_000)));
  expect(packet).toMatchObject({ state: LoadingState.Streaming, key: expect.stringContaining('A') });
  const [time, value] = packet.data[0].fields;
  expect(time).toMatchObject({ type: 'time', values: [1_700_000_000_001, 1_700_000_000_002, 1_700_000_000_003] });
  expect(value).toMatchObject({ name: 'value', type: 'number', values: [1, 2, 3] });
  expect(received).toEqual(['hello pump']);
  // The first one has the engine compiled, which takes its time on a busy machine.
}, 30_000);

it('answers once where an end is awaited', async () => {
  const stream = create({ finiteTimeoutMs: 300 }).query(request({}, { requestId: 'mixed-0-Q1' }));
  const packets = await lastValueFrom(stream.pipe(toArray(), timeout(5000)));
  expect(packets.map(({ state }) => state)).toEqual([LoadingState.Done]);
  expect(rows(packets[0])).toBe(3);
});

it('closes the socket after the last panel', async () => {
  await firstValueFrom(create().query(request({})).pipe(filter(complete), take(1), timeout(5000)));
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(server.clients.size).toBe(0);
});

it('shows the error of a query that makes no sense, on the panel', async () => {
  const stream = create().query(request({ fields: [{ path: 'value' }] }));
  const packet = await firstValueFrom(stream.pipe(timeout(5000)));
  expect(packet.state).toBe(LoadingState.Error);
  expect(packet.errors?.[0]).toMatchObject({ refId: 'A', message: expect.stringContaining('value') });
});

it.each([
  ['fields', [{ path: '' }, { path: '$.a[' }], 'fields[1].path is "$.a["'],
  [
    'filter',
    [
      { path: ' ', op: '==' },
      { path: '$.a[', op: '==' },
    ],
    'filter[1].path is "$.a["',
  ],
  ['keys', ['', '$.a['], 'keys[1] is "$.a["'],
  ['key', ['', '$.a['], 'keys[1] is "$.a["'],
  [
    'deleteWhen',
    [
      { path: '', op: '==' },
      { path: '$.a[', op: '==' },
    ],
    'deleteWhen[1].path is "$.a["',
  ],
  ['parse', ['', '$.a['], 'parse[1] is "$.a["'],
  [
    'clearWhen',
    [
      { path: '', op: '==' },
      { path: '$.a[', op: '==' },
    ],
    'clearWhen[1].path is "$.a["',
  ],
  ['backfill', { url: 'h', fields: [{ path: '' }, { path: '$.a[' }] }, 'backfill.fields[1].path is "$.a["'],
])('counts the rows without a path where an error names a place in %s', async (list, value, begin) => {
  const target = { mode: 'upsert', [list]: value } as Partial<StreamQuery>;
  const packet = await firstValueFrom(create().query(request(target)).pipe(timeout(5000)));
  expect(packet.errors?.[0].message?.slice(0, begin.length)).toBe(begin);
});

it('streams although no row of a list has a path yet', async () => {
  const condition = { path: ' ', op: '==' } as const;
  const lists = { fields: [{ path: '' }], filter: [condition], keys: [''], deleteWhen: [condition] };
  const stream = create().query(request({ ...lists, view: 'table' }));
  const packet = await firstValueFrom(stream.pipe(filter(complete), timeout(5000)));
  expect(packet.data[0].fields).toHaveLength(2);
});

it('is done at once when no target is visible', async () => {
  const stream = create().query(request({ hide: true }));
  const packets = await lastValueFrom(stream.pipe(toArray(), timeout(5000)));
  expect(packets).toMatchObject([{ data: [], state: LoadingState.Done }]);
  expect(server.clients.size).toBe(0);
});

describe('a check', () => {
  it.each(Object.entries(OPTION_ERRORS))('says what is wrong: %s', async (_, { query, error }) => {
    expect(await create().check({ refId: 'A', ...query })).toEqual([error]);
  });

  it('says everything that is wrong, but for what only a running panel can know', async () => {
    const bucket = { interval: '$__interval', reduce: 'last' } as const;
    const query = { ...OPTION_ERRORS.fieldPath.query, ...OPTION_ERRORS.window.query, bucket };
    const errors = [OPTION_ERRORS.fieldPath.error, OPTION_ERRORS.window.error];
    expect(await create().check({ refId: 'A', ...query })).toEqual(errors);
  });
});

it('shows what is no query at all on its own target, and the other one streams', async () => {
  const targets = [{ refId: 'A', fields: [{ path: 5 }] }, { refId: 'B' }];
  const stream = create().query(request({}, { targets } as unknown as Partial<StreamRequest>));
  const packets: DataQueryResponse[] = [];
  const streams = (packet: DataQueryResponse) => packets.push(packet) > 0 && complete(packet);
  await firstValueFrom(stream.pipe(filter(streams), timeout(5000)));
  const failed = packets.filter(({ errors }) => errors !== undefined);
  expect(failed.map(({ errors }) => errors?.[0].refId)).toEqual(['A']);
  expect(failed[0].errors?.[0].message).toBe('fields[0].path is "5": must be text');
});

it('reports a connection', async () => {
  const { status, message } = await create().testDatasource();
  expect(status).toBe('success');
  expect(message).toMatch(/^Connected to ws:\/\/127\.0\.0\.1:\d+ in \d+ ms\. First message after \d+ ms: \{"time":/);
});

it('goes on with a fresh engine after a trap, and closes the sockets of the dead one', async () => {
  const packets: DataQueryResponse[] = [];
  const subscription = create()
    .query(request({}))
    .subscribe((packet) => packets.push(packet));
  const arrival = async () => {
    while (!packets.some(complete)) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  await arrival();
  packets.length = 0;
  trapped(trapError());
  await arrival();
  const [notice] = packets.find(complete)?.data[0].meta.notices;
  expect(notice.text).toMatch(/^Freshet's engine stopped at .+ \(unreachable\) and was started again\./);
  expect(packets.every(({ state }) => state === LoadingState.Streaming)).toBe(true);
  expect(server.clients.size).toBe(1);
  subscription.unsubscribe();
});
