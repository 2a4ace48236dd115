// The preset graphql-transport-ws against the server of the npm package graphql-ws.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { startGraphql } from '../support/graphqlServer.mjs';
import { testSubscriptions } from './graphqlTests.mjs';
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

testSubscriptions({
  stage,
  preset: PRESET,
  start: startGraphql,
  reads,
  refused: {
    target: reads('secret'),
    says: /^The server refused the subscription: You may not read the sensor "secret"/,
  },
});

test('an error beside the data is shown where it was asked for', async (t) => {
  const { run } = await stage.open(t);
  const server = await startGraphql(t);
  await run(begin, server.url, PRESET, [reads('a'), reads('b')]);
  await when(async () => server.ticks.sensors().length === 2, 'the subscriptions');
  server.ticks.publish('a', new Error('the sensor is broken'));
  await when(async () => /the sensor is broken/.test((await run(told))[0].join()), 'the error');
  assert.deepEqual((await run(told))[1], []);
  server.ticks.publish('a', 2);
  await when(async () => (await run(shown))[0].includes(2), 'the row behind it');
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
