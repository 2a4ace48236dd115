import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { once } from 'node:events';
import { test } from 'node:test';
import { read, serve, until } from '../../test/support/feed.mjs';

/**
 * @param {string} url
 * @param {RequestInit} [init]
 */
async function ask(url, init) {
  const response = await fetch(url, init);
  const text = await response.text();
  return { status: response.status, headers: response.headers, text };
}

test('/history ends with the newest rows sent on a path', async (t) => {
  const feed = await serve(t);
  const reader = await read(`${feed.url}/counter?period=2`);
  await reader.take(60);
  await reader.leave();
  const sent = feed.sent('/counter').map((message) => JSON.parse(message.toString()));
  const { status, headers, text } = await ask(`${feed.httpUrl}/history?path=/counter&count=50`);
  assert.equal(status, 200);
  assert.equal(headers.get('access-control-allow-origin'), '*');
  assert.equal(headers.get('content-type'), 'application/json');
  assert.deepEqual(JSON.parse(text), sent.slice(-50));
  const all = await ask(`${feed.httpUrl}/history?path=/counter`);
  assert.deepEqual(JSON.parse(all.text), sent);
});

test('/history holds rows only: no acknowledgements, no broken messages; arrays are taken apart', async (t) => {
  const feed = await serve(t);
  const trades = await read(`${feed.url}/trades?period=5`);
  trades.ws.send('{"method":"SUBSCRIBE","params":["btcusdt@trade"],"id":1}');
  await trades.take(5);
  await (await read(`${feed.url}/malformed?period=2&every=2&count=10`)).take(10);
  await (await read(`${feed.url}/simple?period=2&burst=10&count=3`)).take(3);
  const rows = async (/** @type {string} */ query) => JSON.parse((await ask(`${feed.httpUrl}/history${query}`)).text);
  const history = await rows('?path=/trades');
  assert.ok(history.length >= 4 && history.every((/** @type {{ e: string }} */ row) => row.e === 'trade'));
  assert.equal((await rows('?path=/malformed')).length, 5);
  assert.equal((await rows('?path=/simple')).length, 30);
  assert.deepEqual(await rows('?path=/logs'), []);
});

test('/history says what is wrong with a request', async (t) => {
  const feed = await serve(t);
  const unknown = await ask(`${feed.httpUrl}/history?path=/nothing`);
  assert.equal(unknown.status, 400);
  assert.match(JSON.parse(unknown.text).error, /path is "\/nothing"; there is no such feed\. There are: \/simple/);
  const count = await ask(`${feed.httpUrl}/history?count=many`);
  assert.deepEqual([count.status, JSON.parse(count.text).error.startsWith('count is "many"')], [400, true]);
});

test('/history misbehaves on demand', async (t) => {
  const feed = await serve(t);
  await (await read(`${feed.url}/simple?period=2&count=3`)).take(3);
  const start = performance.now();
  const slow = await ask(`${feed.httpUrl}/history/slow?delay=200`);
  assert.ok(performance.now() - start >= 195);
  assert.equal(JSON.parse(slow.text).length, 3);
  assert.equal((await ask(`${feed.httpUrl}/history/broken`)).status, 500);
  for (const path of ['/simple', '/logs']) {
    const malformed = await ask(`${feed.httpUrl}/history/malformed?path=${path}`);
    assert.equal(malformed.status, 200);
    assert.throws(() => JSON.parse(malformed.text), SyntaxError);
  }
});

test('/control tells the same as stats()', async (t) => {
  const feed = await serve(t);
  const readers = await Promise.all(['/echo', '/echo', '/silent'].map((path) => read(feed.url + path)));
  readers[0]?.ws.send('one');
  await readers[0]?.take(1);
  const { text } = await ask(`${feed.httpUrl}/control`);
  const stats = JSON.parse(text);
  assert.deepEqual(stats, feed.stats());
  assert.equal(stats.connections, 3);
  assert.deepEqual(stats.paths['/echo'], { open: 2, opened: 2, refused: 0, sent: 1 });
  assert.deepEqual(stats.received, [{ path: '/echo', text: 'one' }]);
});

test('POST /control/drop drops all connections, or those of one path', async (t) => {
  const feed = await serve(t);
  const open = () => Promise.all(['/simple', '/echo', '/silent'].map((path) => read(feed.url + path)));
  const [simple, echo, silent] = await open();
  const one = await ask(`${feed.httpUrl}/control/drop?path=/echo`, { method: 'POST' });
  assert.deepEqual(JSON.parse(one.text), { dropped: 1 });
  assert.equal((await echo?.ended())?.code, 1006);
  assert.equal(simple?.closed, undefined);
  const rest = await ask(`${feed.httpUrl}/control/drop`, { method: 'POST' });
  assert.deepEqual(JSON.parse(rest.text), { dropped: 2 });
  assert.deepEqual([(await simple?.ended())?.code, (await silent?.ended())?.code], [1006, 1006]);
  await until(() => feed.stats().connections === 0, 'no connection');
  const wrong = await ask(`${feed.httpUrl}/control/drop`);
  assert.deepEqual([wrong.status, wrong.headers.get('allow')], [405, 'POST']);
  assert.equal((await ask(`${feed.httpUrl}/history`, { method: 'POST' })).status, 405);
});

test('a browser may ask from any page', async (t) => {
  const feed = await serve(t);
  const preflight = await ask(`${feed.httpUrl}/control/drop`, { method: 'OPTIONS' });
  assert.equal(preflight.status, 204);
  assert.equal(preflight.headers.get('access-control-allow-origin'), '*');
  assert.match(preflight.headers.get('access-control-allow-methods') ?? '', /POST/);
});

test('/ lists every feed', async (t) => {
  const feed = await serve(t);
  const { status, headers, text } = await ask(`${feed.httpUrl}/`);
  assert.equal(status, 200);
  assert.match(headers.get('content-type') ?? '', /text\/html/);
  for (const { example } of feed.feeds) {
    assert.ok(text.includes((feed.url + example).replaceAll('&', '&#38;')), example);
  }
});

test('a feed asked for over HTTP tells what a handshake would meet', async (t) => {
  const feed = await serve(t);
  const statuses = {
    '/simple': 426,
    '/unauthorized': 401,
    '/forbidden': 403,
    '/protocol': 400,
    '/simple?period=x': 400,
  };
  for (const [path, status] of Object.entries(statuses)) {
    assert.equal((await ask(feed.httpUrl + path)).status, status, path);
  }
  assert.equal((await ask(`${feed.httpUrl}/nothing`)).status, 404);
});

test('unreadable requests and broken frames do no harm', async (t) => {
  const feed = await serve(t);
  const upgrade = 'Host: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n';
  for (const request of [
    'GET http://[ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
    `GET http://[ HTTP/1.1\r\n${upgrade}\r\n`,
    `GET /simple HTTP/1.1\r\n${upgrade}Sec-WebSocket-Key: short\r\n\r\n`,
    'nonsense\r\n\r\n',
  ]) {
    const socket = connect(feed.port, '127.0.0.1', () => socket.write(request));
    const [answer] = await once(socket, 'data');
    assert.match(answer.toString(), /^HTTP\/1\.1 4\d\d /, request);
    socket.destroy();
  }
  const reader = await read(`${feed.url}/simple`);
  // A frame with reserved bits set; the server answers 1002 and puts the fault down.
  const { _socket: raw } = /** @type {{ _socket: import('node:net').Socket }} */ (/** @type {unknown} */ (reader.ws));
  raw.write(Buffer.from([0xf1, 0x80, 0, 0, 0, 0]));
  assert.equal((await reader.ended()).code, 1002);
  assert.equal(feed.stats().faults.at(-1)?.path, '/simple');
  assert.match(feed.stats().faults.at(-1)?.message ?? '', /RSV/);
});
