// Live values appear in a panel and are right: compared with what the server says it has sent.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { assertSameRows, sentRows } from './compare.mjs';
import { column, openPanel } from './panel.mjs';
import { startScript } from './script.mjs';
import { setStage } from './stage.mjs';

const stage = setStage();

/** Reads until the panel holds `count` rows, and hands them back. */
async function readRows({ source, read, until, rows, length }, target, count) {
  const reading = read(await source(), target);
  await until(() => length(reading.latest) >= count, `${count} rows`, 60_000);
  return rows(reading.stop().latest);
}

test('a query with nothing set shows the feed of the bare URL', async (t) => {
  const { run, feed } = await stage.open(t);
  const rows = await run(readRows, {}, 5);
  assertSameRows(rows, sentRows(feed, '/simple').slice(0, rows.length));
});

test('a slow feed: every value that was sent, once, in order', async (t) => {
  const { run, feed } = await stage.open(t);
  const rows = await run(readRows, { path: '/counter?period=50' }, 40);
  assertSameRows(rows, sentRows(feed, '/counter').slice(0, rows.length));
  assert.equal(rows[0].value, 0);
});

test('a fast feed, a thousand messages a second: the same', async (t) => {
  const { run, feed } = await stage.open(t);
  const rows = await run(readRows, { path: '/counter?period=1', capacity: 10_000 }, 3000);
  assertSameRows(rows, sentRows(feed, '/counter').slice(0, rows.length));
  assert.equal(rows[0].value, 0);
});

test('a flood, 30,000 messages as fast as they come: the same', async (t) => {
  const { run, feed } = await stage.open(t);
  const rows = await run(readRows, { path: '/burst?rate=50000&count=30000', capacity: 30_000 }, 30_000);
  assertSameRows(rows, sentRows(feed, '/burst'));
});

test('binary messages: the same', async (t) => {
  const { run, feed } = await stage.open(t);
  const rows = await run(readRows, { path: '/binary?period=5&count=300' }, 300);
  assert.ok(feed.sent('/binary').every((message) => Buffer.isBuffer(message)));
  assertSameRows(rows, sentRows(feed, '/binary'));
});

test('arrays of rows: the same, ascending in time', async (t) => {
  const { run, feed } = await stage.open(t);
  const rows = await run(readRows, { path: '/simple?burst=100&period=50&count=30', capacity: 3000 }, 3000);
  // A timer that comes early makes the times of two arrays overlap; sort() keeps rows of one time as they came.
  assertSameRows(
    rows,
    sentRows(feed, '/simple').sort((a, b) => a.time - b.time)
  );
});

test('nested objects are flattened with dots, every value with its type', async (t) => {
  const { run, feed } = await stage.open(t);
  const { rows, types } = await run(async ({ source, read, until, rows, length }) => {
    const reading = read(await source(), { path: '/sensors?period=30&devices=3&count=90' });
    await until(() => length(reading.latest) === 90, '90 rows');
    const types = Object.fromEntries(reading.stop().latest.series[0].fields.map(({ name, type }) => [name, type]));
    return { rows: rows(reading.latest), types };
  });
  assert.deepEqual(types, {
    ts: 'time',
    device: 'string',
    'site.name': 'string',
    'site.line': 'number',
    'readings.temperature': 'number',
    'readings.pressure': 'number',
    'readings.vibration': 'number',
    ok: 'boolean',
  });
  const flat = sentRows(feed, '/sensors').map(({ ts, device, site, readings, ok }) => ({
    ts,
    device,
    'site.name': site.name,
    'site.line': site.line,
    'readings.temperature': readings.temperature,
    'readings.pressure': readings.pressure,
    'readings.vibration': readings.vibration,
    ok,
  }));
  assertSameRows(rows, flat);
});

test('chosen fields: names, types, units, and numbers out of text', async (t) => {
  const { run, feed } = await stage.open(t);
  const { rows, fields } = await run(async ({ source, read, until, rows, length }) => {
    const reading = read(await source(), {
      path: '/trades?period=20',
      subscribe: '{"method":"SUBSCRIBE","params":["btcusdt@trade"],"id":1}',
      fields: [
        { path: '$.T', role: 'time' },
        { path: '$.p', name: 'price', type: 'number', unit: 'currencyUSD' },
        { path: '$.m', name: 'sold' },
        { path: '$.s' },
      ],
    });
    await until(() => length(reading.latest) >= 30, '30 trades');
    const fields = reading
      .stop()
      .latest.series[0].fields.map(({ name, type, config }) => [name, type, config.unit ?? null]);
    return { rows: rows(reading.latest), fields };
  });
  assert.deepEqual(fields, [
    ['T', 'time', null],
    ['price', 'number', 'currencyUSD'],
    ['sold', 'boolean', null],
    ['s', 'string', null],
  ]);
  const sent = sentRows(feed, '/trades').filter((row) => row.e === 'trade');
  const shown = sent.map(({ T, p, m, s }) => ({ T, price: Number(p), sold: m, s })).sort((a, b) => a.T - b.T);
  // The last few may have come after the packet, with a time before its newest row.
  const settled = rows.length - 3;
  assertSameRows(rows.slice(0, settled), shown.slice(0, settled));
});

test('two targets of one panel read the same feed, each with the rows it asks for', async (t) => {
  const { run, feed } = await stage.open(t);
  const [all, newest] = await run(async ({ source, read, until, rows, stat }) => {
    const path = '/burst?rate=1000&count=500';
    const reading = read(await source(), [
      { refId: 'A', path, capacity: 500 },
      { refId: 'B', path, capacity: 100 },
    ]);
    await until(() => ['A', 'B'].every((refId) => stat(reading.latest, 'Rows', refId) === 500), 'all rows');
    return ['A', 'B'].map((refId) => rows(reading.latest, refId));
  });
  const sent = sentRows(feed, '/burst');
  assertSameRows(all, sent);
  assertSameRows(newest, sent.slice(-100));
  assert.equal(feed.stats().opened, 1, 'connections');
});

test('short, long and binary messages in turn, one of them broken: each once, in order, as it was sent', async (t) => {
  const { run } = await stage.open(t);
  const script = await startScript(t);
  const fields = [{ path: '$.v', type: 'number' }, { path: '$.s' }];
  const panel = await openPanel(run, script, { format: 'json', fields });
  const row = (v) => ({ v, s: ['ascii', 'größe €', '😀'][v % 3] });
  const long = (v) => ({ ...row(v), padding: '°'.repeat(20_000) });
  const binary = (v) => Buffer.from(JSON.stringify(row(v)));
  // What stands between messages in the engine's memory is not allowed in a text; one that holds it breaks no other.
  const broken = '{"v":[\x1e}';
  script.send(row(0), row(1), broken, row(2), long(3), row(4), binary(5), binary(6), row(7), long(8), long(9), row(10));
  const { frames } = await panel.showsRows(11);
  assert.deepEqual(
    column(frames[0], 'v'),
    Array.from({ length: 11 }, (_, v) => v)
  );
  assert.deepEqual(
    column(frames[0], 's'),
    Array.from({ length: 11 }, (_, v) => row(v).s)
  );
  assert.match(JSON.stringify(frames[0].meta.notices), /1 message could not be read/);
});
