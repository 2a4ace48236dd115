// Node-RED's "websocket out" nodes, which need no preset: what they send is read as it is.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { NO_NODE_RED, startNodeRed } from '../support/nodeRedServer.mjs';
import { begin, shown, told, when } from './presetPage.mjs';
import { setStage } from './stage.mjs';

const stage = setStage();

/**
 * Sends a value until both panels have it: Node-RED does not tell who is connected.
 * @param {any} run
 * @param {Awaited<ReturnType<typeof startNodeRed>>} red
 * @param {number} value
 */
async function both(run, red, value) {
  await when(async () => {
    await red.send('payload', { payload: value });
    await red.send('message', { payload: value, topic: 'kitchen' });
    return (await run(shown)).every((/** @type {number[]} */ values) => values.includes(value));
  }, 'both panels to be connected');
}

/** What came besides. @param {any} run */
const positive = async (run) =>
  (await run(shown)).map((/** @type {number[]} */ values) => values.filter((value) => value > 0));

test('node-red: payloads and entire messages are read, and a restart is survived', { skip: NO_NODE_RED }, async (t) => {
  const { run } = await stage.open(t);
  const red = await startNodeRed(t);
  await run(begin, red.url, {}, [
    { path: '/ws/payload', fields: [{ path: '$', name: 'v', type: 'number' }] },
    {
      path: '/ws/message',
      fields: [{ path: '$.payload', name: 'v', type: 'number' }],
      filter: [{ path: '$.topic', op: '==', value: 'kitchen' }],
    },
  ]);
  await both(run, red, 0);
  await red.send('payload', { payload: 23.5 });
  await red.send('message', { payload: 1, topic: 'cellar' });
  await red.send('message', { payload: 2, topic: 'kitchen' });
  await when(async () => (await positive(run)).flat().length >= 2, 'the rows');
  assert.deepEqual(await positive(run), [[23.5], [2]]);
  await red.stop();
  await when(async () => /^Not connected to/.test((await run(told))[0][0] ?? ''), 'the panel to say so');
  await red.start();
  await both(run, red, -1);
  await red.send('payload', { payload: 24 });
  await red.send('message', { payload: 3, topic: 'kitchen' });
  await when(async () => (await positive(run)).flat().length >= 4, 'rows again');
  assert.deepEqual(await positive(run), [
    [23.5, 24],
    [2, 3],
  ]);
});
