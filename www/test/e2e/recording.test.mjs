// A recording from the query editor: it is downloaded, holds no secret, and replayed by the feed server gives the same rows.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

import { startFeedServer } from '../../dev/feed/server.mjs';
import { replayPath } from '../../dev/feed/feeds/replay.mjs';
import { fill } from '../support/fill.mjs';
import { setStage } from './stage.mjs';

const stage = setStage();

/** The values of every row that a query makes, once there are so many. */
async function rows({ source, packets, until }, target, count, url) {
  const reading = packets(await source({}, url ? { url } : {}), { capacity: 10_000, ...target });
  const fields = () => reading.latest?.data?.[0]?.fields ?? [];
  await until(() => (fields()[0]?.values.length ?? 0) >= count, `${count} rows`, 10_000);
  const read = fields().map(({ name, values }) => ({ name, values: [...values].slice(0, count) }));
  reading.stop();
  return read;
}

test('a recording is downloaded, has no token in it, and replayed gives the same rows', async (t) => {
  const { page, feed } = await stage.visit(t, { dashboard: 'simple', editPanel: 'panel-4' });
  const query = page.getByRole('region', { name: 'Query A' });
  await query.waitFor();
  const path = query.getByLabel('Path').first();
  await fill(path, '/sensors?period=50&devices=2&token=s3cret-of-mine');
  await path.press('Enter');
  await page.getByRole('columnheader', { name: 'readings.temperature', exact: true }).waitFor();
  const opened = () => feed.stats().paths['/sensors'].opened;
  const before = opened();
  await query.getByRole('button', { name: 'Recording' }).click();
  await query.getByRole('button', { name: 'Record', exact: true }).click();
  await query.getByText(/Recording: [1-9]\d+ messages/).waitFor();
  const downloading = page.waitForEvent('download');
  await query.getByRole('button', { name: 'Stop and download' }).click();
  const download = await downloading;
  assert.equal(opened(), before, 'no second socket');
  assert.match(download.suggestedFilename(), /-A\.ndjson$/);
  const file = /** @type {string} */ (await download.path());
  const text = readFileSync(file, 'utf8');
  assert.ok(!text.includes('s3cret'), text.slice(0, 1000));
  const [about, ...messages] = text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  assert.equal(about.asked.path, '/sensors?period=50&devices=2&token=***');
  assert.ok(messages.length >= 10, `${messages.length} messages`);
  // They are what was sent, in its order.
  const sent = feed.sent('/sensors').map(String);
  const first = sent.indexOf(messages[0].text);
  assert.deepEqual(
    messages.map((message) => message.text),
    sent.slice(first, first + messages.length)
  );

  const server = await startFeedServer({ recordings: [file] });
  t.after(() => server.close());
  const target = { fields: [{ path: '$.ts', role: 'time' }, { path: '$.readings.temperature' }] };
  const other = await stage.open(t);
  const replayed = await other.run(
    rows,
    { ...target, path: `${replayPath(file)}?speed=1000` },
    messages.length,
    server.url
  );
  const values = messages.map((message) => JSON.parse(message.text));
  const temperatures = replayed.find(({ name }) => name === 'temperature');
  assert.deepEqual(
    temperatures?.values,
    values.map(({ readings }) => readings.temperature)
  );
});
