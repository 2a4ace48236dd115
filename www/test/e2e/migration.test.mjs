// What earlier versions stored in dashboards and data sources.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { until } from '../support/feed.mjs';
import { openPanel, rowsOf } from './panel.mjs';
import { startScript } from './script.mjs';
import { setStage } from './stage.mjs';

const stage = setStage();

test('a query that an earlier version stored is read, and its editor shows it in the shape of today', async (t) => {
  const { run, page } = await stage.open(t);
  const script = await startScript(t);
  script.greet({ id: 'a', n: 1 }, { id: 'b', n: 2 }, { id: 'a', n: 3 });
  const rows = await run(async ({ source, mount, until, rows, length, shelf }, url) => {
    const { uid } = await source({}, { url });
    const target = { refId: 'A', format: 'json', mode: 'upsert', key: ['$.id'], fields: [{ path: '$.n' }] };
    shelf.board = mount({ dataSource: uid, panels: [{ targets: [{ ...target, view: 'table' }] }] });
    await until(() => length(shelf.board.data(0)) === 2, 'a row for each key');
    const found = rows(shelf.board.data(0)).map(({ n }) => n);
    shelf.board.edit(0);
    return found;
  }, script.url);
  assert.deepEqual(rows.sort(), [2, 3]);
  const key = page.getByRole('region', { name: 'Query A' }).getByLabel('Key 1', { exact: true });
  assert.equal(await key.inputValue(), '$.id');
});

test('settings that an earlier version stored are carried out', async (t) => {
  const { run } = await stage.open(t);
  const script = await startScript(t);
  script.greet({ type: 'hello', version: 1 });
  const settings = {
    handshake: [{ expect: [{ path: '$.type', op: '==', value: 'hello' }] }, { send: { type: 'login' } }],
    replies: [{ when: [{ path: '$.ask', op: 'exists' }], send: { answer: '${$.ask}' } }],
    ignore: [{ path: '$.type', op: '==', value: 'noise' }],
  };
  const panel = await openPanel(run, script, { format: 'json', fields: [{ path: '$.n' }] }, { settings });
  const said = () => script.received.map(({ text }) => JSON.parse(text));
  await until(() => said().length === 1, 'the login');
  script.send({ ask: 7 }, { type: 'noise', n: 1 }, { n: 2 });
  await until(() => said().length === 2, 'the answer');
  assert.deepEqual(said(), [{ type: 'login' }, { answer: 7 }]);
  const { frames } = await panel.showsRows(1);
  assert.deepEqual(
    rowsOf(frames[0]).map(({ n }) => n),
    [2]
  );
});
