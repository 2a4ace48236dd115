// What a browser makes of a feed that means harm: all of it is text.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { test } from 'node:test';

import { WebSocketServer } from 'ws';

import { seeInstances } from './faults/engine.mjs';
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

/**
 * The feed view of a query editor on a page where every feed sends these messages.
 * @param {import('node:test').TestContext} t
 * @param {object[]} messages
 */
async function openFeed(t, ...messages) {
  const { page } = await stage.visit(t, { dashboard: 'simple', editPanel: 'panel-4' });
  // Sockets are replaced when a page loads.
  await page.routeWebSocket(/.*/, (socket) => messages.forEach((message) => socket.send(JSON.stringify(message))));
  await page.reload();
  const query = page.getByRole('region', { name: 'Query A' });
  await query.waitFor();
  await query.getByRole('button', { name: 'See the feed' }).click();
  await query.getByText('onerror=').first().waitFor();
  // While messages come and go, what is pointed at would move.
  await query.getByRole('button', { name: 'Pause' }).click();
  return { page, query };
}

test('markup in names and texts is text in the feed view of the query editor', async (t) => {
  const { page, query } = await openFeed(t, HOSTILE, HOSTILE);
  await query
    .getByRole('button', { name: /^<img src=x.*: / })
    .first()
    .hover();
  await query.getByText(/^\$\['<img src=x/).waitFor();
  assert.deepEqual(await harm(page), NONE);
});

test('long hostile names and texts can be picked in the feed view, which stays where it is', async (t) => {
  const long = MARKUP.repeat(100);
  const { page, query } = await openFeed(t, { v: 1, text: long, [long]: long }, { v: 2, text: long, [long]: long });
  const names = [/^text: /, /^<img src=x/];
  for (const [at, name] of names.entries()) {
    const value = query.getByRole('button', { name }).first();
    // In the editor, which may be scrolled.
    const top = (/** @type {Element} */ element) => element.getBoundingClientRect().top;
    const place = async () => Math.round((await value.evaluate(top)) - (await query.evaluate(top)));
    // The field that was picked before comes into the editor above.
    let before = await place();
    for (let last = NaN; last !== before; last = before, before = await place()) {
      await page.waitForTimeout(500);
    }
    await value.hover();
    await query.getByText(at === 0 ? '$.text' : /^\$\['<img src=x/).waitFor();
    assert.equal(await place(), before, `${name} moved away from the pointer`);
    await value.click();
    const path = query.getByRole('group', { name: `Field ${at + 1}` }).getByLabel('Path');
    await path.waitFor();
    assert.ok((await path.inputValue()).startsWith(at === 0 ? '$.text' : "$['<img src=x"));
  }
  assert.deepEqual(await harm(page), NONE);
});

/**
 * A table that reads a scripted feed, in the page of the tests.
 * @param {import('node:test').TestContext} t
 * @param {(string | object)[]} messages what each connection begins with
 * @param {object} [target]
 * @param {object} [settings]
 */
async function openTable(t, messages, target = {}, settings = {}) {
  const { run, page } = await stage.open(t);
  const script = await startScript(t);
  script.greet(...messages);
  await run(
    async ({ source, mount, shelf }, url, target, settings) => {
      const { uid } = await source({ reconnect: { minMs: 60_000, maxMs: 60_000 }, ...settings }, { url });
      shelf.board = mount({
        dataSource: uid,
        panels: [{ visualization: 'table', targets: [{ refId: 'A', ...target }] }],
      });
    },
    script.url,
    target,
    settings
  );
  return { run, page, script };
}

/** The texts behind the icons of a panel, once one of them holds markup. @param {import('playwright-core').Page} page */
async function showsNotice(page, severity = 'warning') {
  const icon = page.locator(`[data-testid="panel-notice-${severity}"][aria-label*="onerror="]`).first();
  await icon.waitFor({ timeout: 15_000 });
  await icon.hover();
  await page.getByRole('tooltip').getByText('onerror=').first().waitFor();
}

test('markup in messages that cannot be read, and in the reason of a close, is text in the notices of a panel', async (t) => {
  const { page, script } = await openTable(t, [{ v: 1 }, { v: 2 }, `{"v": ${MARKUP}`], { format: 'json' });
  await showsNotice(page);
  assert.deepEqual(await harm(page), NONE);
  await page.mouse.move(0, 0);
  script.end(4001, MARKUP);
  const closed = page.locator('[aria-label*="code 4001"][aria-label*="onerror="]').first();
  await closed.waitFor();
  await closed.hover();
  await page.getByRole('tooltip').getByText('code 4001').first().waitFor();
  assert.deepEqual(await harm(page), NONE);
});

test('markup in what a server says is wrong is text on a panel', async (t) => {
  const { page } = await openTable(
    t,
    ['INFO {}\r\n', `-ERR '${MARKUP}'\r\n`],
    { params: { subject: 'a' } },
    { preset: 'nats' }
  );
  await showsNotice(page);
  assert.deepEqual(await harm(page), NONE);
});

test('markup is text in the preview, in the feed view and in the steps of Diagnose', async (t) => {
  const { run, page } = await openTable(t, [HOSTILE, HOSTILE, `{"v": ${MARKUP}`], { format: 'json' });
  await run(({ shelf }) => shelf.board.edit(0));
  const query = page.getByRole('region', { name: 'Query A' });
  await query.getByRole('button', { name: 'See the feed' }).click();
  await query
    .getByText(/Cannot be read/)
    .first()
    .waitFor();
  await query.getByRole('button', { name: 'Preview' }).click();
  const rows = query.getByRole('region', { name: 'Preview of rows' });
  await rows
    .getByRole('columnheader', { name: /onerror=/ })
    .first()
    .waitFor();
  await rows
    .getByRole('cell', { name: /onerror=/ })
    .first()
    .waitFor();
  await rows.getByText('unreadable').first().waitFor();
  await query.getByRole('button', { name: 'Diagnose' }).click();
  await query.getByRole('list', { name: 'Steps of the diagnosis' }).getByText('onerror=').first().waitFor();
  await query.getByRole('button', { name: 'Suggest' }).click();
  await query.getByText('The query was filled in from the messages.').waitFor();
  assert.deepEqual(await harm(page), NONE);
});

test('a flood of long texts and new names leaves the memory of the engine where it is', async (t) => {
  const { run } = await stage.open(t, { fresh: true });
  const script = await startScript(t);
  await run(seeInstances);
  const targets = [
    { refId: 'A', format: 'json' },
    { refId: 'B', format: 'json', fields: [{ path: '$.v' }, { path: '$.text', role: 'label' }] },
    { refId: 'C', format: 'json', view: 'logs', fields: [{ path: '$.text' }] },
  ];
  await run(
    async ({ source, read, shelf }, url, targets) => {
      shelf.reading = read(await source({}, { url }), targets);
    },
    script.url,
    targets
  );
  await script.connected();
  let sent = 0;
  /** Sends 8 MB of what was never sent before, and says how much memory there is when it has been read. */
  const flood = async () => {
    for (let n = 0; n < 2000; n++) {
      sent += 1;
      script.send({ v: sent, text: `${sent} ${'x'.repeat(4000)}`, [`name ${sent}`]: sent });
    }
    return run(async ({ until, values, shelf }, sent) => {
      await until(() => values(shelf.reading.latest, 'v', 'A').at(-1) === sent, `message ${sent}`, 60_000);
      return shelf.instances.reduce((sum, { exports }) => sum + (exports.memory?.buffer.byteLength ?? 0), 0);
    }, sent);
  };
  const memory = [];
  for (let round = 0; round < 4; round++) {
    memory.push(await flood());
  }
  // The first rounds fill what is bounded: rows, series, the journal.
  assert.ok(memory[0] > 1 << 20, `an engine was seen: ${memory}`);
  assert.ok(memory[3] - memory[1] <= 2 << 20, `the memory grew with each flood: ${memory}`);
});

/**
 * A feed that keeps what it is asked with, over WebSocket and over HTTP.
 * @param {import('node:test').TestContext} t
 */
async function startListener(t) {
  /** @type {{ upgrade: boolean, origin?: string, cookie?: string }[]} */
  const asked = [];
  const note = (/** @type {import('node:http').IncomingMessage} */ { headers }, upgrade = false) =>
    asked.push({ upgrade, origin: headers.origin, cookie: headers.cookie });
  const server = createServer((request, response) => {
    note(request);
    response.writeHead(200, { 'Access-Control-Allow-Origin': '*', 'Content-Type': 'application/x-ndjson' });
    response.write('{"v":1}\n{"v":2}\n');
  });
  const sockets = new WebSocketServer({ server });
  sockets.on('connection', (client, request) => {
    note(request, true);
    client.send('{"v":1}');
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
  t.after(() => {
    sockets.clients.forEach((client) => client.terminate());
    server.closeAllConnections();
    server.close();
  });
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  return { asked, port };
}

test("a feed is told the page's origin, and no cookie that the browser does not add by itself", async (t) => {
  const { run, page, site } = await stage.open(t, { fresh: true });
  const { asked, port } = await startListener(t);
  await page.context().addCookies([{ name: 'grafana_session', value: 'secret', url: site.url }]);
  const { origin, hostname } = new URL(site.url);
  /** What the feed is asked with under this name. */
  const askedAs = async (host) => {
    asked.splice(0);
    await run(async ({ source, read, until, length }, address) => {
      for (const [transport, scheme] of Object.entries({ websocket: 'ws', http: 'http' })) {
        const reading = read(await source({ transport }, { url: `${scheme}://${address}` }), { format: 'json' });
        await until(() => length(reading.latest) >= 1, `a row over ${transport}`);
      }
    }, `${host}:${port}`);
    const [socket, request] = [true, false].map((upgrade) => asked.find((each) => each.upgrade === upgrade));
    assert.deepEqual([socket?.origin, request?.origin], [origin, origin]);
    return { socket: socket?.cookie, request: request?.cookie };
  };
  assert.deepEqual(await askedAs('localhost'), { socket: undefined, request: undefined });
  // Cookies know no ports. Of a server on Grafana's own host a request asks for none; a browser gives them to every
  // WebSocket, which is why servers have to look at the origin.
  assert.deepEqual(await askedAs(hostname), { socket: 'grafana_session=secret', request: undefined });
  await page.evaluate(
    `fetch("http://${hostname}:${port}/", { mode: 'no-cors', credentials: 'include' }).then(() => 0)`
  );
  assert.equal(asked.at(-1)?.cookie, 'grafana_session=secret', 'a request that asks for cookies has them');
});

test('labels that are called __proto__ or constructor reach panels as any others', async (t) => {
  const { run } = await stage.open(t);
  const script = await startScript(t);
  script.greet('{"v":1,"__proto__":"a","constructor":"b"}');
  const labels = ["$['__proto__']", '$.constructor'].map((path) => ({ path, role: 'label' }));
  const found = await run(
    async ({ source, read, until, length }, url, labels) => {
      const targets = ['timeseries', 'logs'].map((view) => {
        return { refId: view, format: 'json', view, fields: [{ path: '$.v' }, ...labels] };
      });
      const reading = read(await source({}, { url }), targets);
      await until(() => targets.every(({ refId }) => length(reading.latest, refId) >= 1), 'a row of each');
      const frame = (wanted) => reading.latest.series.find(({ refId }) => refId === wanted);
      const ofLines = frame('logs').fields.find(({ name }) => name === 'labels').values[0];
      // As lists: what copies objects out of a page may lose such members itself.
      return [frame('timeseries').fields[1].labels, ofLines].map((labels) => Object.entries(labels));
    },
    script.url,
    labels
  );
  const expected = [
    ['__proto__', 'a'],
    ['constructor', 'b'],
  ];
  assert.deepEqual(found, [expected, expected]);
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
