import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { Reader, read, refusal, serve, until } from '../../test/support/feed.mjs';

test('/drop cuts the connection after its messages, without a close frame', async (t) => {
  const feed = await serve(t);
  const reader = await read(`${feed.url}/drop?after=5&period=5`);
  assert.deepEqual(await reader.ended(), { code: 1006, reason: '' });
  assert.equal(reader.messages.length, 5);
  assert.deepEqual(feed.sent('/drop'), reader.messages);
  const none = await read(`${feed.url}/drop?after=0`);
  assert.equal((await none.ended()).code, 1006);
  assert.equal(none.messages.length, 0);
});

test('/close closes with the code and reason asked for', async (t) => {
  const feed = await serve(t);
  const reader = await read(`${feed.url}/close?after=3&code=4321&reason=see%20you&period=5`);
  assert.deepEqual(await reader.ended(), { code: 4321, reason: 'see you' });
  assert.equal(reader.messages.length, 3);
  const usual = await read(`${feed.url}/close?after=0`);
  assert.deepEqual(await usual.ended(), { code: 4001, reason: 'bye' });
  assert.match((await refusal(`${feed.url}/close?code=1006`)).error, /code is 1006; a close frame carries/);
  assert.match((await refusal(`${feed.url}/close?reason=${'x'.repeat(124)}`)).error, /reason has 124 bytes/);
});

test('/silent opens, says nothing, answers neither pings nor a close, and notices when the client is gone', async (t) => {
  const feed = await serve(t);
  const reader = await read(`${feed.url}/silent`);
  reader.ws.on('pong', () => assert.fail('a half-open peer answers no ping'));
  reader.ws.ping();
  reader.ws.send('anybody there?');
  reader.ws.close(1000);
  await sleep(300);
  assert.deepEqual(reader.messages, []);
  assert.equal(reader.ws.readyState, WebSocket.CLOSING);
  assert.equal(feed.stats().paths['/silent']?.open, 1);
  assert.deepEqual(feed.stats().received, []);
  reader.ws.terminate();
  await until(() => feed.stats().paths['/silent']?.open === 0, 'the server to notice');
});

test('other feeds answer pings', async (t) => {
  const feed = await serve(t);
  const reader = await read(`${feed.url}/echo`);
  reader.ws.ping();
  await once(reader.ws, 'pong');
});

test('/malformed breaks each third message, in several ways', async (t) => {
  const feed = await serve(t);
  const reader = await read(`${feed.url}/malformed?every=3&period=2`);
  const messages = (await reader.take(24)).map(String);
  messages.forEach((message, i) => {
    if (i % 3 === 2) {
      assert.throws(() => JSON.parse(message), SyntaxError, message);
    } else {
      assert.equal(typeof JSON.parse(message).value, 'number');
    }
  });
  const broken = messages.filter((_, i) => i % 3 === 2).map((message) => message.replace(/[\d.]+/g, '0'));
  assert.equal(new Set(broken).size, 4);
});

for (const bytes of [100, 5_000_000]) {
  test(`/huge sends rows of exactly ${bytes} bytes`, async (t) => {
    const feed = await serve(t);
    const reader = await read(`${feed.url}/huge?bytes=${bytes}&period=20`);
    for (const message of await reader.take(2)) {
      assert.equal(Buffer.byteLength(message), bytes);
      const { time, value, padding } = JSON.parse(message.toString());
      assert.ok(time > 0 && value > 0 && /^x+$/.test(padding));
    }
  });
}

test('/slow answers the handshake late, then sends rows', async (t) => {
  const feed = await serve(t);
  const start = performance.now();
  const reader = await read(`${feed.url}/slow?delay=250&period=5`);
  const took = performance.now() - start;
  assert.ok(took >= 245 && took < 1000, `${took} ms`);
  assert.equal(typeof (await reader.takeJson(3))[2].value, 'number');
});

test('/slow forgets a client that gives up during the delay', async (t) => {
  const feed = await serve(t);
  const reader = new Reader(`${feed.url}/slow?delay=300`);
  reader.ws.on('error', (error) => assert.match(error.message, /before the connection was established/));
  await sleep(100);
  reader.ws.terminate();
  await sleep(400);
  assert.deepEqual(feed.stats().paths['/slow'], { open: 0, opened: 0, refused: 0, sent: 0 });
});

test('/protocol wants its subprotocol', async (t) => {
  const feed = await serve(t);
  const without = await refusal(`${feed.url}/protocol?want=v2`);
  assert.deepEqual([without.status, without.error], [400, 'The subprotocol "v2" must be offered; offered: none.']);
  const other = await refusal(`${feed.url}/protocol?want=v2`, ['v1', 'v3']);
  assert.deepEqual([other.status, other.error], [400, 'The subprotocol "v2" must be offered; offered: v1, v3.']);
  const reader = await read(`${feed.url}/protocol?want=v2&period=5`, ['v1', 'v2']);
  assert.equal(reader.ws.protocol, 'v2');
  await reader.take(2);
  assert.equal(feed.stats().paths['/protocol']?.refused, 2);
});

test('other feeds take the first subprotocol that is offered', async (t) => {
  const feed = await serve(t);
  assert.equal((await read(`${feed.url}/echo`, ['a', 'b'])).ws.protocol, 'a');
  assert.equal((await read(`${feed.url}/echo`)).ws.protocol, '');
});

test('/wrong-protocol names a subprotocol nobody offered, so that the client fails', async (t) => {
  const feed = await serve(t);
  const offered = new WebSocket(`${feed.url}/wrong-protocol`, ['v1']);
  assert.match((await once(offered, 'error'))[0].message, /invalid subprotocol/);
  const none = new WebSocket(`${feed.url}/wrong-protocol`);
  assert.match((await once(none, 'error'))[0].message, /none was requested/);
  await until(() => feed.stats().connections === 0, 'the connections to end');
});

test('/unauthorized and /forbidden turn everybody away', async (t) => {
  const feed = await serve(t);
  const unauthorized = await refusal(`${feed.url}/unauthorized`);
  assert.equal(unauthorized.status, 401);
  assert.equal(unauthorized.headers['www-authenticate'], 'Bearer');
  assert.equal((await refusal(`${feed.url}/forbidden`)).status, 403);
  assert.equal(feed.stats().paths['/unauthorized']?.refused, 1);
  assert.equal(feed.stats().opened, 0);
});
