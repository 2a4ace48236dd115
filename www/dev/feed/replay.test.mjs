import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf, moved, readRecording, recordingNames } from './feeds/replay.mjs';
import { read, refusal, serve } from '../../test/support/feed.mjs';

test('/replay sends every recording in order, text as text and bytes as bytes, then stays open', async (t) => {
  const feed = await serve(t);
  const names = recordingNames();
  assert.ok(names.length >= 28, `there are ${names.length} recordings`);
  await Promise.all(
    names.map(async (name) => {
      const recorded = readRecording(name).messages.map(messageOf);
      const reader = await read(`${feed.url}/replay/${name}?every=2`);
      assert.deepEqual(await reader.take(recorded.length), recorded, name);
      await sleep(50);
      assert.equal(reader.messages.length, recorded.length, name);
      assert.equal(reader.closed, undefined, name);
      assert.deepEqual(feed.sent(`/replay/${name}`), recorded, name);
    })
  );
});

test('/replay keeps the pace asked for', async (t) => {
  const feed = await serve(t);
  const reader = await read(`${feed.url}/replay/binance-trade?every=40`);
  await reader.take(11);
  const took = /** @type {number} */ (reader.times[10]) - /** @type {number} */ (reader.times[0]);
  assert.ok(took > 360 && took < 700, `10 pauses of 40 ms took ${took} ms`);
  assert.match((await refusal(`${feed.url}/replay/binance-trade?every=0`)).error, /every is "0"/);
  assert.match((await refusal(`${feed.url}/replay/binance-trade?loop=yes`)).error, /loop is "yes"; it must be 1 or 0/);
});

test('/replay selects the subprotocol of the real feed where it is offered', async (t) => {
  const feed = await serve(t);
  const reader = await read(`${feed.url}/replay/graphql-ws`, ['graphql-ws', 'graphql-transport-ws']);
  assert.equal(reader.ws.protocol, 'graphql-transport-ws');
  assert.equal((await read(`${feed.url}/replay/graphql-ws`)).ws.protocol, '');
});

test('a loop goes on with times of today', async (t) => {
  const feed = await serve(t);
  const { messages } = readRecording('binance-trade');
  const reader = await read(`${feed.url}/replay/binance-trade?loop=1&every=2`);
  const sent = await reader.takeJson(messages.length + 3);
  const recorded = messages.map((message) => JSON.parse(messageOf(message).toString()));
  const delta = sent[1].T - recorded[1].T;
  assert.ok(Math.abs(Date.now() - sent[1].T) < 5000, `the first trade is of ${new Date(sent[1].T).toISOString()}`);
  sent.slice(0, messages.length).forEach((trade, i) => {
    const { T, E, ...rest } = recorded[i];
    assert.deepEqual(trade, T ? { T: T + delta, E: E + delta, ...rest } : rest);
  });
  assert.deepEqual(sent[messages.length], recorded[0]);
  assert.equal(sent[messages.length + 1].t, recorded[1].t);
});

test('times are moved in every notation, and nothing else is', () => {
  const at = Date.parse('2023-01-01T10:00:00Z');
  const before =
    '{"iso":"2023-01-01T09:59:59.123456Z","zone":"2023-01-01T10:59:59+01:00","s":1672567199.5,"ms":1672567199001,' +
    '"us":1672567199001002,"ns":"1672567199001002003","id":1234567890123,"long":16725671990010,"f":0.1672567199001}';
  const after =
    '{"iso":"2023-01-02T11:00:00.123456Z","zone":"2023-01-02T12:00:00+01:00","s":1672657200.5,"ms":1672657200001,' +
    '"us":1672657200001002,"ns":"1672657200001002003","id":1234567890123,"long":16725671990010,"f":0.1672567199001}';
  assert.equal(moved(before, at, 90_001), after);
});
