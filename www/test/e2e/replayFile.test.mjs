// A recording that is replayed in the query editor: the rows that were recorded, without a server, until it is stopped.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';

import { setStage } from './stage.mjs';

const stage = setStage();

/** Nothing listens there. */
const NOWHERE = 'ws://127.0.0.1:1';

const header = (page, name) => page.getByRole('columnheader', { name, exact: true }).first();

/** The editor of a panel with a table, with the sections that concern recordings open. */
async function open(t, address = {}) {
  const { page, feed } = await stage.visit(t, { dashboard: 'simple', editPanel: 'panel-4', ...address });
  const query = page.getByRole('region', { name: 'Query A' });
  await query.waitFor();
  await query.getByRole('button', { name: 'Recording' }).click();
  await query.getByRole('button', { name: 'See the feed' }).click();
  return { page, feed, query };
}

/** Chooses a file as a person does, with the dialog that the button opens. */
async function replay({ page, query }, file) {
  const choosing = page.waitForEvent('filechooser');
  await query.getByRole('button', { name: 'Replay a file…' }).press('Enter');
  await (await choosing).setFiles(file);
}

/** Records a while in the playground: the file. */
async function record(t) {
  const { page, query } = await open(t);
  const field = query.getByLabel('Path').first();
  await field.fill('/sensors?period=50&devices=1');
  await field.press('Enter');
  await query
    .getByRole('button', { name: /^temperature: / })
    .first()
    .click();
  await header(page, 'temperature').waitFor();
  await query.getByRole('button', { name: 'Record', exact: true }).click();
  await query.getByText(/Recording: [1-9]\d+ messages/).waitFor();
  const downloading = page.waitForEvent('download');
  await query.getByRole('button', { name: 'Stop and download' }).click();
  const folder = mkdtempSync(path.join(tmpdir(), 'replay-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = path.join(folder, 'plant.ndjson');
  await (await downloading).saveAs(file);
  return file;
}

test('a recording is replayed in another data source whose server is down, and the feed comes back', async (t) => {
  const file = await record(t);
  const lines = readFileSync(file, 'utf8').trim().split('\n').slice(1);
  const temperatures = lines.map((line) => JSON.parse(JSON.parse(line).text).readings.temperature);

  const { page, feed, query } = await open(t, { feed: NOWHERE });
  await query.getByText(/^(connecting|waiting) · /).waitFor();
  await replay({ page, query }, file);
  await query.getByText('Replaying plant.ndjson').waitFor();
  await query.getByText(`${lines.length} of ${lines.length} messages`).waitFor();
  await query.getByText(new RegExp(`^replay · .* ${lines.length} in all`)).waitFor();
  // As this query reads it, and then as the one that recorded it.
  await header(page, 'readings.temperature').waitFor();
  await query.getByRole('button', { name: 'Use the query of the recording' }).click();
  await header(page, 'temperature').waitFor();
  await header(page, 'readings.temperature').waitFor({ state: 'detached' });
  await query.getByRole('button', { name: 'Preview' }).click();
  await query.getByText(new RegExp(`^ ?${lines.length} shown`)).waitFor();
  const newest = query.getByRole('region', { name: 'Preview of rows' }).locator('tbody tr').first();
  assert.match((await newest.textContent()) ?? '', new RegExp(`${temperatures.at(-1)}$`));
  await page
    .getByLabel(/This is a replay of plant\.ndjson, not the live feed/)
    .first()
    .waitFor();

  await query.getByRole('button', { name: 'Stop replay' }).click();
  await query.getByText(/^(connecting|waiting) · /).waitFor();
  assert.equal(await query.getByText('Replaying plant.ndjson').count(), 0);
  assert.equal(feed.stats().paths['/sensors']?.opened ?? 0, 0, 'the server of the page was never asked');
});

test('what is no recording is refused with its line, and the panel stays live', async (t) => {
  const { page, query } = await open(t);
  await header(page, 'value').waitFor();
  await query.getByText(/^open · /).waitFor();
  await replay(
    { page, query },
    { name: 'notes.ndjson', mimeType: '', buffer: Buffer.from('{"feed":"x"}\n{"at":1}\n') }
  );
  await query.getByText('Nothing is replayed. Line 2 needs "text" or "base64", the message as it came.').waitFor();
  await query.getByText(/^open · /).waitFor();
  const messages = '{"feed":"x"}\n{"at":1,"text":"{\\"replayed\\":7}"}\n';
  await replay({ page, query }, { name: 'good.ndjson', mimeType: '', buffer: Buffer.from(messages) });
  await header(page, 'replayed').waitFor();
  assert.equal(await query.getByText(/^Nothing is replayed/).count(), 0);
  await query.getByRole('radio', { name: 'As recorded' }).check({ force: true });
  await query.getByText('1 of 1 messages').waitFor();
  await query.getByRole('button', { name: 'Stop replay' }).click();
  await header(page, 'value').waitFor();
  await query.getByText(/^open · /).waitFor();
});

/** A feed that ends, as it is shown live, and replayed in a data source without a server. */
async function bothWays({ source, packets, until }, { target, count, nowhere }) {
  const live = await source();
  const shown = packets(live, target);
  const length = (reading) => reading.latest?.data?.[0]?.length ?? 0;
  await until(() => length(shown) === count, `${count} rows`);
  const controller = new AbortController();
  const tell = ({ messages }) => messages >= count && controller.abort();
  const text = await live.record({ refId: 'A', ...target }, {}, tell, controller.signal);
  const down = await source({}, { url: nowhere });
  await down.replay({ refId: 'A', ...target }, {}, Infinity, { name: 'burst.ndjson', text });
  const replayed = packets(down, target);
  await until(() => length(replayed) === count, `${count} rows of the replay`);
  const fields = ({ latest }) =>
    latest.data[0].fields.map(({ name, type, values }) => ({ name, type, values: [...values] }));
  const read = [fields(shown), fields(replayed)];
  const told = replayed.latest.data[0].meta.notices.map((notice) => notice.text);
  await down.stopReplay({ refId: 'A', ...target }, {});
  shown.stop();
  replayed.stop();
  return { read, told };
}

for (const [how, fields] of Object.entries({
  'with times of their own': [{ path: '$.time', role: 'time' }, { path: '$.value' }],
  'with the times of their arrival': [{ path: '$.value' }],
})) {
  test(`all at once, rows ${how} are the same as they were live`, async (t) => {
    const { run } = await stage.open(t);
    const target = { path: '/burst?rate=400&count=100', fields };
    const { read, told } = await run(bothWays, { target, count: 100, nowhere: NOWHERE });
    assert.deepEqual(read[1], read[0]);
    assert.equal(read[0].length, 2);
    assert.equal(told.length, 1, told.join());
  });
}
