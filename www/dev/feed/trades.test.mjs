import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { read, serve, until } from '../../test/support/feed.mjs';

const SUBSCRIBE = '{"method":"SUBSCRIBE","params":["btcusdt@trade"],"id":1}';

/**
 * @param {import('../../test/support/feed.mjs').Reader} reader
 * @param {unknown} request
 */
async function ask(reader, request) {
  const before = reader.messages.length;
  reader.ws.send(typeof request === 'string' ? request : JSON.stringify(request));
  const isReply = (/** @type {string | Buffer} */ message) => !String(message).startsWith('{"e":"trade"');
  await until(() => reader.messages.slice(before).some(isReply), 'a reply');
  return JSON.parse(String(reader.messages.slice(before).find(isReply)));
}

test('/trades is silent until it is asked, then acknowledges and trades', async (t) => {
  const feed = await serve(t);
  const reader = await read(`${feed.url}/trades?period=10`);
  await sleep(100);
  assert.deepEqual(reader.messages, []);
  reader.ws.send(SUBSCRIBE);
  const [ack, ...trades] = await reader.takeJson(20);
  assert.deepEqual(ack, { result: null, id: 1 });
  trades.forEach((trade, i) => {
    assert.deepEqual(Object.keys(trade), ['e', 'E', 's', 't', 'p', 'q', 'T', 'm']);
    assert.equal(trade.s, 'BTCUSDT');
    assert.equal(trade.t, trades[0].t + i);
    assert.match(trade.p, /^\d+\.\d{8}$/);
    assert.ok(Number(trade.p) > 60_000 && Number(trade.p) < 75_000, `price ${trade.p}`);
    assert.ok(Number(trade.q) > 0);
    assert.ok(trade.T <= trade.E && Math.abs(trade.E - Date.now()) < 10_000);
  });
  assert.deepEqual(feed.stats().received, [{ path: '/trades', text: SUBSCRIBE }]);
});

test('/stream has each trade in an envelope that names its stream', async (t) => {
  const feed = await serve(t);
  const reader = await read(`${feed.url}/stream?period=10`);
  reader.ws.send(SUBSCRIBE);
  const [ack, ...trades] = await reader.takeJson(5);
  assert.deepEqual(ack, { result: null, id: 1 });
  trades.forEach(({ stream, data }) => assert.deepEqual([stream, data.s], ['btcusdt@trade', 'BTCUSDT']));
});

test('/trades serves several symbols, lists them, and stops those that are given up', async (t) => {
  const feed = await serve(t);
  const reader = await read(`${feed.url}/trades?period=5`);
  const params = ['btcusdt@trade', 'ethusdt@trade'];
  assert.deepEqual(await ask(reader, { method: 'SUBSCRIBE', params, id: 'a' }), { result: null, id: 'a' });
  // Twice is the same as once.
  await ask(reader, { method: 'SUBSCRIBE', params, id: 2 });
  assert.deepEqual(await ask(reader, { method: 'LIST_SUBSCRIPTIONS', id: 3 }), { result: params, id: 3 });
  await ask(reader, { method: 'UNSUBSCRIBE', params: ['btcusdt@trade'], id: 4 });
  const from = reader.messages.length;
  await reader.take(from + 10);
  assert.ok(reader.messages.slice(from).every((message) => JSON.parse(String(message)).s === 'ETHUSDT'));
  await ask(reader, { method: 'UNSUBSCRIBE', params: ['ethusdt@trade'], id: 5 });
  const count = reader.messages.length;
  await sleep(80);
  assert.equal(reader.messages.length, count);
});

test('/trades gives two clients the same trades', async (t) => {
  const feed = await serve(t);
  const readers = await Promise.all([1, 2].map(() => read(`${feed.url}/trades?period=5`)));
  readers.forEach((reader) => reader.ws.send(SUBSCRIBE));
  const [one, two] = await Promise.all(readers.map((reader) => reader.take(30)));
  const first = two?.[1];
  const offset = /** @type {(string | Buffer)[]} */ (one).indexOf(/** @type {string} */ (first));
  assert.ok(offset > 0);
  assert.deepEqual(one?.slice(offset), two?.slice(1, 31 - offset));
});

test('/trades answers wrong requests as an exchange does', async (t) => {
  const feed = await serve(t);
  const reader = await read(`${feed.url}/trades`);
  assert.equal((await ask(reader, 'hello')).error.code, 3);
  assert.match((await ask(reader, '[1]')).error.msg, /must be a JSON object/);
  const unknownMethod = await ask(reader, { method: 'BUY', id: 8 });
  assert.deepEqual([unknownMethod.id, unknownMethod.error.code], [8, 2]);
  assert.match(unknownMethod.error.msg, /unknown method "BUY"/);
  assert.match((await ask(reader, { method: 'SUBSCRIBE', id: 9 })).error.msg, /params must be an array/);
  const unknownStream = await ask(reader, { method: 'SUBSCRIBE', params: ['btcusdt@trade', 'x@trade'], id: 10 });
  assert.match(unknownStream.error.msg, /unknown stream "x@trade"; there are btcusdt@trade/);
  // All or nothing: the known one of the two was not subscribed to.
  assert.deepEqual((await ask(reader, { method: 'LIST_SUBSCRIPTIONS', id: 11 })).result, []);
});
