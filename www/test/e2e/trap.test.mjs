// The engine stops for real: its memory is used up, by the page and not by the engine, so that what it asks for next is
// refused and Rust gives up, as it would after days with too much to hold. No input can bring that about on purpose.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { until } from '../support/feed.mjs';
import { assertConsecutive } from './compare.mjs';
import { seeInstances, useUpMemory } from './faults/engine.mjs';
import { startScript } from './script.mjs';
import { setStage } from './stage.mjs';

const stage = setStage();

const FAULTS = { fresh: true, faults: /RuntimeError/ };

/** A dashboard of two panels: one reads what the test writes, the other a feed of the server. */
async function mountBoards({ source, mount, until, length, shelf }, scriptUrl) {
  const settings = { maxMessageBytes: 64 * 1024 * 1024 };
  const [counter, script] = [await source(settings), await source(settings, { url: scriptUrl })];
  const board = (dataSource, path) =>
    mount({ dataSource: dataSource.uid, panels: [{ targets: [{ refId: 'A', path }] }] });
  const boards = [board(script, ''), board(counter, '/counter?period=20')];
  shelf.data = (index) => boards[index].data(0);
  await until(() => length(shelf.data(0)) > 0 && length(shelf.data(1)) > 3, 'rows in both panels');
}

/** What both panels show once they go on with an instance beyond the `before` ones. */
async function readAfter({ until, notices, values, length, shelf: { data, instances } }, before) {
  const isBack = (index) =>
    notices(data(index)).some((text) => text.includes('was started again')) && length(data(index)) > 0;
  await until(() => instances.length > before && isBack(0) && isBack(1), 'both panels to go on', 30_000);
  return [0, 1].map((index) => ({
    notices: notices(data(index)),
    values: values(data(index)),
    state: data(index).state,
  }));
}

/** A page with two panels, whose engine can be made to stop. @param {import('node:test').TestContext} t */
async function openBoards(t) {
  const { run, feed } = await stage.open(t, FAULTS);
  const script = await startScript(t);
  script.greet({ v: 1 });
  await run(seeInstances);
  await run(mountBoards, script.url);
  let stops = 0;
  /** The message needs more memory than is left to the instance that listens. */
  const stop = async () => {
    await script.connected((stops += 1));
    const before = await run(useUpMemory);
    script.send({ v: 2, pad: 'x'.repeat(2_000_000) });
    return before;
  };
  return { run, feed, script, stop };
}

test('an engine whose memory is used up is replaced; every panel says so and goes on by itself', async (t) => {
  const { run, feed, script, stop } = await openBoards(t);
  const shown = await run(readAfter, await stop());
  for (const { notices, state } of shown) {
    assert.match(notices[0], /^Freshet's engine stopped at .+ \(.+\) and was started again\. Rows received before/);
    assert.equal(state, 'Streaming');
  }
  assertConsecutive(shown[1].values);
  // Timers and promises of the dead instance come later, and must not cost another one.
  const made = await run(async ({ sleep, shelf }) => (await sleep(500), shelf.instances.length));
  assert.equal(made, 2);
  // Closing needs a little memory too; where there is none left, the panel says that the sockets stay.
  const stay = shown[0].notices[0].includes('could not be closed');
  const closed = () => feed.stats().connections === 1 && script.connections === 1;
  await until(() => stay || closed(), 'the sockets of the dead instance to close');
});

test('an engine that stops again and again rests, and the panels say until when', async (t) => {
  const { run, stop } = await openBoards(t);
  for (let restart = 1; restart <= 3; restart += 1) {
    await run(readAfter, await stop());
  }
  await stop();
  const errors = await run(async ({ until, shelf: { data } }) => {
    const all = () => [0, 1].map((index) => data(index).errors?.[0]?.message ?? '');
    await until(() => all().every(Boolean), 'an error on both panels', 30_000);
    return all();
  });
  const rests = /^Freshet's engine stopped 4 times within 10 minutes, last because of: .+ It will be started again at/;
  errors.forEach((message) => assert.match(message, rests));
});
