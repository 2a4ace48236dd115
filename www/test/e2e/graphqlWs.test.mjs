// The preset graphql-ws, the legacy protocol, against the server of the npm package subscriptions-transport-ws.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { startLegacyGraphql } from '../support/graphqlServer.mjs';
import { begin, leave, shown, told, when } from './presetPage.mjs';
import { setStage } from './stage.mjs';

const stage = setStage();
const PRESET = { preset: 'graphql-ws' };

/** A query that reads a sensor. */
const reads = (/** @type {string} */ sensor) => ({
  params: { query: `subscription { tick(sensor: "${sensor}") { sensor v } }` },
  fields: [{ path: '$.tick.v', type: 'number' }],
});

test('subscriptions share a socket, each gets its own, and an end or a refusal concerns one alone', async (t) => {
  const { run } = await stage.open(t);
  const server = await startLegacyGraphql(t);
  const wrong = { params: { query: 'subscription { tock { v } }' } };
  const countdown = {
    params: { query: 'subscription { countdown(from: 3) { v } }' },
    fields: [{ path: '$.countdown.v', type: 'number' }],
  };
  const garbled = { params: { query: 'subscription {' } };
  await run(begin, server.url, PRESET, [reads('a'), reads('b'), wrong, countdown, garbled]);
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
  const [a, b, refused, over, syntax] = await run(told);
  assert.deepEqual([a, b], [[], []]);
  assert.match(
    refused.join(),
    /^The server refused the subscription: Cannot query field "tock" on type "Subscription"/
  );
  assert.match(over.join(), /^The server has ended the subscription/);
  assert.match(syntax.join(), /^The server refused the subscription: Syntax Error/);
  assert.equal(server.clients().length, 1);
  await run(leave, 1);
  await when(async () => server.ticks.sensors().join() === 'a', 'the subscription to be taken back');
  await run(leave, 0);
  await when(async () => server.ticks.sensors().length === 0, 'the other one as well');
});

test('after a restart of the server everything is subscribed to anew', async (t) => {
  const { run } = await stage.open(t);
  const server = await startLegacyGraphql(t);
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

test('a server that prohibits the connection is told in its words, and not asked again', async (t) => {
  const { run } = await stage.open(t);
  const onConnect = (/** @type {{ who?: string } | undefined} */ params) => params?.who === 'me';
  const server = await startLegacyGraphql(t, { onConnect });
  await run(begin, server.url, PRESET, [reads('a')]);
  const refused = /the server refused the handshake: Prohibited connection!/;
  await when(async () => refused.test((await run(told)).flat().join()), 'the refusal');
  const before = server.connected();
  await run(({ sleep }) => sleep(1000));
  assert.equal(server.connected(), before);
  await run(leave, 0);
  await run(begin, server.url, { ...PRESET, options: { connectionParams: { who: 'me' } } }, [reads('a')]);
  await when(async () => server.ticks.sensors().length === 1, 'the subscription');
});
