// What a browser makes of a feed that means harm: all of it is text.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { openPanel } from './panel.mjs';
import { startScript } from './script.mjs';
import { setStage } from './stage.mjs';

const stage = setStage();

const MARKUP = '<img src=x onerror="window.harmed = true"><script>window.harmed = true</script><b id="harm">bold</b>';
const LINKS = 'javascript:window.harmed=true <a id="harm" href="javascript:window.harmed=true">here</a>';
const HOSTILE = { v: 1, text: MARKUP, link: LINKS, [MARKUP]: MARKUP };

/** What has come of markup on a page. @param {import('playwright-core').Page} page */
const harm = (page) =>
  page.evaluate(() => ({
    ran: 'harmed' in window,
    elements: document.querySelectorAll('#harm, img[src="x"]').length,
    links: [...document.querySelectorAll('a')].filter(({ href }) => /^\s*(javascript|data):/i.test(href)).length,
  }));

const NONE = { ran: false, elements: 0, links: 0 };

/**
 * A panel with what the feed sends, until `text` is seen in it.
 * @param {import('node:test').TestContext} t
 * @param {string} visualization
 * @param {object} target
 * @param {string} text
 */
async function shows(t, visualization, target, text) {
  const { run, page } = await stage.open(t);
  const script = await startScript(t);
  script.greet(HOSTILE, HOSTILE);
  await run(
    async ({ source, mount, until, length }, url, visualization, target) => {
      const { uid } = await source({}, { url });
      const board = mount({ dataSource: uid, panels: [{ visualization, targets: [{ refId: 'A', ...target }] }] });
      await until(() => length(board.data(0)) >= 1, 'a row');
    },
    script.url,
    visualization,
    target
  );
  await page.getByText(text).first().waitFor({ timeout: 15_000 });
  return page;
}

test('markup in names and texts is shown as text in a table', async (t) => {
  const page = await shows(t, 'table', { format: 'json' }, 'window.harmed');
  assert.deepEqual(await harm(page), NONE);
});

test('markup and links in log lines are text', async (t) => {
  const fields = [{ path: '$.link' }, { path: '$.text', role: 'label' }];
  const page = await shows(t, 'logs', { format: 'json', view: 'logs', fields }, 'javascript:window.harmed=true');
  assert.deepEqual(await harm(page), NONE);
});

test('markup in labels is text in the legend of a graph', async (t) => {
  const fields = [{ path: '$.v' }, { path: '$.text', role: 'label' }];
  const page = await shows(t, 'timeseries', { format: 'json', fields }, 'onerror=');
  assert.deepEqual(await harm(page), NONE);
});

test('markup in names and texts is text in the feed view of the query editor', async (t) => {
  const { page } = await stage.visit(t, { dashboard: 'simple', editPanel: 'panel-4' });
  // Every feed of the page is the hostile one; sockets are replaced when a page loads.
  await page.routeWebSocket(/.*/, (socket) => [1, 2].forEach(() => socket.send(JSON.stringify(HOSTILE))));
  await page.reload();
  const query = page.getByRole('region', { name: 'Query A' });
  await query.waitFor();
  await query.getByRole('button', { name: 'See the feed' }).click();
  await query.getByText('onerror=').first().waitFor();
  // While messages come and go, what is pointed at would move.
  await query.getByRole('button', { name: 'Pause' }).click();
  await query
    .getByRole('button', { name: /^<img src=x.*: / })
    .first()
    .hover();
  await query.getByText(/^\$\['<img src=x/).waitFor();
  assert.deepEqual(await harm(page), NONE);
});

test('names such as __proto__ change no prototype', async (t) => {
  const { run } = await stage.open(t);
  const script = await startScript(t);
  const fields = [
    { path: '$.v' },
    { path: "$['__proto__']", name: '__proto__', role: 'label' },
    { path: '$.constructor', role: 'label' },
  ];
  const found = { refId: 'B', format: 'json' };
  const panel = await openPanel(run, script, [{ refId: 'A', format: 'json', fields }, found]);
  script.send('{"v":1,"__proto__":"harm","constructor":"harm","o":{"__proto__":{"harmed":true}}}');
  const { frames } = await panel.shows(({ frames }) => frames.every(({ length }) => length >= 1), 'a row of each');
  const names = frames[1].fields.map(({ name }) => name);
  for (const name of ['__proto__', 'constructor', 'o.__proto__.harmed']) {
    assert.ok(names.includes(name), `${name} in ${names}`);
  }
  const clean = await run(() => [
    Reflect.get({}, 'harmed') === undefined,
    Object.getPrototypeOf({}) === Object.prototype,
    {}.constructor === Object,
  ]);
  assert.deepEqual(clean, [true, true, true]);
});
