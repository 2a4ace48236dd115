// The preset action-cable against Action Cable itself.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { NO_CABLE, startCable } from '../support/cableServer.mjs';
import { begin, leave, shown, told, when } from './presetPage.mjs';
import { setStage } from './stage.mjs';

const stage = setStage();
const PRESET = { preset: 'action-cable' };

/** A query that reads a sensor. */
const reads = (/** @type {string} */ sensor) => ({
  params: { channel: 'TickChannel', params: JSON.stringify({ sensor }) },
});

/** @param {Awaited<ReturnType<typeof startCable>>} cable @param {number} count */
const areSubscribed = (cable, count) => async () => (await cable.subscriptions()).flat().length === count;

test(
  'channels share a socket, each gets its own, and a rejection concerns one alone',
  { skip: NO_CABLE },
  async (t) => {
    const { run } = await stage.open(t);
    const cable = await startCable(t);
    await run(begin, cable.url, PRESET, [
      reads('a'),
      reads('b'),
      { params: { channel: 'RoomChannel' } },
      reads('secret'),
    ]);
    await when(areSubscribed(cable, 3), 'the subscriptions');
    await when(async () => (await run(told))[3].length > 0, 'the rejection');
    cable.broadcast('tick:a', { v: 1 });
    cable.broadcast('tick:b', { v: 2 });
    cable.broadcast('room', JSON.stringify({ v: 3 }));
    cable.broadcast('tick:a', { v: 4 });
    await when(async () => (await run(shown)).flat().length === 4, 'the rows');
    // Rails has several workers broadcast, so that one message may overtake another.
    assert.deepEqual(
      (await run(shown)).map((values) => values.sort()),
      [[1, 4], [2], [3], []]
    );
    const [a, b, room, secret] = await run(told);
    assert.deepEqual([a, b, room], [[], [], []]);
    assert.match(secret.join(), /^The server refused the subscription: rejected by the channel/);
    assert.equal((await cable.subscriptions()).length, 1);
    await run(leave, 1);
    await when(areSubscribed(cable, 2), 'the subscription to be taken back');
  }
);

test('pings keep the socket and are no rows', { skip: NO_CABLE }, async (t) => {
  const { run } = await stage.open(t);
  const cable = await startCable(t);
  await run(begin, cable.url, PRESET, [reads('a')]);
  await when(areSubscribed(cable, 1), 'the subscription');
  // Longer than silence may last.
  await run(({ sleep }) => sleep(10_000));
  cable.broadcast('tick:a', { v: 1 });
  await when(async () => (await run(shown))[0].length === 1, 'the row');
  assert.deepEqual([await run(shown), await run(told)], [[[1]], [[]]]);
  const reconnects = ({ stat }) => stat(window.presetReadings[0].latest, 'Connection: reconnects');
  assert.equal(await run(reconnects), 0);
});

test('after a restart, asked for or not, everything is subscribed to anew', { skip: NO_CABLE }, async (t) => {
  const { run } = await stage.open(t);
  const cable = await startCable(t);
  await run(begin, cable.url, PRESET, [reads('a'), reads('b')]);
  await when(areSubscribed(cable, 2), 'the subscriptions');
  cable.broadcast('tick:a', { v: 1 });
  await when(async () => (await run(shown))[0].length === 1, 'the row');
  await cable.stop();
  await when(
    async () => (await run(told)).every(([text]) => /^Not connected to/.test(text ?? '')),
    'the panels to say so'
  );
  await cable.start();
  await when(areSubscribed(cable, 2), 'the subscriptions again');
  cable.broadcast('tick:a', { v: 2 });
  cable.broadcast('tick:b', { v: 3 });
  await when(async () => (await run(shown)).flat().length === 3, 'rows again');
  assert.deepEqual(await run(shown), [[1, 2], [3]]);
  await when(async () => (await run(told)).flat().length === 0, 'the panels to say no more');
  const reconnects = ({ stat }) => stat(window.presetReadings[0].latest, 'Connection: reconnects');
  const before = await run(reconnects);
  cable.restart();
  await when(async () => (await run(reconnects)) > before, 'the clients to come back');
  // Rails forgets no connection whose workers it has halted, and may not be ready when the clients are back.
  await when(async () => {
    cable.broadcast('tick:b', { v: 4 });
    return (await run(shown))[1].includes(4);
  }, 'rows once more');
});

test('a server that does not authorize is told in its words, and not asked again', { skip: NO_CABLE }, async (t) => {
  const { run } = await stage.open(t);
  const cable = await startCable(t);
  await run(begin, `${cable.url}/cable?user=stranger`, PRESET, [reads('a')]);
  const refused = /the server refused the handshake: unauthorized/;
  await when(async () => refused.test((await run(told)).flat().join()), 'the refusal');
  await run(({ sleep }) => sleep(500));
  assert.deepEqual(await cable.subscriptions(), []);
});
