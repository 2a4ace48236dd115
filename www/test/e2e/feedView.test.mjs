// The feed in the query editor: what comes is seen, clicked, suggested and previewed, over the connection that is open.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { fill } from '../support/fill.mjs';
import { setStage } from './stage.mjs';

const stage = setStage();

/** The editor of a panel that reads `path`, with the feed open. */
async function open(t, path) {
  const { page, feed } = await stage.visit(t, { dashboard: 'simple', editPanel: 'panel-4' });
  const query = page.getByRole('region', { name: 'Query A' });
  await query.waitFor();
  const field = query.getByLabel('Path').first();
  await fill(field, path);
  await field.press('Enter');
  await query.getByRole('button', { name: 'See the feed' }).click();
  await query.getByText(/messages\/s/).waitFor();
  return { page, feed, query };
}

const header = (page, name) => page.getByRole('columnheader', { name, exact: true }).first();

test('values are clicked in the messages, over the connection that is open, and the panel follows', async (t) => {
  const { page, feed, query } = await open(t, '/sensors?period=50&devices=2');
  await header(page, 'readings.temperature').waitFor();
  const opened = () => feed.stats().paths['/sensors'].opened;
  const before = opened();
  await query.getByRole('button', { name: 'Pause' }).click();
  await query
    .getByRole('button', { name: /^temperature: / })
    .first()
    .click();
  await header(page, 'temperature').waitFor();
  await query
    .getByRole('button', { name: /^device: / })
    .first()
    .click();
  // A label: each device has a series of its own.
  const second = query.getByRole('group', { name: 'Field 2' });
  await second.waitFor();
  assert.equal(await second.getByLabel('Path').inputValue(), '$.device');
  assert.equal(await header(page, 'readings.temperature').isVisible(), false, 'only what was clicked');
  assert.equal(opened(), before, 'no second connection');
  await query
    .getByRole('button', { name: /^temperature: / })
    .first()
    .click();
  await second.waitFor({ state: 'detached' });
  const left = query.getByRole('group', { name: 'Field 1' }).getByLabel('Path');
  assert.equal(await left.inputValue(), '$.device');
});

test('a query is suggested with reasons, previewed, and taken back', async (t) => {
  const { page, query } = await open(t, '/sensors?period=50&devices=2');
  await header(page, 'readings.temperature').waitFor();
  await query.getByText(/[1-9]\d* in all/).waitFor();
  await query.getByRole('button', { name: 'Suggest' }).click();
  await query.getByText('The query was filled in from the messages.').waitFor();
  assert.equal(await query.getByRole('group', { name: 'Field 1' }).count(), 1);
  const fields = await query.getByLabel('Path').all();
  const paths = await Promise.all(fields.map((field) => field.inputValue()));
  assert.ok(paths.includes('$.readings.temperature'), paths.join());
  await query.getByRole('button', { name: 'Preview' }).click();
  await query.getByText(/^ ?[1-9]\d* shown/).waitFor();
  await query.getByRole('button', { name: 'Undo' }).click();
  await query.getByRole('group', { name: 'Field 1' }).waitFor({ state: 'detached' });
  await header(page, 'readings.temperature').waitFor();
});

test('of an order book a table is suggested from which levels go, and that is taken back', async (t) => {
  const { page, query } = await open(t, '/book?period=50&depth=5');
  await query.getByRole('button', { name: /^Shape/ }).click();
  const suggested = query.getByText('is 0 at a');
  // Until a level has gone there is nothing to suggest a removal from.
  for (let tries = 0; tries < 20 && !(await suggested.isVisible()); tries++) {
    await page.waitForTimeout(500);
    await query.getByRole('button', { name: 'Suggest' }).click();
    await query.getByText('The query was filled in from the messages.').waitFor();
  }
  const removal = query.getByRole('group', { name: 'removal condition 1' });
  assert.equal(await removal.getByLabel('Path').inputValue(), '$.levels[*].quantity');
  assert.equal(await removal.getByLabel('Value').inputValue(), '0');
  await header(page, 'quantity').waitFor();
  await query.getByRole('button', { name: 'Undo' }).click();
  await removal.waitFor({ state: 'detached' });
});

test('a path that meets nothing is told beside its field, with one that does', async (t) => {
  const { page, query } = await open(t, '/sensors?period=50&devices=2');
  await query
    .getByRole('button', { name: /^temperature: / })
    .first()
    .click();
  await header(page, 'temperature').waitFor();
  const path = query.getByRole('group', { name: 'Field 1' }).getByLabel('Path');
  await fill(path, '$.readings.temprature');
  await path.press('Enter');
  await query.getByRole('button', { name: 'Use $.readings.temperature' }).click();
  await header(page, 'temperature').waitFor();
  assert.equal(await path.inputValue(), '$.readings.temperature');
});

test('by keyboard alone: a value is picked among messages that come fast, and keeps the focus', async (t) => {
  const { page, query } = await open(t, '/sensors?period=20&devices=2');
  await query.getByText(/[1-9]\d* in all/).waitFor();
  const value = query.getByRole('button', { name: /^pressure: / }).first();
  await value.focus();
  await query.getByText(/held while you are at the messages/).waitFor();
  const held = await value.textContent();
  await page.waitForTimeout(1200);
  assert.equal(await value.textContent(), held, 'the messages are held');
  await page.keyboard.press('Enter');
  await header(page, 'pressure').waitFor();
  const focused = query.locator('button:focus');
  assert.equal(await focused.getAttribute('aria-pressed'), 'true');
  assert.equal(await focused.getAttribute('title'), '$.readings.pressure');
  await page.keyboard.press('Enter');
  await header(page, 'readings.pressure').waitFor();
});
