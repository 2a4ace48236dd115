// What a panel has shown stays: capacity, refresh, time range, edit, hidden tab.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { assertConsecutive } from './compare.mjs';
import { setStage } from './stage.mjs';

const stage = setStage();

/** A dashboard of one panel on /counter with some history, followed from here on. */
async function openBoard({ source, mount, until, values, follow, shelf }, { target = {}, more = [] } = {}) {
  const { uid } = await source({ lingerMs: 3000 });
  const targets = [{ refId: 'A', path: '/counter?period=10', ...target }, ...more];
  const board = mount({ dataSource: uid, panels: [{ targets }] });
  Object.assign(shelf, { board, uid });
  await until(() => values(board.data(0)).length >= 40, '40 rows');
  shelf.seen = follow(board, 0);
}

/** Waits for some rows more, and hands back what the panel was given in between. */
async function goOn({ until, values, shelf }, more = 30) {
  const { board, seen } = shelf;
  const last = () => values(board.data(0)).at(-1) ?? 0;
  shelf.goal = Math.max(shelf.goal ?? 0, last()) + more;
  await until(() => last() >= shelf.goal && seen.length > 0, `the value ${shelf.goal}`);
  return { values: values(board.data(0)), seen: seen.splice(0) };
}

/** From the first row to the last, at every moment. */
function assertKept({ values, seen }, before = 40) {
  assertConsecutive(values, 0);
  assert.ok(seen.length > 0);
  seen.forEach(({ first, last, length }, i) => {
    assert.equal(first, 0, `state ${i} of ${seen.length} begins at ${first}`);
    assert.equal(length, last + 1, `state ${i} has holes`);
    assert.ok(length >= (seen[i - 1]?.length ?? before), `state ${i} has ${length} rows, fewer than before`);
  });
}

test('capacity: at every moment the newest rows and no more, exactly as many as asked for', async (t) => {
  const { run } = await stage.open(t);
  const seen = await run(async ({ source, read, until, values }) => {
    const seen = [];
    const reading = read(
      await source(),
      { path: '/counter?period=3', capacity: 50 },
      {
        onValue: (data) => seen.push(values(data)),
      }
    );
    await until(() => seen.at(-1)?.at(-1) >= 300, 'the value 300');
    reading.stop();
    return seen;
  });
  for (const values of seen.filter((each) => each.length > 0)) {
    assertConsecutive(values, Math.max(0, values.at(-1) - 49));
    assert.equal(values.length, Math.min(50, values.at(-1) + 1));
  }
});

test('refresh keeps the history', async (t) => {
  const { run, feed } = await stage.open(t);
  await run(openBoard);
  for (let n = 0; n < 3; n++) {
    await run(({ shelf }) => shelf.board.refresh());
    assertKept(await run(goOn));
  }
  assert.equal(feed.stats().opened, 1, 'connections opened');
});

test('a change of the time range keeps the history', async (t) => {
  const { run, feed } = await stage.open(t);
  await run(openBoard);
  for (const from of ['now-1h', 'now-1m', 'now-6h']) {
    await run(({ shelf }, from) => shelf.board.setTimeRange(from, 'now'), from);
    assertKept(await run(goOn));
  }
  assert.equal(feed.stats().opened, 1, 'connections opened');
});

/**
 * Waits until the panel has data of a later second than its dashboard's time range. Before that the scenes of Grafana 11.6
 * do not run the queries of a panel that is mounted again, and it stands still; later ones always do.
 */
async function grow({ until, shelf, harness }) {
  const { board } = shelf;
  const range = () => harness.scenes.sceneGraph.getTimeRange(board.scene).state.value;
  await until(() => board.data(0).timeRange.to.unix() > range().to.unix(), 'data of a later second');
}

test('opening the panel editor and going back keeps the history', async (t) => {
  const { run, feed } = await stage.open(t);
  await run(openBoard);
  await run(grow);
  await run(({ shelf }) => shelf.board.edit(0));
  assertKept(await run(goOn));
  await run(grow);
  await run(({ shelf }) => shelf.board.closeEditor());
  assertKept(await run(goOn));
  assert.equal(feed.stats().opened, 1, 'connections opened');
});

test('editing what only changes the display keeps the history: maxRate, capacity, name, unit', async (t) => {
  const { run, feed } = await stage.open(t);
  const fields = [
    { path: '$.time', role: 'time' },
    { path: '$.value', name: 'value' },
  ];
  await run(openBoard, { target: { fields } });
  const edits = [
    { maxRate: 5 },
    { capacity: 5000 },
    { fields: [fields[0], { ...fields[1], unit: 'celsius' }] },
    {
      fields: [
        { ...fields[0], name: 'when' },
        { ...fields[1], unit: 'percent' },
      ],
    },
  ];
  for (const edit of edits) {
    await run(
      ({ shelf }, target) => shelf.board.setQueries(0, [{ refId: 'A', path: '/counter?period=10', ...target }]),
      { fields, ...edit }
    );
    assertKept(await run(goOn));
  }
  const shown = await run(({ shelf }) =>
    shelf.board.frames(0)[0].fields.map(({ name, config }) => [name, config.unit])
  );
  assert.deepEqual(
    shown.map(([name, unit]) => [name, unit ?? null]),
    [
      ['when', null],
      ['value', 'percent'],
    ]
  );
  assert.equal(feed.stats().opened, 1, 'connections opened');
});

test('a smaller capacity shows the newest rows, and a larger one afterwards shows the older ones again', async (t) => {
  const { run } = await stage.open(t);
  await run(openBoard);
  const few = await run(async ({ shelf, until, values }) => {
    shelf.board.setQueries(0, [{ refId: 'A', path: '/counter?period=10', capacity: 5 }]);
    await until(() => values(shelf.board.data(0)).length === 5, 'five rows');
    return values(shelf.board.data(0));
  });
  assertConsecutive(few);
  assert.ok(few[0] >= 35, `${few}`);
  const many = await run(async ({ shelf, until, values }) => {
    shelf.board.setQueries(0, [{ refId: 'A', path: '/counter?period=10', capacity: 500 }]);
    await until(() => values(shelf.board.data(0)).length > 40, 'the older rows');
    return values(shelf.board.data(0));
  });
  assertConsecutive(many, 0);
});

test('a second query added to a panel, and taken away again, leaves the first alone', async (t) => {
  const { run } = await stage.open(t);
  await run(openBoard);
  const set = ({ shelf }, ...more) => shelf.board.setQueries(0, [{ refId: 'A', path: '/counter?period=10' }, ...more]);
  await run(set, { refId: 'B', path: '/simple?period=20' });
  assertKept(await run(goOn));
  await run(set);
  assertKept(await run(goOn));
});

test('a panel that is taken off the page and put back within the linger time has its history', async (t) => {
  const { run, feed } = await stage.open(t);
  await run(openBoard);
  const first = await run(async ({ shelf, mount, follow, until, values }) => {
    shelf.board.unmount();
    shelf.board = mount({
      dataSource: shelf.uid,
      panels: [{ targets: [{ refId: 'A', path: '/counter?period=10' }] }],
    });
    shelf.seen = follow(shelf.board, 0);
    await until(() => shelf.seen.length > 0, 'rows');
    return values(shelf.board.data(0))[0];
  });
  assert.equal(first, 0);
  assertKept(await run(goOn));
  assert.equal(feed.stats().opened, 1, 'connections opened');
});

test('a tab in the background goes on receiving, and has every row when it is looked at again', async (t) => {
  const { run, page } = await stage.open(t, { fresh: true });
  await run(openBoard);
  // Headless browsers show every tab, so the page is told what a hidden one is told: it is not painted, and its
  // timers fire once a second.
  await page.evaluate(() => {
    const { requestAnimationFrame, setTimeout } = window;
    const say = (hidden) => {
      Object.defineProperty(document, 'hidden', { value: hidden, configurable: true });
      const value = hidden ? 'hidden' : 'visible';
      Object.defineProperty(document, 'visibilityState', { value, configurable: true });
      document.dispatchEvent(new Event('visibilitychange'));
    };
    window.requestAnimationFrame = () => 0;
    const seldom = (callback, ms = 0, ...rest) => setTimeout(callback, Math.ceil((ms + 1) / 1000) * 1000, ...rest);
    Object.assign(window, { setTimeout: seldom });
    say(true);
    const show = () => {
      Object.assign(window, { requestAnimationFrame, setTimeout });
      say(false);
    };
    window.addEventListener('show', show, { once: true });
  });
  const hidden = await run(goOn, 200);
  assertKept(hidden);
  await page.evaluate(() => void window.dispatchEvent(new Event('show')));
  assertKept(await run(goOn), hidden.values.length);
});
