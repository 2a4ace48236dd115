// The query editor's JSON side, in Monaco as Grafana has it: loaded when it is opened, complete, and told what is wrong.
import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';

import { until } from '../support/feed.mjs';
import { DIST, setStage } from './stage.mjs';

const stage = setStage();

/** The editor of the table of /simple, with its panel above. */
async function openTable(t) {
  const { page, feed } = await stage.visit(t, { dashboard: 'simple', editPanel: 'panel-4' });
  const query = page.getByRole('region', { name: 'Query A' });
  await page.getByRole('columnheader', { name: 'value', exact: true }).waitFor();
  return { page, feed, query };
}

/** Shows the query as JSON; answers with the editor. */
async function openJson({ query }) {
  await query.getByRole('radio', { name: 'JSON' }).click();
  const editor = query.getByRole('textbox', { name: 'Query as JSON' });
  await editor.waitFor();
  return editor;
}

/** Puts a text in the place of what stands in the editor; pasted, since brackets that are typed bring their partners. */
async function write(page, editor, text) {
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.evaluate((copied) => navigator.clipboard.writeText(copied), text);
  await editor.focus();
  await page.keyboard.press('Control+A');
  await page.keyboard.press('Control+V');
}

test('the JSON editor comes in files of its own beside module.js, and only when it is opened', async (t) => {
  const { page, query } = await openTable(t);
  const chunks = (await readdir(DIST)).filter((file) => /^\w+\.[0-9a-f]{16,}\.js$/.test(file));
  assert.ok(chunks.length > 0, 'no chunks in dist/');
  const texts = await Promise.all(chunks.map((file) => readFile(path.join(DIST, file), 'utf8')));
  const ofJson = chunks.filter((_, at) => texts[at].includes('Query as JSON'));
  assert.equal(ofJson.length, 1);
  assert.ok(!(await readFile(path.join(DIST, 'module.js'), 'utf8')).includes('Query as JSON'));
  const asked = [];
  page.on('request', (request) => asked.push(new URL(request.url()).pathname));
  await openJson({ query });
  const chunk = `/public/plugins/freshet-websocket-datasource/${ofJson[0]}`;
  assert.ok(asked.includes(chunk), `${asked}`);
});

test('what is written as JSON is the query, and the builder shows it', async (t) => {
  const { page, query, feed } = await openTable(t);
  const editor = await openJson({ query });
  await write(page, editor, '{ "path": "/sensors?period=100&devices=2", "later": 1, "view": "table" }');
  await page.keyboard.press('Control+S');
  await page.getByRole('columnheader', { name: 'readings.temperature' }).waitFor();
  await until(() => feed.stats().paths['/sensors'].open === 1, 'the other connection');
  await query.getByText('This version of Freshet has no option "later"').waitFor();
  await query.getByRole('radio', { name: 'Builder' }).click();
  assert.equal(await query.getByLabel('Path').first().inputValue(), '/sensors?period=100&devices=2');
});

test('what is wrong is marked at its place and listed below, and leads there', async (t) => {
  const { page, query } = await openTable(t);
  const editor = await openJson({ query });
  await write(page, editor, '{\n  "path": "/simple",\n  "view": "table",\n  "fields": [{ "path": "b" }]\n}');
  const problem = query.getByRole('button', {
    name: /^Line 4, column 24: fields\[0\]\.path is "b": a path must begin/,
  });
  await problem.waitFor();
  await query.locator('.squiggly-error').first().waitFor();
  await problem.click();
  // The cursor stands before the value: what goes there goes here.
  for (let i = 0; i < 3; i++) {
    await page.keyboard.press('Delete');
  }
  await query.getByRole('button', { name: 'Line 4, column 25: A value is expected', exact: false }).waitFor();
  await query.getByText('the panel shows the last valid query').waitFor();
  await write(
    page,
    editor,
    '{ "path": "/simple", "view": "table", "fields": [{ "path": "$.value", "name": "flow" }] }'
  );
  await problem.waitFor({ state: 'detached' });
  await page.keyboard.press('Control+S');
  await page.getByRole('columnheader', { name: 'flow', exact: true }).waitFor();
});

test('options and their values complete, and are explained', async (t) => {
  const { page, query } = await openTable(t);
  const editor = await openJson({ query });
  await write(page, editor, '{\n"view": "table", "capac\n}');
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('End');
  await page.keyboard.press('Control+Space');
  const suggestion = page.locator('.suggest-widget .monaco-list-row').filter({ hasText: 'capacity' });
  await suggestion.waitFor();
  await page.keyboard.press('Escape');
  await write(page, editor, '{ "view":  }');
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('Control+Space');
  await page.locator('.suggest-widget .monaco-list-row').filter({ hasText: 'timeseries' }).waitFor();
  await page.keyboard.press('Escape');
  await write(page, editor, '{ "capacity": 10 }');
  await query.locator('.view-line span').filter({ hasText: 'capacity' }).last().hover();
  await page.getByText('Rows kept per series, the newest win.').first().waitFor();
});

test('Tab leaves the editor', async (t) => {
  const { page, query } = await openTable(t);
  const editor = await openJson({ query });
  const before = await editor.inputValue();
  await editor.focus();
  await page.keyboard.press('Tab');
  await page.waitForFunction(() => !document.activeElement?.closest('.monaco-editor'));
  await page.keyboard.press('Shift+Tab');
  await page.keyboard.press('Shift+Tab');
  await page.waitForFunction(() => !document.activeElement?.closest('.monaco-editor'));
  assert.equal(await editor.inputValue(), before);
});

test('a query is copied, and pasted in the place of another; undo brings that back', async (t) => {
  const { page, query } = await openTable(t);
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await query.getByRole('button', { name: 'Copy query' }).click();
  const copied = JSON.parse(await page.evaluate(() => navigator.clipboard.readText()));
  assert.equal(copied.path.startsWith('/simple'), true);
  assert.equal('refId' in copied, false);
  await page.evaluate(() => navigator.clipboard.writeText('{"path":"/sensors?period=100","view":"table"}'));
  await query.getByRole('button', { name: 'Paste query' }).click();
  await page.getByRole('columnheader', { name: 'readings.temperature' }).waitFor();
  await query.getByRole('button', { name: 'Undo' }).click();
  await page.getByRole('columnheader', { name: 'value', exact: true }).waitFor();
  assert.equal(await query.getByLabel('Path').first().inputValue(), copied.path);
});
