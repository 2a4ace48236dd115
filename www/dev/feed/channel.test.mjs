import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocketServer } from 'ws';
import { Channel } from './channel.mjs';
import { Client } from './client.mjs';
import { PathRecord } from './ledger.mjs';
import { read } from '../../test/support/feed.mjs';

/** @returns {Generator<string, never>} */
function* megabytes() {
  for (let n = 0; ; n++) {
    yield String(n).padEnd(1024 * 1024);
  }
}

test('a member that does not read is dropped; the others get every message, and the sequence then waits', async (t) => {
  const record = new PathRecord();
  const channel = new Channel(megabytes());
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  t.after(() => server.close());
  server.on('connection', (ws, request) => channel.join(new Client(ws, request.socket, record), 25));
  await once(server, 'listening');
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());

  const stuck = await read(`ws://127.0.0.1:${port}`);
  stuck.ws.pause();
  const good = await read(`ws://127.0.0.1:${port}`);
  const dropped = once([...server.clients][0] ?? assert.fail('no client'), 'close');
  assert.equal((await dropped)[0], 1006);
  // It came later, so it lacks the numbers before its first.
  const missed = Number((await good.take(1))[0]);
  await good.take(record.journal.size - missed);
  await good.leave();
  assert.deepEqual(record.journal.messages().slice(missed), good.messages);
  const { size } = record.journal;
  await sleep(50);
  assert.equal(record.journal.size, size);
  stuck.ws.terminate();
});
