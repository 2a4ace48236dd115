import assert from 'node:assert/strict';
import { once } from 'node:events';
import net from 'node:net';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { until } from './feed.mjs';
import { startTcpProxy } from './tcpProxy.mjs';

/**
 * A server that keeps what it gets, a proxy before it, and a client of the proxy.
 * @param {import('node:test').TestContext} t
 */
async function line(t) {
  const server = net.createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = /** @type {net.AddressInfo} */ (server.address());
  const proxy = await startTcpProxy(t, port);
  t.after(() => server.close());
  const accepted = once(server, 'connection');
  const near = end(net.connect(proxy.port, '127.0.0.1'));
  const far = end((await accepted)[0]);
  t.after(() => [near, far].forEach(({ socket }) => socket.destroy()));
  return { proxy, near, far };
}

/** One end of a connection. @param {net.Socket} socket */
function end(socket) {
  const seen = { socket, text: '', pieces: 0, ended: false, failed: '' };
  socket.on('data', (bytes) => {
    seen.text += bytes;
    seen.pieces += 1;
  });
  socket.on('end', () => (seen.ended = true));
  socket.on('error', (error) => (seen.failed = /** @type {NodeJS.ErrnoException} */ (error).code ?? ''));
  return seen;
}

test('what is sent passes both ways, and so does the end, after what is on its way', async (t) => {
  const { proxy, near, far } = await line(t);
  proxy.down.latencyMs = 100;
  far.socket.end('to the client');
  near.socket.write('to the server');
  await until(() => near.ended, 'the end');
  assert.deepEqual([near.text, far.text], ['to the client', 'to the server']);
});

test('bytes that are held come later, and none is lost', async (t) => {
  const { proxy, near, far } = await line(t);
  proxy.down.hold();
  far.socket.write('one ');
  await sleep(50);
  assert.equal(near.text, '');
  far.socket.write('two');
  proxy.down.release();
  await until(() => near.text === 'one two', 'the bytes');
});

test('a connection that loses tells neither bytes nor the end, and others are not concerned', async (t) => {
  const { proxy, near, far } = await line(t);
  proxy.lose('down');
  far.socket.end('lost');
  near.socket.write('arrives');
  await until(() => far.text === 'arrives', 'the other direction');
  await sleep(50);
  assert.deepEqual([near.text, near.ended], ['', false]);
});

test('pieces, rates and latencies are kept to', async (t) => {
  const { proxy, near, far } = await line(t);
  proxy.down.pieceBytes = 10;
  proxy.down.bytesPerSecond = 1000;
  proxy.down.latencyMs = 100;
  const begun = performance.now();
  far.socket.write('x'.repeat(100));
  await until(() => near.text.length === 100, 'the bytes');
  const took = performance.now() - begun;
  assert.ok(took >= 185, `100 bytes at 1000 a second, 100 ms away, took ${took} ms`);
  assert.ok(near.pieces >= 5, `${near.pieces} pieces`);
});

test('what comes within the time to gather comes together', async (t) => {
  const { proxy, near, far } = await line(t);
  proxy.down.gatherMs = 300;
  for (let n = 0; n < 5; n += 1) {
    far.socket.write(`${n}`);
    await sleep(5);
  }
  await until(() => near.text === '01234', 'the bytes');
  assert.ok(near.pieces <= 2, `${near.pieces} pieces`);
});

test('a connection is reset after exactly so many bytes', async (t) => {
  const { proxy, near, far } = await line(t);
  proxy.down.resetAfterBytes = 7;
  far.socket.write('0123');
  far.socket.write('456789');
  await until(() => near.socket.destroyed && far.socket.destroyed, 'the end of both sides');
  assert.equal(far.failed, 'ECONNRESET');
  assert.equal(near.text, '0123456');
});

test('an address that refuses accepts again on the same port; what is open stays', async (t) => {
  const { proxy, near, far } = await line(t);
  proxy.refuse();
  const refused = net.connect(proxy.port, '127.0.0.1');
  const [error] = await once(refused, 'error');
  assert.equal(error.code, 'ECONNREFUSED');
  far.socket.write('still here');
  await until(() => near.text === 'still here', 'bytes of the open connection');
  await proxy.listen();
  const again = net.connect(proxy.port, '127.0.0.1');
  await once(again, 'connect');
  again.destroy();
});

test('new connections are cut or led nowhere when told so', async (t) => {
  const { proxy } = await line(t);
  for (const [reception, ends] of /** @type {const} */ ([
    ['cut', true],
    ['silence', false],
  ])) {
    proxy.reception = reception;
    const client = end(net.connect(proxy.port, '127.0.0.1'));
    await once(client.socket, 'connect');
    await sleep(50);
    assert.equal(client.ended || client.failed !== '', ends, reception);
    client.socket.destroy();
  }
});

test('bytes are put in between, and cutting ends both sides', async (t) => {
  const { proxy, near, far } = await line(t);
  far.socket.write('good ');
  await until(() => near.text === 'good ', 'the bytes');
  proxy.inject(Buffer.from('bad'));
  await until(() => near.text === 'good bad', 'the other bytes');
  proxy.cut();
  await until(() => near.ended && far.ended, 'both ends');
});
