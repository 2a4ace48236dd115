// History from another data source: a plugin of its own on the same page, which the engine knows nothing of.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { read } from '../support/feed.mjs';
import { assertConsecutive } from './compare.mjs';
import { setStage } from './stage.mjs';

const stage = setStage();

/**
 * Registers a data source that answers with what the feed's server has kept, in frames as `query.shape` says, and notes
 * what it is asked. Runs in the page.
 */
function makeArchive({ harness, shelf }) {
  const { DataSourceApi, FieldType, LoadingState } = harness.data;
  const { Observable, throwError } = harness.rxjs;
  shelf.asked = [];
  const time = (rows) => ({ name: 'Time', type: FieldType.time, config: {}, values: rows.map((row) => row.time) });
  const value = (rows, more) => ({
    name: 'Value',
    type: FieldType.number,
    config: {},
    values: rows.map((row) => row.value),
    ...more,
  });
  const shapes = {
    named: (rows) => [value(rows, { config: { displayName: 'value' } }), time(rows)],
    other: (rows) => [time(rows), value(rows, { name: 'Pressure' })],
  };
  class Archive extends DataSourceApi {
    query(request) {
      shelf.asked.push(request);
      const [{ shape, fails, delay = 0 }] = request.targets;
      if (fails) {
        return throwError(() => ({ data: { message: fails } }));
      }
      return new Observable((subscriber) => {
        subscriber.next({ data: [], state: LoadingState.Loading });
        const answer = async () => {
          await new Promise((resolve) => setTimeout(resolve, delay));
          const url = `${window.feedUrl.replace('ws', 'http')}/history?path=/counter&count=100000`;
          const rows = await (await fetch(url)).json();
          const stored = rows.map((row) => ({ ...row, time: harness.data.dateTime(row.time).valueOf() }));
          const fields = shapes[shape](stored);
          subscriber.next({ data: [{ fields, length: rows.length }], state: LoadingState.Done });
          // Says Done and never completes, as some do.
        };
        answer().catch((error) => subscriber.error(error));
      });
    }
  }
  const plugin = { DataSourceClass: Archive, components: {}, meta: { id: 'archive' } };
  return harness.addDataSource(plugin, { uid: 'archive', name: 'Archive' });
}

async function makeHistory(t, feed, count) {
  const reader = await read(`${feed.url}/counter?period=5`);
  t.after(() => reader.ws.terminate());
  await reader.take(count);
}

const target = (query, more = {}) => ({
  path: '/counter?period=5',
  capacity: 5000,
  backfill: { datasource: { uid: 'archive', type: 'archive' }, query },
  ...more,
});

const FIELDS = [{ path: '$.time', role: 'time' }, { path: '$.value' }];

/** Reads until the value `goal` has come; hands back the first packet's rows and the last's, and what was asked. */
async function readUntil({ source, packets, until, rows, notices, shelf }, query, goal, options = {}) {
  let first;
  const reading = packets(await source(), query, { onValue: (packet) => (first ??= packet), ...options });
  await until(() => rows(reading.latest).at(-1)?.value >= goal, `the value ${goal}`, 20_000);
  const { latest } = reading.stop();
  const asked = shelf.asked.map(({ targets, requestId, app, range, scopedVars }) => ({
    targets,
    requestId,
    app,
    scopedVars,
    to: range.to.valueOf(),
    from: range.from.valueOf(),
  }));
  return { first: rows(first), rows: rows(latest), notices: notices(latest), asked };
}

function assertMerged(rows, from = 0) {
  assertConsecutive(
    rows.map(({ value }) => value),
    from
  );
  rows.slice(1).forEach((row, i) => assert.ok(row.time >= rows[i].time, `row ${i + 1} is older than the one before`));
}

for (const [what, more] of Object.entries({ chosen: { fields: FIELDS }, found: {} })) {
  test(`fields that are ${what} are filled by name, and a row that history and feed both hold stands once`, async (t) => {
    const { run, feed } = await stage.open(t);
    await makeHistory(t, feed, 300);
    await run(makeArchive);
    const begun = Date.now();
    const query = target({ shape: 'named', text: '$where', delay: 300 }, more);
    const options = { scopedVars: { where: { text: 'x', value: 'x' } }, requestId: 'Q7', app: 'explore' };
    const found = await run(readUntil, query, 500, options);
    assert.ok(found.first.length >= 300, `the first packet has ${found.first.length} rows`);
    assertMerged(found.first);
    assertMerged(found.rows);
    assert.deepEqual(found.notices, []);
    const [asked, ...others] = found.asked;
    assert.deepEqual(others, []);
    const own = { shape: 'named', text: '$where', delay: 300, refId: 'A' };
    assert.deepEqual(asked.targets, [{ ...own, datasource: { uid: 'archive', type: 'archive' } }]);
    assert.deepEqual([asked.requestId, asked.app], ['Q7-history-A', 'explore']);
    assert.equal(asked.scopedVars.where.value, 'x');
    // Grafana reads the clock for each end.
    assert.ok(Math.abs(asked.to - asked.from - 300_000) < 100, `${asked.to - asked.from} ms`);
    assert.ok(asked.to >= begun - 1000, 'the range ends when the history is asked for');
  });
}

test('a field that the other data source does not have is named with those that it has, and live rows go on', async (t) => {
  const { run, feed } = await stage.open(t);
  await makeHistory(t, feed, 50);
  await run(makeArchive);
  const found = await run(readUntil, target({ shape: 'other' }, { fields: FIELDS }), 250);
  assert.match(
    found.notices.join(' '),
    /The history from Archive has no field named value\. Its fields are Time, Pressure\./
  );
  assertMerged(found.rows, found.rows[0].value);
});

const BROKEN = {
  'Archive answered: the disk is full.': target({ fails: 'the disk is full' }),
  'the data source gone was not found. Choose another one under History.': target(
    {},
    { backfill: { datasource: { uid: 'gone' }, query: {} } }
  ),
};

for (const [notice, query] of Object.entries(BROKEN)) {
  test(`a notice says: ${notice}`, async (t) => {
    const { run, feed } = await stage.open(t);
    await makeHistory(t, feed, 50);
    await run(makeArchive);
    const found = await run(readUntil, query, 250);
    assert.deepEqual(found.notices, [`History not loaded: ${notice}`]);
    assertMerged(found.rows, found.rows[0].value);
  });
}

test('a refresh of the same range does not ask again; another range and another value of a variable do', async (t) => {
  const { run, feed } = await stage.open(t);
  await makeHistory(t, feed, 50);
  await run(makeArchive);
  const counts = await run(
    async ({ source, packets, until, rows, shelf }, query) => {
      const feedSource = await source({ lingerMs: 3000 });
      const counts = [];
      const once = async (options) => {
        const reading = packets(feedSource, query, options);
        await until(() => rows(reading.latest)[0]?.value === 0, 'the history');
        reading.stop();
        counts.push(shelf.asked.length);
      };
      const where = (value) => ({ scopedVars: { where: { text: value, value } } });
      await once(where('a'));
      await once(where('a'));
      await once({ ...where('a'), from: 'now-1h' });
      await once(where('b'));
      return counts;
    },
    target({ shape: 'named', text: '$where' })
  );
  assert.deepEqual(counts, [1, 1, 2, 3]);
});

test('a Freshet may be the history of another and of itself: it answers once, and no row stands twice', async (t) => {
  const { run, feed } = await stage.open(t);
  await makeHistory(t, feed, 100);
  const found = await run(async ({ source, packets, until, rows, notices }) => {
    const feedSource = await source();
    const backfill = { url: '/history?path=/counter&count=100000' };
    const nested = { path: '/counter?period=5', capacity: 5000, backfill };
    const datasource = { uid: feedSource.uid, type: feedSource.type };
    const query = { ...nested, backfill: { datasource, query: nested } };
    const reading = packets(feedSource, query);
    await until(() => rows(reading.latest).at(-1)?.value >= 400, 'live rows', 20_000);
    const { latest, states } = reading.stop();
    return { rows: rows(latest), notices: notices(latest), last: states.at(-1) };
  });
  assertMerged(found.rows);
  assert.deepEqual([found.notices, found.last], [[], 'Streaming']);
});
