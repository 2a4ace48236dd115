// The preset sockjs, and the raw endpoint without it, against the server of the npm package sockjs.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { startSockJs } from '../support/sockjsServer.mjs';
import { begin, leave, shown, told, when } from './presetPage.mjs';
import { setStage } from './stage.mjs';

const stage = setStage();
/** Any server and session: the tests' server makes a new one of each socket. */
const FRAMED = '/000/freshet/websocket';

const reads = (/** @type {string} */ topic) => ({ subscribe: JSON.stringify({ read: topic }) });

for (const [name, settings, path] of /** @type {const} */ ([
  ['framed', { preset: 'sockjs' }, FRAMED],
  ['raw', {}, '/websocket'],
])) {
  test(`${name}: each query has a socket and gets its own`, async (t) => {
    const { run } = await stage.open(t);
    const server = await startSockJs(t);
    await run(begin, server.url + path, settings, [reads('a'), reads('b')]);
    await when(async () => server.topics().join() === 'a,b', 'the queries');
    server.publish('a', { v: 1 });
    server.publish('b', { v: 2 });
    server.publish('a', { v: 3, text: 'with "quotes" and \u2028' });
    await when(async () => (await run(shown)).flat().length === 3, 'the rows');
    assert.deepEqual(await run(shown), [[1, 3], [2]]);
    assert.deepEqual(await run(told), [[], []]);
    await run(leave, 0);
    await when(async () => server.topics().join() === 'b', 'the socket to be closed');
  });

  test(`${name}: after a restart of the server everything is asked for anew`, async (t) => {
    const { run } = await stage.open(t);
    const server = await startSockJs(t);
    await run(begin, server.url + path, settings, [reads('a')]);
    await when(async () => server.topics().length === 1, 'the query');
    server.publish('a', { v: 1 });
    await when(async () => (await run(shown))[0].length === 1, 'the row');
    await server.stop();
    await when(async () => /^Not connected to/.test((await run(told))[0][0] ?? ''), 'the panel to say so');
    await server.start();
    await when(async () => server.topics().length === 1, 'the query again');
    server.publish('a', { v: 2 });
    await when(async () => (await run(shown))[0].length === 2, 'rows again');
    assert.deepEqual(await run(shown), [[1, 2]]);
    await when(async () => (await run(told)).flat().length === 0, 'the panel to say no more');
  });
}

test('a server that has nothing to say is not given up', async (t) => {
  const { run } = await stage.open(t);
  const server = await startSockJs(t, { heartbeat_delay: 100 });
  await run(begin, server.url + FRAMED, { preset: 'sockjs' }, [reads('a')]);
  await when(async () => server.topics().length === 1, 'the query');
  await run(({ sleep }) => sleep(2000));
  server.publish('a', { v: 1 });
  await when(async () => (await run(shown))[0].length === 1, 'the row');
  assert.equal(server.connected(), 1);
  assert.deepEqual(await run(told), [[]]);
});

test('a session that the server closes is told in its words, and there is another', async (t) => {
  const { run } = await stage.open(t);
  const server = await startSockJs(t);
  const settings = { preset: 'sockjs', reconnect: { minMs: 1000, maxMs: 1000 } };
  await run(begin, server.url + FRAMED, settings, [reads('a')]);
  await when(async () => server.topics().length === 1, 'the query');
  server.close(3333, 'maintenance');
  const closed = /the server closed the session: maintenance \(code 3333\)/;
  await when(async () => closed.test((await run(told)).flat().join()), 'the reason');
  await when(async () => server.topics().length === 1 && server.connected() === 2, 'another session');
});
