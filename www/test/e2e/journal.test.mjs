// A connection keeps what it received: who comes later, and who edits a query, sees it at once. No server waits meanwhile.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { until } from '../support/feed.mjs';
import { fill } from '../support/fill.mjs';
import { assertConsecutive } from './compare.mjs';
import { column, openPanel, rowCount, rowsOf, stat } from './panel.mjs';
import { startScript } from './script.mjs';
import { setStage } from './stage.mjs';

const stage = setStage();

// Whole tens, so that buckets of 10 ms begin with a row.
const BEGIN = Math.floor(Date.now() / 1000) * 1000;
const seq = (n) => ({ t: BEGIN + n, n, odd: n % 2 === 1 });
const STATE = Array.from({ length: 30 }, (_, n) => seq(n));
const SHARED = { shared: 'feed' };
const TIME = { path: '$.t', role: 'time' };

test('a panel that is opened a second later is filled with the rows that were sent on connect, over the same socket', async (t) => {
  const { run } = await stage.open(t);
  const script = await startScript(t);
  script.greet(...STATE);
  const first = await openPanel(run, script, { path: '/seq' }, SHARED);
  assert.equal((await first.showsRows(30)).frames[0].length, 30);
  await sleep(1000);
  const second = await openPanel(
    run,
    script,
    { path: '/seq', fields: [TIME, { path: '$.n', name: 'number' }] },
    SHARED
  );
  const { frames, notices } = await second.showsRows(30);
  assert.deepEqual(
    rowsOf(frames[0]),
    STATE.map(({ t, n }) => ({ t, number: n }))
  );
  assert.deepEqual(notices, []);
  assert.equal(script.opened, 1);
});

test('the first packet of a later panel holds the rows, with the times of their arrival', async (t) => {
  const { run } = await stage.open(t);
  const script = await startScript(t);
  script.greet({ n: 1 }, { n: 2 });
  const first = await openPanel(run, script, {}, SHARED);
  const arrivals = column((await first.showsRows(2)).frames[0], 'Time');
  await sleep(500);
  const packets = await run(async ({ shelf, packets, until }) => {
    const lengths = [];
    const onValue = ({ data }) => lengths.push(data[0].fields.map(({ values }) => [...values]));
    const reading = packets(shelf.feed, { fields: [{ path: '$.n', name: 'number' }] }, { onValue });
    await until(() => lengths.length > 0, 'a packet');
    reading.stop();
    return lengths;
  });
  assert.deepEqual(packets[0], [arrivals, [1, 2]]);
});

test('what comes while a later panel is filled is neither lost nor doubled', async (t) => {
  const { run } = await stage.open(t);
  const script = await startScript(t);
  let n = 0;
  const beat = setInterval(() => Array.from({ length: 5 }, () => script.send(seq(n++))), 5);
  t.after(() => clearInterval(beat));
  const target = { path: '/seq', capacity: 100_000 };
  const first = await openPanel(run, script, target, SHARED);
  for (const name of ['a', 'b', 'c', 'd']) {
    await sleep(150);
    const later = await openPanel(run, script, { ...target, fields: [TIME, { path: '$.n', name }] }, SHARED);
    const { frames } = await later.shows((shown) => rowCount(shown.frames) > 300, 'rows from before and after');
    assertConsecutive(column(frames[0], name), column((await first.look()).frames[0], 'n')[0]);
  }
  assert.equal(script.opened, 1);
});

test('every part of a query that is edited is applied to the rows that are there', async (t) => {
  const { run } = await stage.open(t);
  const script = await startScript(t);
  script.greet(...STATE);
  const open = (target) => openPanel(run, script, { path: '/seq', ...target }, SHARED);
  await (await open({})).showsRows(30);
  const fields = [TIME, { path: '$.n' }];
  const filtered = await open({ fields, filter: [{ path: '$.odd', op: '==', value: true }] });
  assert.deepEqual(
    column((await filtered.showsRows(15)).frames[0], 'n'),
    STATE.filter(({ odd }) => odd).map(({ n }) => n)
  );
  const labelled = await open({ fields: [...fields, { path: '$.odd', role: 'label' }] });
  const { frames } = await labelled.showsRows(30);
  assert.deepEqual(
    frames.map(({ length }) => length),
    [15, 15]
  );
  const reduced = await open({ fields, bucket: { interval: '10ms', reduce: 'sum' } });
  assert.deepEqual(column((await reduced.showsRows(3)).frames[0], 'n'), [45, 145, 245]);
  const latest = await open({ fields: [...fields, { path: '$.odd' }], mode: 'upsert', keys: ['$.odd'], view: 'table' });
  assert.deepEqual(column((await latest.showsRows(2)).frames[0], 'n').sort(), [28, 29]);
  assert.equal(script.opened, 1);
});

test('journalBytes: 0 keeps nothing, and what is kept is counted in the statistics', async (t) => {
  const { run } = await stage.open(t);
  const script = await startScript(t);
  script.greet(...STATE);
  for (const journalBytes of [0, 100_000]) {
    const options = { settings: { journalBytes }, shared: `feed of ${journalBytes}` };
    const first = await openPanel(run, script, { path: '/seq' }, options);
    const shown = await first.showsRows(30);
    const bytes = stat(shown, 'Connection: journal memory') ?? -1;
    assert.ok(journalBytes === 0 ? bytes === 0 : bytes > 1000 && bytes < 200_000, `${bytes} bytes`);
    const later = await openPanel(run, script, { path: '/seq', fields: [TIME, { path: '$.n' }] }, options);
    if (journalBytes === 0) {
      await sleep(500);
      assert.equal(rowCount((await later.look()).frames), 0);
    } else {
      await later.showsRows(30);
    }
  }
});

test('a change of the fields in the query editor shows the rows of a feed that has fallen silent', async (t) => {
  const { page, feed } = await stage.visit(t, { dashboard: 'simple', editPanel: 'panel-4' });
  const query = page.getByRole('region', { name: 'Query A' });
  const header = (name) => page.getByRole('columnheader', { name, exact: true });
  await header('value').waitFor();
  const path = query.getByLabel('Path').first();
  await fill(path, '/burst?rate=1000&count=30');
  await path.press('Enter');
  await until(() => feed.sent('/burst').length === 30, 'the rows to be sent');
  await query.getByRole('button', { name: 'Add field' }).click();
  await fill(query.getByLabel('Path').last(), '$.value');
  await query.getByLabel('Path').last().press('Enter');
  await header('time').waitFor({ state: 'detached' });
  await fill(query.getByLabel('Name'), 'flow');
  await query.getByLabel('Name').press('Enter');
  await header('flow').waitFor();
  const numbers = page.getByRole('gridcell').filter({ hasText: /^-?\d+\.\d+$/ });
  await numbers.first().waitFor({ timeout: 2000 });
  assert.equal(feed.stats().paths['/burst'].opened, 1);
});

/** @typedef {{ name: string, formats: string[], greeting: string | Buffer, ping: string | Buffer, pong: string }} Protocol */

/** @type {Protocol[]} */
const PROTOCOLS = [
  {
    name: 'Socket.IO',
    formats: ['socketio', 'auto'],
    greeting: '0{"sid":"x","pingInterval":300,"pingTimeout":200}',
    ping: '2',
    pong: '3',
  },
  {
    name: 'NATS',
    formats: ['nats', 'auto'],
    greeting: Buffer.from('INFO {"server_id":"x","max_payload":1048576}\r\n'),
    ping: Buffer.from('PING\r\n'),
    pong: 'PONG\r\n',
  },
];

/**
 * Sends pings, and says how long each answer took.
 * @param {import('./script.mjs').Script} script
 * @param {Protocol} protocol
 * @param {number} count
 */
async function pingTimes(script, { ping, pong }, count) {
  const times = [];
  for (let n = 0; n < count; n += 1) {
    const before = script.received.length;
    const at = performance.now();
    script.send(ping);
    await until(() => script.received.length > before, 'an answer to a ping', 2000);
    assert.equal(script.received[before].text, pong);
    times.push(script.received[before].at - at);
    await sleep(200);
  }
  return times;
}

/** One answer may meet a machine that is busy; a server would forgive it. @param {number[]} times */
function assertPrompt(times) {
  const late = times.filter((time) => time >= 100);
  assert.ok(late.length <= 1, `answers after ${times.map(Math.round)} ms`);
}

for (const protocol of PROTOCOLS) {
  for (const format of protocol.formats) {
    test(`pings of ${protocol.name} are answered at once under ${format}, however seldom a panel is due and also while only lingering`, async (t) => {
      const { run } = await stage.open(t);
      const script = await startScript(t);
      script.greet(protocol.greeting);
      const options = { settings: { lingerMs: 5000 } };
      const panel = await openPanel(run, script, { format, maxRate: 0.1 }, options);
      assertPrompt(await pingTimes(script, protocol, 6));
      await panel.close();
      assertPrompt(await pingTimes(script, protocol, 6));
      assert.equal(script.received.length, 12, 'an answer to each ping and nothing else');
      assert.equal(script.opened, 1);
    });
  }
}
