// Rows that outlive a reload of the page, in the browser's real database.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { startTokenServer } from '../support/tokenServer.mjs';
import { column, openPanel, rowsOf } from './panel.mjs';
import { when } from './presetPage.mjs';
import { startScript } from './script.mjs';
import { setStage } from './stage.mjs';

const stage = setStage();

const BEGIN = Date.now() - 60_000;
const row = (/** @type {number} */ n) => ({ t: BEGIN + n, n });
const rows = (/** @type {number} */ from, /** @type {number} */ to) =>
  Array.from({ length: to - from }, (_, index) => row(from + index));
const FIELDS = [{ path: '$.t', role: 'time' }, { path: '$.n' }];
const KEEPS = { keepRows: true, fields: FIELDS };
/** Longer than rows that have changed wait to be written. */
const WRITTEN_MS = 7000;
/** How long a busy machine may take for that. */
const WAIT_MS = 30_000;
const SHARED = { shared: 'feed' };

/** Whether a notice is about rows that are kept. The clock of these feeds is behind, which is another. @param {{ text: string }} notice */
const isOfKeeping = ({ text }) => text.includes('may be lost');

/** @param {import('playwright-core').Page} page */
async function reload(page) {
  await page.reload();
  await page.waitForFunction(() => 'harnessReady' in window);
  await page.evaluate('window.harnessReady.then(() => undefined)');
  await page.evaluate('window.kit.begin("")');
}

/** Everything in the databases of the page: `undefined` when there are none. */
async function stored() {
  const databases = await indexedDB.databases();
  if (databases.length === 0) {
    return undefined;
  }
  const done = (/** @type {IDBRequest} */ request) =>
    new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  const all = [];
  for (const { name } of databases) {
    const database = await done(indexedDB.open(/** @type {string} */ (name)));
    for (const store of database.objectStoreNames) {
      const records = database.transaction(store).objectStore(store);
      all.push([
        name,
        store,
        await done(records.getAllKeys()),
        await done(database.transaction(store).objectStore(store).getAll()),
      ]);
    }
    database.close();
  }
  return all;
}

/** The rows that are kept, as text. @param {any} run */
const keptText = async (run) => JSON.stringify(await run(stored)) ?? '';

test('rows from before a reload stand there with the live ones behind them, and none twice', async (t) => {
  const { run, page } = await stage.open(t, { fresh: true });
  const script = await startScript(t);
  // What a feed sends whoever connects is there already after the reload.
  script.greet(...rows(0, 10));
  const before = await openPanel(run, script, KEEPS);
  await before.showsRows(10);
  script.send(...rows(10, 20));
  await before.showsRows(20);
  // Browsers may end a page before what it writes on its way out is written.
  await when(async () => (await keptText(run)).includes('\\"c0\\":19.0'), 'the rows to be written', WAIT_MS);
  await reload(page);
  script.greet(...rows(5, 10));
  const after = await openPanel(run, script, KEEPS);
  await after.showsRows(20);
  script.send(...rows(20, 25));
  const { frames, notices } = await after.showsRows(25);
  assert.deepEqual(rowsOf(frames[0]), rows(0, 25));
  assert.deepEqual(notices.filter(isOfKeeping), []);
  await when(async () => (await keptText(run)).includes('\\"c0\\":24.0'), 'the rows to be written', WAIT_MS);
  // They are in the very first packet that shows rows.
  await reload(page);
  const lengths = await run(
    async ({ packets, source, until }, url, target) => {
      /** @type {number[]} */
      const seen = [];
      const dataSource = await source({}, { url });
      packets(dataSource, target, { onValue: ({ data }) => seen.push(data[0].length) });
      await until(() => seen.some((length) => length > 0), 'rows');
      return seen;
    },
    script.url,
    KEEPS
  );
  assert.equal(
    lengths.find((length) => length > 0),
    25
  );
});

test('rows are written while they change, so that a page that dies loses seconds at most', async (t) => {
  const { run, page } = await stage.open(t, { fresh: true });
  const script = await startScript(t);
  script.greet(...rows(0, 3));
  await (await openPanel(run, script, KEEPS)).showsRows(3);
  await when(async () => (await keptText(run)).includes('\\"c0\\":2.0'), 'the rows to be written', WAIT_MS);
  // The engine hears nothing of the end.
  await run(() => window.addEventListener('pagehide', (event) => event.stopImmediatePropagation(), true));
  await run(() => window.addEventListener('visibilitychange', (event) => event.stopImmediatePropagation(), true));
  script.greet();
  await reload(page);
  const { frames } = await (await openPanel(run, script, KEEPS)).showsRows(3);
  assert.deepEqual(rowsOf(frames[0]), rows(0, 3));
});

test('without the option nothing is stored, and no database is made', async (t) => {
  const { run, page } = await stage.open(t, { fresh: true });
  const script = await startScript(t);
  script.greet(...rows(0, 3));
  await (await openPanel(run, script, { fields: FIELDS })).showsRows(3);
  await sleep(WRITTEN_MS);
  await reload(page);
  assert.equal(await run(stored), undefined);
  const after = await openPanel(run, script, { fields: FIELDS });
  await after.showsRows(3);
  await sleep(200);
  assert.equal((await after.look()).frames[0].length, 3);
});

test('a table with one row per key goes on with its rows, though the key is no field', async (t) => {
  const { run, page } = await stage.open(t, { fresh: true });
  const script = await startScript(t);
  const target = { mode: 'upsert', keys: ['$.id'], view: 'table', keepRows: true, fields: FIELDS };
  script.greet({ ...row(1), id: 'a' }, { ...row(2), id: 'b' });
  await (await openPanel(run, script, target)).showsRows(2);
  await when(async () => (await keptText(run)).includes('\\"c0\\":2.0'), 'the rows to be written', WAIT_MS);
  await reload(page);
  script.greet({ ...row(3), id: 'a' }, { ...row(4), id: 'c' });
  const { frames } = await (await openPanel(run, script, target)).showsRows(3);
  // Their order is that in which they came, and the feed may be faster than the database.
  assert.deepEqual(column(frames[0], 'n').sort(), [2, 3, 4]);
});

test('switching it off deletes what is kept, and only that', async (t) => {
  const { run } = await stage.open(t, { fresh: true });
  const script = await startScript(t);
  script.greet(...rows(0, 3));
  const other = await openPanel(run, script, { keepRows: true, fields: [{ path: '$.n' }] }, SHARED);
  const kept = await openPanel(run, script, KEEPS, SHARED);
  await kept.showsRows(3);
  const count = async () => (await run(stored))?.[0][2].length;
  await when(async () => (await count()) === 2, 'two entries', WAIT_MS);
  // As the editor does it: the query runs again.
  await kept.close();
  await (await openPanel(run, script, { fields: FIELDS }, SHARED)).showsRows(3);
  await when(async () => (await count()) === 1, 'one entry');
  await other.close();
  await sleep(1000);
  assert.equal(await count(), 1);
});

test('a browser without a database, or without room, is told in a notice, and the rows go on', async (t) => {
  const { run, page } = await stage.open(t, { fresh: true });
  const script = await startScript(t);
  script.greet(...rows(0, 3));
  await run(() => {
    IDBObjectStore.prototype.put = () => {
      throw new DOMException('The disk is full.', 'QuotaExceededError');
    };
  });
  const full = await openPanel(run, script, KEEPS);
  /** @param {RegExp} text @returns {(shown: import('./panel.mjs').Shown) => boolean} */
  const told = (text) => (shown) => {
    const notices = shown.notices.filter(isOfKeeping);
    return notices.length === 1 && notices[0].severity === 'info' && text.test(notices[0].text);
  };
  const ROOM =
    /^The rows of this query may be lost when the page is reloaded.*did not take them \(The disk is full\.\)\.$/;
  await full.shows(told(ROOM), 'the notice', WRITTEN_MS + 1000);
  script.send(row(3));
  await full.showsRows(4);
  await reload(page);
  await run(() => {
    IDBFactory.prototype.open = () => {
      throw new DOMException('It is switched off.', 'SecurityError');
    };
  });
  const without = await openPanel(run, script, KEEPS);
  await without.showsRows(3);
  await without.shows(
    told(/may be lost when the page is reloaded.*gave nothing back \(It is switched off\.\)\.$/),
    'the notice'
  );
  script.send(row(3));
  await without.showsRows(4);
});

test('deleting the database from elsewhere is not blocked, and rows are kept in a new one', async (t) => {
  const { run, page } = await stage.open(t, { fresh: true });
  const script = await startScript(t);
  script.greet(...rows(0, 3));
  const panel = await openPanel(run, script, KEEPS);
  await panel.showsRows(3);
  await when(async () => (await keptText(run)).includes('c0'), 'the rows to be written', WAIT_MS);
  const deleted = await run(async () => {
    const request = indexedDB.deleteDatabase('freshet-rows');
    return new Promise((resolve) => {
      request.onsuccess = () => resolve('deleted');
      request.onerror = () => resolve('failed');
    });
  });
  assert.equal(deleted, 'deleted');
  script.send(row(3));
  await panel.showsRows(4);
  await when(async () => (await keptText(run)).includes('\\"c0\\":3.0'), 'the rows to be written anew', WAIT_MS);
  script.greet();
  await reload(page);
  const { frames, notices } = await (await openPanel(run, script, KEEPS)).showsRows(4);
  assert.deepEqual(rowsOf(frames[0]), rows(0, 4));
  assert.deepEqual(notices.filter(isOfKeeping), []);
});

test("no secret is in the database: neither a viewer's token nor what the query asks for", async (t) => {
  const { run } = await stage.open(t, { fresh: true });
  const server = await startTokenServer(t);
  server.allow('my-own');
  await run(() => localStorage.setItem('freshet.token.own', 'my-own'));
  const settings = { query: { access_token: '${token}' }, token: { from: 'viewer' } };
  await run(
    async ({ source, read, until, length }, settings, url) => {
      const dataSource = await source(settings, { url, uid: 'own' });
      const target = { path: '/live', subscribe: 'topic s3cret-topic', keepRows: true };
      const reading = read(dataSource, target);
      await until(() => length(reading.latest) > 3, 'rows');
    },
    settings,
    server.url
  );
  await when(async () => (await keptText(run)).includes('\\"t\\":'), 'the rows to be written', WAIT_MS);
  const text = await keptText(run);
  assert.match(text, /"own\/[0-9a-f]{32}"/);
  assert.doesNotMatch(text, /my-own|s3cret|access_token|live/);
});
