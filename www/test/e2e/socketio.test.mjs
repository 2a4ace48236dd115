// The preset Socket.IO against the server of the npm package socket.io.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { startSocketIo } from '../support/socketIoServer.mjs';
import { when } from './presetPage.mjs';
import { setStage } from './stage.mjs';

const stage = setStage();

/** Queries of one data source begin to read; the page keeps them for the calls that follow. */
async function begin({ source, read }, url, allParams, options = {}) {
  const settings = { preset: 'socketio', options, reconnect: { minMs: 50, maxMs: 200 }, lingerMs: 100 };
  const dataSource = await source(settings, { url });
  window.presetReadings = allParams.map((params) =>
    read(dataSource, { params, fields: [{ path: '$.v', type: 'number' }] })
  );
}

/** The values that each of them shows. */
const shown = ({ values }) => window.presetReadings.map(({ latest }) => values(latest, 'v'));

const told = ({ notices }) =>
  window.presetReadings.map(({ latest }) => [
    ...notices(latest),
    ...(latest?.errors ?? []).map(({ message }) => message),
  ]);

/** Clients may join rooms and leave them. @param {import('socket.io').Server} io */
function openRooms(io) {
  io.on('connection', (socket) => {
    socket.on('join', (room, answer) => {
      void socket.join(room);
      answer();
    });
    socket.on('leave', (room) => void socket.leave(room));
  });
}

test('events share a connection, and each query gets its own, also in rooms that it asked for', async (t) => {
  const { run } = await stage.open(t);
  const server = await startSocketIo(t, openRooms);
  await run(begin, server.url, [
    { event: 'temperature' },
    { event: 'pressure', emit: '["join","hall"]', emitOnLeave: ['leave', 'hall'] },
  ]);
  const members = (/** @type {string} */ room) => server.io.of('/').adapter.rooms.get(room)?.size ?? 0;
  await when(async () => members('hall') === 1, 'the room to be joined');
  server.io.emit('temperature', { v: 1 });
  server.io.emit('humidity', { v: 2 });
  server.io.to('hall').emit('pressure', { v: 3 });
  server.io.to('yard').emit('pressure', { v: 4 });
  server.io.emit('pressure', { v: 5 }, Buffer.from('attached'));
  server.io.emit('temperature', { v: 6, picture: Buffer.from('42["temperature",{"v":7}]') });
  server.io.to('hall').emit('pressure', { v: 8 });
  await when(async () => (await run(shown)).flat().length >= 5, 'the rows');
  // Two arguments are an array, whose items are read one by one.
  assert.deepEqual(await run(shown), [
    [1, 6],
    [3, 5, 8],
  ]);
  assert.equal(server.io.engine.clientsCount, 1);
  assert.deepEqual(await run(told), [[], []]);
  await run(() => window.presetReadings[1].stop());
  await when(async () => members('hall') === 0, 'the room to be left');
  assert.equal(server.io.engine.clientsCount, 1);
});

test('a namespace is joined with the auth payload, and a refusal is told and not asked again', async (t) => {
  const { run } = await stage.open(t);
  let asked = 0;
  const server = await startSocketIo(t, (io) => {
    io.of('/plant').use((socket, next) => {
      asked += 1;
      next(socket.handshake.auth.user === 'viewer' ? undefined : new Error('only viewers may look'));
    });
    io.of('/plant').on('connection', (socket) => socket.emit('tick', { v: 1 }));
    io.on('connection', (socket) => socket.emit('tick', { v: 2 }));
  });
  await run(begin, server.url, [{ event: 'tick' }], { namespace: '/plant', auth: { user: 'viewer' } });
  await when(async () => (await run(shown))[0].length === 1, 'the row');
  assert.deepEqual(await run(shown), [[1]]);
  assert.deepEqual(await run(told), [[]]);
  await run(() => window.presetReadings[0].stop());

  await run(begin, server.url, [{ event: 'tick' }], { namespace: '/plant', auth: '{"user":"stranger"}' });
  const refused = /the server refused namespace \/plant: only viewers may look/;
  await when(async () => refused.test((await run(told)).flat().join()), 'the refusal');
  await run(({ sleep }) => sleep(1000));
  assert.equal(asked, 2);
});

test('a server that pings keeps its client, and one that has gone is come back to', async (t) => {
  const { run } = await stage.open(t);
  const server = await startSocketIo(t, openRooms, { pingInterval: 200, pingTimeout: 300 });
  await run(begin, server.url, [{ event: 'tick', emit: ['join', 'hall'] }]);
  const members = () => server.io.of('/').adapter.rooms.get('hall')?.size ?? 0;
  await when(async () => members() === 1, 'the room to be joined');
  const [before] = await server.io.fetchSockets();
  await run(({ sleep }) => sleep(1500));
  const [after] = await server.io.fetchSockets();
  assert.equal(after?.id, before?.id, 'the same connection');
  server.io.to('hall').emit('tick', { v: 1 });
  await when(async () => (await run(shown))[0].length === 1, 'the row');
  await server.stop();
  await when(async () => /^Not connected to/.test((await run(told))[0][0] ?? ''), 'the panel to say so');
  await server.start();
  await when(async () => members() === 1, 'the room to be joined again');
  server.io.to('hall').emit('tick', { v: 2 });
  await when(async () => (await run(shown))[0].length === 2, 'rows again');
  assert.deepEqual(await run(shown), [[1, 2]]);
  await when(async () => (await run(told)).flat().length === 0, 'the panel to say no more');
  for (const socket of await server.io.fetchSockets()) {
    socket.disconnect();
  }
  await when(async () => members() === 1, 'who was put out to come back');
});
