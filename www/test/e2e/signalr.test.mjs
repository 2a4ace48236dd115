// The presets signalr and signalr-stream against a hub of the Python package aiosignalr. It says `Close` to nobody: that
// message comes from a peer that follows HubProtocol.md of ASP.NET Core.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';

import { WebSocketServer } from 'ws';

import { NO_HUB, startHub } from '../support/hubServer.mjs';
import { begin, leave, shown, told, when } from './presetPage.mjs';
import { setStage } from './stage.mjs';

const stage = setStage();
const EVENTS = { preset: 'signalr' };
const STREAM = { preset: 'signalr-stream' };

const joining = (/** @type {string} */ room) => ({
  params: { target: 'move', method: 'join', arguments: JSON.stringify([room]), methodOnLeave: 'leave' },
});

test('targets share a socket, each gets its own, and a refusal concerns one alone', { skip: NO_HUB }, async (t) => {
  const { run } = await stage.open(t);
  const hub = await startHub(t);
  await run(begin, hub.url, EVENTS, [{ params: { target: 'tick' } }, joining('hall'), joining('vault')]);
  await when(async () => (await hub.counts()).groups.hall === 1, 'the method to be called');
  await when(async () => (await run(told))[2].length > 0, 'the refusal');
  hub.send('tick', { v: 1 });
  hub.send('tock', { v: 2 });
  hub.sendTo('hall', 'move', { v: 3 });
  hub.sendTo('yard', 'move', { v: 4 });
  hub.send('tick', { v: 5 });
  await when(async () => (await run(shown)).flat().length === 3, 'the rows');
  assert.deepEqual(await run(shown), [[1, 5], [3], []]);
  const [tick, hall, vault] = await run(told);
  assert.deepEqual([tick, hall], [[], []]);
  assert.match(vault.join(), /^The server refused the subscription: .*only for staff/);
  assert.equal((await hub.counts()).connections, 1);
  await run(leave, 1);
  await when(async () => (await hub.counts()).groups.hall === undefined, 'the group to be left');
});

test('a connection token is negotiated for each connection', { skip: NO_HUB }, async (t) => {
  const { run } = await stage.open(t);
  const hub = await startHub(t);
  const url = `${hub.url.replace('ws:', 'http:')}/negotiate`;
  const token = { url, path: '?negotiateVersion=1', method: 'POST', pointer: '/connectionToken' };
  const settings = { ...EVENTS, token, query: { id: '${token}' } };
  await run(begin, hub.url, settings, [{ params: { target: 'tick' } }]);
  const isNegotiated = async () => {
    const { connections, negotiated } = await hub.counts();
    return connections === 1 && negotiated === 1;
  };
  await when(isNegotiated, 'the connection');
  hub.send('tick', { v: 1 });
  await when(async () => (await run(shown))[0].length === 1, 'the row');
  await hub.stop();
  await when(async () => (await run(told))[0].length > 0, 'the panel to say so');
  await hub.start();
  await when(isNegotiated, 'another token: the hub knows the one before no more');
  hub.send('tick', { v: 2 });
  await when(async () => (await run(shown))[0].length === 2, 'another row');
});

test('after a restart of the hub everything is asked for anew', { skip: NO_HUB }, async (t) => {
  const { run } = await stage.open(t);
  const hub = await startHub(t);
  await run(begin, hub.url, EVENTS, [{ params: { target: 'tick' } }, joining('hall')]);
  await when(async () => (await hub.counts()).groups.hall === 1, 'the method to be called');
  hub.send('tick', { v: 1 });
  await when(async () => (await run(shown))[0].length === 1, 'the row');
  await hub.stop();
  await when(
    async () => (await run(told)).every(([text]) => /^Not connected to/.test(text ?? '')),
    'the panels to say so'
  );
  await hub.start();
  await when(async () => (await hub.counts()).groups.hall === 1, 'the method to be called again');
  hub.send('tick', { v: 2 });
  hub.sendTo('hall', 'move', { v: 3 });
  await when(async () => (await run(shown)).flat().length === 3, 'rows again');
  assert.deepEqual(await run(shown), [[1, 2], [3]]);
  await when(async () => (await run(told)).flat().length === 0, 'the panels to say no more');
});

test('pings are no rows and keep the connection', { skip: NO_HUB }, async (t) => {
  const { run } = await stage.open(t);
  const hub = await startHub(t, 1);
  const heartbeat = { send: { type: 6 }, intervalMs: 500, anyWithinMs: 4000 };
  await run(begin, hub.url, { ...EVENTS, heartbeat }, [{ params: {} }]);
  await when(async () => (await hub.counts()).connections === 1, 'the connection');
  await run(({ sleep }) => sleep(6000));
  hub.send('tick', { v: 1 });
  await when(async () => (await run(shown))[0].length === 1, 'the row');
  assert.deepEqual([await run(shown), await run(told)], [[[1]], [[]]]);
  const reconnects = ({ stat }) => stat(window.presetReadings[0].latest, 'Connection: reconnects');
  assert.equal(await run(reconnects), 0);
});

test('a hub that refuses the handshake is told in its words, and not asked again', { skip: NO_HUB }, async (t) => {
  const { run } = await stage.open(t);
  const hub = await startHub(t);
  const handshake = [
    {
      send: { protocol: 'json', version: 99 },
      expect: { '$.type': { exists: false } },
      fail: [{ when: { '$.error': { exists: true } }, reason: '$.error' }],
    },
  ];
  await run(begin, hub.url, { ...EVENTS, handshake }, [{ params: { target: 'tick' } }]);
  const refused = /the server refused the handshake: .*version 99/;
  await when(async () => refused.test((await run(told)).flat().join()), 'the refusal');
  await run(({ sleep }) => sleep(500));
  assert.equal((await hub.counts()).connections, 0);
});

test('streaming methods share a socket, end, fail and are cancelled', { skip: NO_HUB }, async (t) => {
  const { run } = await stage.open(t);
  const hub = await startHub(t);
  const method = (/** @type {string} */ name, /** @type {unknown[]} */ ...args) => ({
    params: { method: name, arguments: args },
  });
  const targets = [
    method('count', 1, 4),
    method('clock', 'c'),
    method('broken'),
    method('nothing'),
    method('count', 7, 9),
  ];
  await run(begin, hub.url, STREAM, targets);
  await when(async () => (await run(told)).filter((texts) => texts.length > 0).length === 4, 'the ends');
  await when(async () => (await run(shown))[1].length > 2, 'the rows of the clock');
  const [first, , broken, nothing, last] = await run(shown);
  assert.deepEqual([first, broken, nothing, last], [[1, 2, 3], [1], [], [7, 8]]);
  const [over, clock, failed, unknown] = await run(told);
  assert.match(over.join(), /^The server has ended the subscription/);
  assert.deepEqual(clock, []);
  assert.match(failed.join(), /^The server refused the subscription: .*the sensor is broken/);
  assert.match(unknown.join(), /^The server refused the subscription: Unknown hub method 'nothing'/);
  const { connections, streams } = await hub.counts();
  assert.deepEqual([connections, streams], [1, ['c']]);
  await run(leave, 1);
  await when(async () => (await hub.counts()).streams.length === 0, 'the stream to be cancelled');
});

test('a hub that closes is come back to only where it says so', async (t) => {
  const { run } = await stage.open(t);
  let connected = 0;
  /** @type {object} */
  let close = { type: 7, error: 'the hub is moved', allowReconnect: true };
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  t.after(() => {
    server.clients.forEach((client) => client.terminate());
    server.close();
  });
  server.on('connection', (socket) => {
    connected += 1;
    socket.once('message', () => {
      socket.send('{}\u001e{"type":6}\u001e');
      socket.send(`${JSON.stringify({ type: 1, target: 'tick', arguments: [{ v: connected }] })}\u001e`);
      socket.send(`${JSON.stringify(close)}\u001e`);
      // A hub closes behind what it says.
      socket.close();
      close = { type: 7, error: 'the hub is closed' };
    });
  });
  await once(server, 'listening');
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  await run(begin, `ws://127.0.0.1:${port}`, EVENTS, [{ params: { target: 'tick' } }]);
  await when(async () => /the hub is closed/.test((await run(told)).flat().join()), 'the end');
  assert.deepEqual(await run(shown), [[1, 2]]);
  await run(({ sleep }) => sleep(500));
  assert.equal(connected, 2);
});
