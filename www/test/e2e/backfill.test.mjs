// History before the first packet, merged with what the feed sends meanwhile.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { read, until } from '../support/feed.mjs';
import { assertConsecutive } from './compare.mjs';
import { setStage } from './stage.mjs';

const stage = setStage();

/** Has the feed's counter run for a while, so that there is history, and on, so that it overlaps with what comes. */
async function makeHistory(t, feed, count) {
  const reader = await read(`${feed.url}/counter?period=5`);
  t.after(() => reader.ws.terminate());
  await reader.take(count);
  return reader;
}

const target = (url) => ({ path: '/counter?period=5', capacity: 5000, backfill: { url } });

/** Reads until the value `goal` has come; hands back the first packet's rows and the last's. */
async function readUntil({ source, packets, until, rows, notices }, target, goal) {
  let first;
  const reading = packets(await source(), target, { onValue: (packet) => (first ??= packet) });
  await until(() => rows(reading.latest).at(-1)?.value >= goal, `the value ${goal}`, 20_000);
  const { latest } = reading.stop();
  return { first: rows(first), rows: rows(latest), notices: notices(latest) };
}

function assertMerged(rows, from) {
  assertConsecutive(
    rows.map(({ value }) => value),
    from
  );
  rows.slice(1).forEach((row, i) => assert.ok(row.time >= rows[i].time, `row ${i + 1} is older than the one before`));
}

test('the first packet has the history, and a row that history and feed both hold stands once', async (t) => {
  const { run, feed } = await stage.open(t);
  await makeHistory(t, feed, 300);
  const found = await run(readUntil, target('/history?path=/counter&count=100000'), 500);
  assert.ok(found.first.length >= 300, `the first packet has ${found.first.length} rows`);
  assertMerged(found.first, 0);
  assertMerged(found.rows, 0);
  assert.deepEqual(found.notices, []);
});

test('rows that arrive while the history is under way are merged with it, each once', async (t) => {
  const { run, feed } = await stage.open(t);
  await makeHistory(t, feed, 200);
  const found = await run(readUntil, target('/history/slow?path=/counter&count=100000&delay=1000'), 600);
  assert.ok(found.first.length > 200, `the first packet has ${found.first.length} rows: it waited for the history`);
  assertMerged(found.first, 0);
  assertMerged(found.rows, 0);
});

test('history beyond the capacity: the newest rows stay', async (t) => {
  const { run, feed } = await stage.open(t);
  await makeHistory(t, feed, 300);
  const found = await run(readUntil, { ...target('/history?path=/counter&count=100000'), capacity: 50 }, 400);
  assert.equal(found.first.length, 50);
  assert.equal(found.rows.length, 50);
  assertMerged(found.rows, found.rows.at(-1).value - 49);
});

test('refresh does not fetch the history again, nor doubles it', async (t) => {
  const { run, feed, page } = await stage.open(t);
  await makeHistory(t, feed, 100);
  const asked = [];
  page.on('request', (request) => request.url().includes('/history') && asked.push(request.url()));
  const values = await run(async ({ source, mount, until, values }, target) => {
    const { uid } = await source({ lingerMs: 3000 });
    const board = mount({ dataSource: uid, panels: [{ targets: [{ refId: 'A', ...target }] }] });
    for (let n = 0; n < 3; n += 1) {
      const before = values(board.data(0)).length;
      await until(() => values(board.data(0)).length > before + 20, 'rows');
      board.refresh();
    }
    return values(board.data(0));
  }, target('/history?path=/counter&count=100000'));
  assertConsecutive(values, 0);
  assert.equal(asked.length, 1);
});

test('the history may have fields of its own', async (t) => {
  const { run, feed } = await stage.open(t);
  await makeHistory(t, feed, 100);
  const columns = (prefix) => [
    { path: `$${prefix}.time`, role: 'time' },
    { path: `$${prefix}.value`, name: 'value' },
  ];
  const query = {
    path: '/counter?period=5',
    capacity: 5000,
    fields: columns(''),
    backfill: { url: '/history?path=/counter&count=100000', fields: columns('[*]') },
  };
  const found = await run(readUntil, query, 200);
  assert.ok(found.first.length >= 100);
  assertMerged(found.rows, 0);
});

test('a history that is slower than a panel can wait comes in afterwards, and live rows do not wait', async (t) => {
  const { run, feed } = await stage.open(t);
  await makeHistory(t, feed, 100);
  const found = await run(async ({ source, packets, until, rows }, target) => {
    const begun = performance.now();
    let first;
    const reading = packets(await source(), target, { onValue: (packet) => (first ??= packet) });
    await until(() => first, 'the first packet');
    const waited = performance.now() - begun;
    await until(() => rows(reading.latest)[0]?.value === 0, 'the history');
    return { waited, first: rows(first), rows: rows(reading.stop().latest) };
  }, target('/history/slow?path=/counter&count=100000&delay=6500'));
  assert.ok(found.waited < 6400, `the first packet came after ${found.waited} ms`);
  assert.ok(found.first.length > 100 && found.first[0].value > 0, 'the first packet has the live rows');
  assertMerged(found.rows, 0);
});

const BROKEN = {
  '/history/broken': /History not loaded: http:\/\/.*\/history\/broken returned 500/,
  '/history/malformed?path=/counter': /The history could not be read: /,
  '/nothing/here': /History not loaded: http:\/\/.*\/nothing\/here returned 404/,
};

for (const [url, notice] of Object.entries(BROKEN)) {
  test(`${url} gives a notice, and the live rows go on`, async (t) => {
    const { run, feed } = await stage.open(t);
    await makeHistory(t, feed, 50);
    const found = await run(readUntil, target(url), 250);
    assert.match(found.notices.join(' '), notice);
    assertMerged(found.rows.slice(-100), found.rows.at(-100).value);
    assert.equal(found.rows.at(-1).value - found.rows[0].value, found.rows.length - 1);
    await until(() => feed.stats().connections >= 1, 'the feed');
  });
}
