// Where Grafana loads the plugin from and how, and what a page's content security policy leaves of that. Which way it takes,
// its server says (pkg/plugins/pluginassets/loadingstrategy.go): fetch for plugins on a CDN, a script for others, unless a
// setting of the plugin says script for all.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { serve } from '../../dev/playground/serve.mjs';
import { until } from '../support/feed.mjs';
import { fill } from '../support/fill.mjs';
import { assertSameRows, sentRows } from './compare.mjs';
import { startScript } from './script.mjs';
import { DIST, setStage } from './stage.mjs';

const stage = setStage();

/**
 * What Grafana sends with `content_security_policy = true` and its own `content_security_policy_template`
 * (conf/defaults.ini; the option is off there). `$ROOT_PATH` is the address of Grafana without its protocol.
 */
const GRAFANAS_POLICY = [
  "script-src 'self' 'unsafe-eval' 'unsafe-inline' 'strict-dynamic' $NONCE",
  "object-src 'none'",
  "font-src 'self'",
  "style-src 'self' 'unsafe-inline' blob:",
  'img-src * data:',
  "base-uri 'self'",
  "connect-src 'self' grafana.com ws://$ROOT_PATH wss://$ROOT_PATH",
  "manifest-src 'self'",
  "media-src 'none'",
  "form-action 'self'",
].join(';');

/** The policy with another server to which the page may connect. */
const allowing = (/** @type {string} */ policy, /** @type {string} */ feed) =>
  policy.replace(' ws://$ROOT_PATH wss://$ROOT_PATH', ` ${feed}`);

/** Reads ten rows on a dashboard. */
async function readTen({ source, mount, until, length, rows }, url) {
  const { uid } = await source({}, url ? { url } : {});
  const board = mount({ dataSource: uid, panels: [{ targets: [{ refId: 'A', path: '/simple?period=20' }] }] });
  await until(() => length(board.data(0)) >= 10, 'ten rows');
  return rows(board.data(0));
}

/** Waits for a notice or an error of a panel that can show no row. */
async function readNone({ source, read, until, notices }, url, pattern) {
  const reading = read(await source({}, { url }), { path: '/' });
  const told = () => [...notices(reading.latest), ...(reading.latest?.errors ?? []).map(({ message }) => message)];
  await until(() => told().some((text) => new RegExp(pattern).test(text)), pattern).catch((error) => {
    throw new Error(`${error.message}; there is ${told()}`);
  });
}

for (const subPath of ['', '/grafana']) {
  test(`module.js may be fetched and evaluated instead of added as a script${subPath && ' under a sub-path'}`, async (t) => {
    const { run, page, feed } = await stage.open(t, { site: { subPath, loading: 'fetch' } });
    const scripts = await page.evaluate(() => [...document.scripts].map(({ src }) => src));
    assert.deepEqual(
      scripts.filter((src) => src.includes('module.js')),
      [],
      'script elements'
    );
    const rows = await run(readTen);
    assertSameRows(rows, sentRows(feed, '/simple').slice(0, rows.length));
  });
}

for (const loading of ['script', 'fetch']) {
  test(`the plugin may lie on a CDN of another origin (${loading})`, async (t) => {
    const cdn = await serve({ port: 0, distDir: DIST, headers: { 'access-control-allow-origin': '*' } });
    t.after(() => cdn.close());
    const folder = `${cdn.url}public/plugins/freshet-websocket-datasource`;
    const { run, page, feed } = await stage.open(t, { site: { loading, cdn: folder } });
    /** @type {string[]} */
    const asked = [];
    page.on('request', (request) => asked.push(request.url()));
    const rows = await run(readTen);
    assertSameRows(rows, sentRows(feed, '/simple').slice(0, rows.length));
    assert.equal(asked.filter((url) => url.startsWith(folder) && url.endsWith('.wasm')).length, 1, `${asked}`);
    // The editors come in files of their own.
    await run(({ mount }) => void mount({ panels: [{ targets: [{ refId: 'A', path: '/simple' }] }] }).edit(0));
    await page.getByRole('region', { name: 'Query A' }).getByLabel('Path').first().waitFor();
    assert.deepEqual(
      asked.filter((url) => url.endsWith('.js') && !url.startsWith(folder) && url.includes('/public/plugins/')),
      []
    );
  });

  test(`Grafana's content security policy lets the engine run, and a feed be read that is added to it (${loading})`, async (t) => {
    const script = await startScript(t);
    script.greet({ n: 1 });
    const site = { loading, policy: allowing(GRAFANAS_POLICY, script.url) };
    const { run } = await stage.open(t, { site });
    const found = await run(async ({ source, read, until, length, rows }, url) => {
      const reading = read(await source({}, { url }), { path: '/', format: 'json' });
      await until(() => length(reading.latest) > 0, 'a row');
      return rows(reading.stop().latest).map(({ n }) => n);
    }, script.url);
    assert.deepEqual(found, [1]);
  });
}

test("in Grafana's plugin sandbox rows are the same, and a change in the query editor shows", async (t) => {
  const { run, page, feed } = await stage.open(t, { site: { loading: 'sandbox' } });
  const rows = await run(readTen);
  assertSameRows(rows, sentRows(feed, '/simple').slice(0, rows.length));
  // What is made behind the membrane is a proxy to the page, and cannot be cloned; packets of a plugin in the page can.
  const isBehind = await run(async ({ source, packets, until }) => {
    const kept = [];
    const targets = [{ refId: 'A', path: '/simple?period=20' }];
    const reading = packets(await source({}, {}), targets, { onValue: (packet) => kept.push(packet) });
    await until(() => kept.length > 0, 'a packet');
    reading.stop();
    try {
      structuredClone(kept[0]);
      return false;
    } catch (error) {
      return error.name === 'DataCloneError';
    }
  });
  assert.ok(isBehind, 'the plugin runs in the page');
  await run(async ({ source, mount }) => {
    const { uid } = await source({}, {});
    mount({ dataSource: uid, panels: [{ targets: [{ refId: 'A', path: '/simple' }] }] }).edit(0);
  });
  const query = page.getByRole('region', { name: 'Query A' });
  await fill(query.getByLabel('Path').first(), '/sensors?period=50');
  await query.getByLabel('Path').first().press('Enter');
  await until(() => feed.stats().paths['/sensors']?.open === 1, 'the other connection');
});

test("without 'unsafe-eval' the engine needs 'wasm-unsafe-eval' and nothing else", async (t) => {
  const script = await startScript(t);
  script.greet({ n: 1 });
  const policy = allowing(GRAFANAS_POLICY, script.url).replace("'unsafe-eval'", "'wasm-unsafe-eval'");
  const { run } = await stage.open(t, { site: { policy } });
  await run(async ({ source, read, until, length }, url) => {
    const reading = read(await source({}, { url }), { path: '/', format: 'json' });
    await until(() => length(reading.latest) > 0, 'a row');
  }, script.url);
});

test("a policy with neither is named in the panel's error", async (t) => {
  const script = await startScript(t);
  const policy = allowing(GRAFANAS_POLICY, script.url).replace(" 'unsafe-eval'", '');
  const { run } = await stage.open(t, { site: { policy } });
  await run(readNone, script.url, 'engine could not be loaded: .*Content Security Policy');
});

test('a feed that the policy does not allow is an error on the panel, and not a wait without end', async (t) => {
  const script = await startScript(t);
  const { run } = await stage.open(t, { site: { policy: GRAFANAS_POLICY } });
  await run(readNone, script.url, 'Not connected to .*code 1006');
});
