// The plugin's editors on the playground's pages: a person changes a setting, and the panel shows it.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { until } from '../support/feed.mjs';
import { fill } from '../support/fill.mjs';
import { setStage } from './stage.mjs';

const stage = setStage();

/** The editor of the table of /simple, with its panel above. */
async function openTable(t) {
  const { page, feed } = await stage.visit(t, { dashboard: 'simple', editPanel: 'panel-4' });
  const query = page.getByRole('region', { name: 'Query A' });
  await query.waitFor();
  const header = (name) => page.getByRole('columnheader', { name, exact: true });
  await header('value').waitFor();
  return { page, feed, query, header };
}

test('a field that is added in the query editor, and named, becomes the column of the panel', async (t) => {
  const { query, header } = await openTable(t);
  await query.getByRole('button', { name: 'Add field' }).click();
  const path = query.getByLabel('Path').last();
  await fill(path, '$.value');
  await path.press('Enter');
  await header('value').waitFor();
  await header('time').waitFor({ state: 'detached' });
  const name = query.getByLabel('Name');
  await fill(name, 'flow');
  await name.press('Enter');
  await header('flow').waitFor();
  await header('value').waitFor({ state: 'detached' });
});

test('another path in the query editor reads another feed', async (t) => {
  const { query, header, feed } = await openTable(t);
  const path = query.getByLabel('Path').first();
  await fill(path, '/sensors?period=100&devices=2');
  await path.press('Enter');
  await header('readings.temperature').waitFor();
  await until(() => feed.stats().paths['/sensors'].open === 1, 'the other connection');
});

test('a subscribe message typed into the query editor is sent', async (t) => {
  const { query, header, feed } = await openTable(t);
  const path = query.getByLabel('Path').first();
  await fill(path, '/trades?period=50');
  await path.press('Enter');
  const message = '{"method":"SUBSCRIBE","params":["solusdt@trade"],"id":7}';
  const subscribe = query.getByLabel('Subscribe', { exact: true });
  await fill(subscribe, message);
  await subscribe.press('Control+Enter');
  await header('s').waitFor();
  const texts = feed
    .stats()
    .received.filter((each) => each.path === '/trades')
    .map(({ text }) => text);
  assert.deepEqual(texts, [message]);
});

test('a query that cannot be is refused beside its field, and the error of the engine is shown', async (t) => {
  const { page, query } = await openTable(t);
  const capacity = query.getByLabel('Capacity');
  await fill(capacity, 'none');
  await capacity.press('Enter');
  await query.getByText('"none" is not a number.').waitFor();
  await query.getByRole('button', { name: 'Add field' }).click();
  const path = query.getByLabel('Path').last();
  await fill(path, '$.value[');
  await path.press('Enter');
  await page
    .getByText(/fields\[0\]\.path/)
    .first()
    .waitFor();
});

test('what the engine finds wrong with a JSONPath stands beside its field, until it is right', async (t) => {
  const { query, header } = await openTable(t);
  await query.getByRole('button', { name: 'Add field' }).click();
  const field = query.getByRole('group', { name: 'Field 1' });
  const path = field.getByLabel('Path');
  await fill(path, 'b');
  await path.press('Enter');
  const problem = field.getByText('"b": a path must begin with $, as in $.data.price (at character 1)');
  await problem.waitFor();
  await fill(path, '$.value[');
  await path.press('Enter');
  await field.getByText(/^"\$\.value\[": expected .+ \(at character 9\)$/).waitFor();
  await problem.waitFor({ state: 'detached' });
  await fill(path, '$.value');
  await path.press('Enter');
  await field.getByRole('alert').waitFor({ state: 'detached' });
  await header('value').waitFor();
});

test('the counters of connection and target stand in the stats of the panel', async (t) => {
  const { page } = await openTable(t);
  await page.getByRole('tab', { name: 'Stats' }).click();
  for (const name of ['Messages', 'Rows', 'Malformed messages', 'Connection: messages', 'Connection: reconnects']) {
    await page
      .getByRole('row', { name: new RegExp(`^${name} \\d`) })
      .first()
      .waitFor();
  }
});

test('"Save & test" answers: for the address that stands there, and for one that leads nowhere', async (t) => {
  const { page, feed } = await stage.visit(t, { page: 'datasource' });
  const button = page.getByRole('button', { name: 'Save & test' });
  await button.click();
  await page.getByText(`Connected to ${feed.url}`).waitFor();
  const url = page.getByLabel('URL');
  await fill(url, 'ws://127.0.0.1:1/feed');
  await url.press('Enter');
  await button.click();
  await page.getByText('Cannot reach 127.0.0.1:1: nothing listens there.').waitFor();
  await fill(url, 'example.org');
  await url.press('Enter');
  await button.click();
  await page.getByText('"example.org" is not a URL.').first().waitFor();
});

test('settings that are saved reach the panels: another address is another connection', async (t) => {
  const { page, feed } = await openTable(t);
  await page.getByRole('tab', { name: 'Data source' }).click();
  await page.getByTestId('settings').getByRole('button', { name: 'Limits' }).click();
  const linger = page.getByLabel('Linger (ms)');
  await fill(linger, '200');
  await linger.press('Enter');
  const subprotocols = page.getByLabel('Subprotocols');
  await fill(subprotocols, 'v1, v2');
  await subprotocols.press('Enter');
  const { opened } = feed.stats();
  await page.getByRole('button', { name: 'Save & test' }).click();
  await page.getByText('subprotocol v1').waitFor();
  // The test's own connection, and that of the panel with the new settings.
  await until(() => feed.stats().opened >= opened + 2, 'the panel to connect anew');
});

test('the settings of a provisioned data source are read and tested, and nothing of them changes', async (t) => {
  const { page } = await stage.visit(t, { page: 'datasource', uid: 'provisioned' });
  const settings = page.getByTestId('settings');
  await settings.getByText(/provisioned from a file: its settings can be read here, and changed only there/).waitFor();
  const folded = settings.locator('section button[aria-expanded="false"]');
  while ((await folded.count()) > 0) {
    await folded.first().click();
  }
  const fields = settings.locator('input, textarea, select');
  const open = await fields.evaluateAll((all) =>
    all.filter((field) => !field.matches(':disabled')).map(({ outerHTML }) => outerHTML)
  );
  assert.deepEqual(open, []);
  assert.ok((await fields.count()) >= 15, `${await fields.count()} fields`);
  // What was saved is not shown, and not to be replaced.
  assert.equal(await settings.getByLabel('Value 1').inputValue(), 'configured');
  const buttons = await settings.getByRole('button', { disabled: false }).allInnerTexts();
  assert.deepEqual(
    buttons.filter((text) => /save|reset|add|remove|undo|choose/i.test(text)),
    []
  );
  /** @type {string[]} */
  const written = [];
  page.on('request', (request) => request.method() !== 'GET' && written.push(request.url()));
  await page.getByRole('button', { name: 'Test', exact: true }).click();
  await page.getByText(/^Connected to/).waitFor();
  await page.getByRole('link', { name: 'Build a dashboard' }).click();
  await page.getByText('readings.temperature').first().waitFor();
  assert.deepEqual(written, []);
});

/** @type {Record<string, string>[]} */
const PAGES = [{ page: 'datasource' }, { dashboard: 'simple', editPanel: 'panel-1' }];

for (const address of PAGES) {
  test(`no label is wider than its place (${Object.keys(address)[0]})`, async (t) => {
    const { page } = await stage.visit(t, address);
    await page.getByText('URL').first().or(page.getByText('Path').first()).first().waitFor();
    const cut = await page.evaluate(() => {
      const labels = [...document.querySelectorAll('label')].filter(({ innerText }) => innerText !== '');
      const tooWide = (label) =>
        label.scrollWidth > label.clientWidth + 1 || label.scrollHeight > label.clientHeight + 1;
      return { count: labels.length, cut: labels.filter(tooWide).map(({ innerText }) => innerText) };
    });
    assert.ok(cut.count >= 8, `${cut.count} labels`);
    assert.deepEqual(cut.cut, []);
  });
}

test('the dashboards of the playground show data without an error on the page', async (t) => {
  for (const dashboard of ['overview', 'feeds']) {
    const { page } = await stage.visit(t, { dashboard, from: 'now-30s' });
    await page.locator('canvas, [role="row"]').first().waitFor();
    await page.waitForFunction(() => !/No data/.test(document.body.innerText) && document.querySelector('canvas'));
  }
});

test('another data source is chosen for the history in the query editor, and its own editor shows', async (t) => {
  const { query, page, feed } = await openTable(t);
  const history = query.getByRole('region', { name: 'History' }).first();
  await history.getByRole('button', { name: 'History' }).click();
  await history.getByLabel('History from').click();
  await page.getByRole('option', { name: 'Another data source' }).click();
  await history.getByLabel('Select a data source').click();
  await page.getByText('Demo feed (default)', { exact: true }).click();
  const path = history.getByLabel('Path').first();
  await fill(path, '/counter?period=50');
  await path.press('Enter');
  // The history is a Freshet query here, so what it reads is a connection.
  await until(() => feed.stats().paths['/counter']?.opened >= 1, 'the question');
  await page.getByRole('columnheader', { name: 'value', exact: true }).waitFor();
});
