// The preset graphql-transport-ws against the server of the npm package graphql-ws.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { startGraphql } from '../support/graphqlServer.mjs';
import { begin, leave, shown, told, when } from './presetPage.mjs';
import { setStage } from './stage.mjs';

const stage = setStage();
const PRESET = { preset: 'graphql-transport-ws' };
const READS = 'subscription Read($sensor: String!) { tick(sensor: $sensor) { sensor v } }';

/** A query that reads a sensor. */
const reads = (/** @type {string} */ sensor) => ({
  params: { query: READS, variables: { sensor } },
  fields: [{ path: '$.tick.v', type: 'number' }],
});

test('subscriptions share a socket, each gets its own, and an end or a refusal concerns one alone', async (t) => {
  const { run } = await stage.open(t);
  const server = await startGraphql(t);
  const wrong = { params: { query: 'subscription { tock { v } }' } };
  const countdown = {
    params: { query: 'subscription { countdown(from: 3) { v } }' },
    fields: [{ path: '$.countdown.v', type: 'number' }],
  };
  await run(begin, server.url, PRESET, [reads('a'), reads('b'), wrong, countdown, reads('secret')]);
  await when(async () => server.ticks.sensors().join() === 'a,b', 'the subscriptions');
  await when(
    async () => (await run(told)).filter((texts) => texts.length > 0).length === 3,
    'what is said of the others'
  );
  server.ticks.publish('a', 1);
  server.ticks.publish('b', 2);
  server.ticks.publish('a', 3);
  await when(async () => (await run(shown)).flat().length === 6, 'the rows');
  assert.deepEqual(await run(shown), [[1, 3], [2], [], [3, 2, 1], []]);
  const [a, b, refused, over, secret] = await run(told);
  assert.deepEqual([a, b], [[], []]);
  assert.match(
    refused.join(),
    /^The server refused the subscription: Cannot query field "tock" on type "Subscription"/
  );
  assert.match(over.join(), /^The server has ended the subscription/);
  assert.match(secret.join(), /^The server refused the subscription: You may not read the sensor "secret"/);
  assert.equal(server.clients().length, 1);
  await run(leave, 1);
  await when(async () => server.ticks.sensors().join() === 'a', 'the subscription to be taken back');
});

test('an error beside the data is shown', async (t) => {
  const { run } = await stage.open(t);
  const server = await startGraphql(t);
  await run(begin, server.url, PRESET, [reads('a')]);
  await when(async () => server.ticks.sensors().length === 1, 'the subscription');
  server.ticks.publish('a', new Error('the sensor is broken'));
  await when(async () => /the sensor is broken/.test((await run(told)).flat().join()), 'the error');
  server.ticks.publish('a', 2);
  await when(async () => (await run(shown))[0].includes(2), 'the row behind it');
});

test('after a restart of the server everything is subscribed to anew', async (t) => {
  const { run } = await stage.open(t);
  const server = await startGraphql(t);
  await run(begin, server.url, PRESET, [reads('a'), reads('b')]);
  await when(async () => server.ticks.sensors().length === 2, 'the subscriptions');
  server.ticks.publish('a', 1);
  await when(async () => (await run(shown))[0].length === 1, 'the row');
  await server.stop();
  await when(
    async () => (await run(told)).every(([text]) => /^Not connected to/.test(text ?? '')),
    'the panels to say so'
  );
  await when(async () => server.ticks.sensors().length === 0, 'the server to forget');
  await server.start();
  await when(async () => server.ticks.sensors().length === 2, 'the subscriptions again');
  server.ticks.publish('a', 2);
  server.ticks.publish('b', 3);
  await when(async () => (await run(shown)).flat().length === 3, 'rows again');
  assert.deepEqual(await run(shown), [[1, 2], [3]]);
  await when(async () => (await run(told)).flat().length === 0, 'the panels to say no more');
});

test('pings of the server are answered, and its pongs are no rows', async (t) => {
  const { run } = await stage.open(t);
  /** @type {unknown[]} */
  const pongs = [];
  let pings = 0;
  const server = await startGraphql(t, {
    onPong: (_context, payload) => void pongs.push(payload),
    onPing: () => void (pings += 1),
  });
  const heartbeat = { send: { type: 'ping' }, expect: { '$.type': 'pong' }, intervalMs: 100, timeoutMs: 5000 };
  await run(begin, server.url, { ...PRESET, heartbeat }, [reads('a')]);
  await when(async () => server.ticks.sensors().length === 1, 'the subscription');
  server.clients()[0].send(JSON.stringify({ type: 'ping', payload: { at: 5 } }));
  await when(async () => pongs.length > 0 && pings > 2, 'pings both ways');
  assert.deepEqual(pongs, [{ at: 5 }]);
  server.ticks.publish('a', 1);
  await when(async () => (await run(shown))[0].length === 1, 'the row');
  assert.deepEqual(await run(told), [[]]);
  assert.equal(server.connected(), 1);
});

test('a server that forbids is told in words, and asked again only with other params', async (t) => {
  const { run } = await stage.open(t);
  const server = await startGraphql(t, { onConnect: ({ connectionParams }) => connectionParams?.who === 'me' });
  await run(begin, server.url, PRESET, [reads('a')]);
  await when(async () => /Forbidden/.test((await run(told)).flat().join()), 'the refusal');
  const before = server.connected();
  await run(({ sleep }) => sleep(1000));
  assert.equal(server.connected(), before);
  await run(leave, 0);
  await run(begin, server.url, { ...PRESET, options: { connectionParams: '{"who":"me"}' } }, [reads('a')]);
  await when(async () => server.ticks.sensors().length === 1, 'the subscription');
});

test('a server of another subprotocol is no server of this one', async (t) => {
  const { run } = await stage.open(t);
  const server = await startGraphql(t);
  await run(begin, server.url, { ...PRESET, subprotocols: ['graphql-ws'] }, [reads('a')]);
  await when(async () => /^Not connected to/.test((await run(told)).flat().join()), 'the panel to say so');
  assert.deepEqual(server.ticks.sensors(), []);
});

test('a query without its query is told before anything is sent', async (t) => {
  const { run } = await stage.open(t);
  const server = await startGraphql(t);
  await run(begin, server.url, PRESET, [{ params: { variables: '{}' } }]);
  await when(async () => /params\.query/.test((await run(told)).flat().join()), 'the fault');
});
