// The preset graphql-ws, the legacy protocol, against the server of the npm package subscriptions-transport-ws.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { startLegacyGraphql } from '../support/graphqlServer.mjs';
import { testSubscriptions } from './graphqlTests.mjs';
import { begin, leave, told, when } from './presetPage.mjs';
import { setStage } from './stage.mjs';

const stage = setStage();
const PRESET = { preset: 'graphql-ws' };

/** A query that reads a sensor. */
const reads = (/** @type {string} */ sensor) => ({
  params: { query: `subscription { tick(sensor: "${sensor}") { sensor v } }` },
  fields: [{ path: '$.tick.v', type: 'number' }],
});

testSubscriptions({
  stage,
  preset: PRESET,
  start: startLegacyGraphql,
  reads,
  refused: {
    target: { params: { query: 'subscription {' } },
    says: /^The server refused the subscription: Syntax Error/,
  },
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
