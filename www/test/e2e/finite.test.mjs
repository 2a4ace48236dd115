// The consumers that wait for an end, and requests that are no endless stream.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { until } from '../support/feed.mjs';
import { assertConsecutive } from './compare.mjs';
import { setStage } from './stage.mjs';

const stage = setStage();

test('the Mixed data source, which joins its parts when each has ended, gets one answer with rows', async (t) => {
  const { run, feed } = await stage.open(t);
  const answers = await run(async ({ source, harness, rows }) => {
    const { forkJoin, from, lastValueFrom, map, timeout, toArray } = harness.rxjs;
    const dataSources = [await source(), await source()];
    const parts = dataSources.map((dataSource, i) => {
      const target = { refId: 'AB'[i], path: '/counter?period=10' };
      const request = harness.makeRequest([target], { requestId: `mixed-${i}-Q100` });
      return from(dataSource.query(request)).pipe(
        map((packet) => packet),
        toArray()
      );
    });
    const joined = await lastValueFrom(forkJoin(parts).pipe(timeout(15_000)));
    return joined.map((packets) => packets.map((packet) => ({ state: packet.state, rows: rows(packet) })));
  });
  assert.equal(answers.length, 2);
  for (const packets of answers) {
    assert.equal(packets.length, 1, 'one packet');
    assert.equal(packets[0].state, 'Done');
    assert.ok(packets[0].rows.length > 0, 'with rows');
    assertConsecutive(packets[0].rows.map(({ value }) => value));
  }
  await until(() => feed.stats().connections === 0, 'the sockets to close');
});

test('a finite query on a feed that is silent ends all the same, after finiteTimeoutMs', async (t) => {
  const { run } = await stage.open(t);
  const { took, packets } = await run(async ({ source, harness }) => {
    const { lastValueFrom, toArray } = harness.rxjs;
    const dataSource = await source({ finiteTimeoutMs: 400 });
    const request = harness.makeRequest([{ refId: 'A', path: '/silent' }], { requestId: 'mixed-0-Q100' });
    const begun = performance.now();
    const packets = await lastValueFrom(dataSource.query(request).pipe(toArray()));
    return { took: performance.now() - begun, packets: packets.map(({ state, data }) => [state, data[0].length]) };
  });
  assert.deepEqual(packets, [['Done', 0]]);
  assert.ok(took >= 390 && took < 4000, `it took ${took} ms`);
});

test("a query variable of @grafana/scenes gets the feed's values as its options", async (t) => {
  const { run } = await stage.open(t);
  const { options, error } = await run(async ({ source, harness }) => {
    const { uid, type } = await source();
    const { lastValueFrom, timeout } = harness.rxjs;
    const variable = new harness.scenes.QueryVariable({
      name: 'device',
      datasource: { uid, type },
      query: { refId: 'A', path: '/sensors?period=10&devices=3', fields: [{ path: '$.device' }], capacity: 50 },
    });
    new harness.scenes.EmbeddedScene({
      $timeRange: new harness.scenes.SceneTimeRange(),
      $variables: new harness.scenes.SceneVariableSet({ variables: [variable] }),
      body: new harness.scenes.SceneFlexLayout({ children: [] }),
    });
    await lastValueFrom(variable.validateAndUpdate().pipe(timeout(15_000)));
    return { options: variable.state.options.map(({ value }) => value), error: variable.state.error };
  });
  assert.equal(error ?? null, null);
  assert.ok(options.length >= 1 && options.every((value) => /^pump-[123]$/.test(value)), `options: ${options}`);
});

test('hidden targets are skipped: no rows and no connection', async (t) => {
  const { run, feed } = await stage.open(t);
  const found = await run(async ({ source, packets, until, length }) => {
    const refIds = new Set();
    const reading = packets(
      await source(),
      [
        { refId: 'A', path: '/simple?period=10', hide: true },
        { refId: 'B', path: '/counter?period=10' },
      ],
      { onValue: ({ data }) => refIds.add(data[0].refId) }
    );
    await until(() => length(reading.latest) > 20, 'rows');
    reading.stop();
    return [...refIds];
  });
  assert.deepEqual(found, ['B']);
  assert.equal(feed.stats().paths['/simple'].opened, 0);
});

test('a panel whose targets are all hidden is done at once', async (t) => {
  const { run, feed } = await stage.open(t);
  const found = await run(async ({ source, packets, until }) => {
    const reading = packets(await source(), { path: '/counter', hide: true });
    await until(() => reading.completed, 'completion');
    return { state: reading.latest.state, data: reading.latest.data };
  });
  assert.deepEqual(found, { state: 'Done', data: [] });
  assert.equal(feed.stats().opened, 0);
});

test('an absolute range that has ended shows what is there and moves no more', async (t) => {
  const { run } = await stage.open(t);
  const found = await run(async ({ source, read, until, length, values }) => {
    const dataSource = await source();
    const live = read(dataSource, { path: '/counter?period=10' });
    await until(() => length(live.latest) > 30, 'rows');
    const from = new Date(Date.now() - 60_000).toISOString();
    const to = new Date(Date.now() - 100).toISOString();
    const fixed = read(dataSource, { path: '/counter?period=10' }, { from, to });
    await until(() => length(fixed.latest) > 0, 'the rows that are there');
    const { count, latest } = fixed;
    const before = live.count;
    await until(() => live.count > before + 12, 'news for others');
    return {
      count,
      after: fixed.count,
      values: values(latest),
      now: values(fixed.latest).length,
      range: fixed.latest.timeRange.raw,
      state: fixed.latest.state,
      completed: fixed.completed,
    };
  });
  assert.equal(found.after, found.count, 'packets after the first');
  assert.deepEqual([found.state, found.completed], ['Done', true]);
  assert.equal(found.now, found.values.length);
  assertConsecutive(found.values, 0);
});

for (const app of ['dashboard', 'explore']) {
  test(`a range that has ended is answered by one packet of each target, Done, and completes (${app})`, async (t) => {
    const { run } = await stage.open(t);
    const found = await run(async ({ source, packets, until, length }, app) => {
      const dataSource = await source();
      const path = '/counter?period=10';
      const live = packets(dataSource, { path });
      await until(() => length(live.latest) > 20, 'rows');
      const range = { from: new Date(Date.now() - 60_000).toISOString(), to: new Date(Date.now() - 50).toISOString() };
      const kept = [];
      const targets = [
        { refId: 'A', path },
        { refId: 'B', path, view: 'logs' },
        { refId: 'C', window: '5' },
      ];
      const ended = packets(dataSource, targets, { ...range, app, onValue: (packet) => kept.push(packet) });
      await until(() => ended.completed, 'completion');
      return kept.map(({ key, state, data, errors = [] }) => [
        key.slice(-1),
        state,
        length({ data }) > 0,
        errors.length,
      ]);
    }, app);
    assert.deepEqual(found.sort(), [
      ['A', 'Done', true, 0],
      ['B', 'Done', true, 0],
      ['C', 'Error', false, 1],
    ]);
  });
}
