// What an end-to-end test stands on: the built plugin on the playground's pages, a real feed server, a real browser.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { after, before } from 'node:test';
import { fileURLToPath } from 'node:url';

import { outdated } from '../../../scripts/outdated.mjs';
import { MAIN_HOST } from '../../../scripts/setup/hosts.mjs';
import { startFeedServer } from '../../dev/feed/server.mjs';
import { build } from '../../dev/playground/build.mjs';
import { pageFolder } from '../../dev/playground/pageFolder.mjs';
import { serve } from '../../dev/playground/serve.mjs';
import { launch } from '../support/browser.mjs';
import { forgetBuiltins, watchTexts } from '../support/builtins.mjs';
import { runner, SWITCHES } from '../support/page.mjs';

/**
 * @typedef {import('node:test').TestContext} TestContext
 * @typedef {import('../../dev/feed/server.mjs').FeedServer} FeedServer
 * @typedef {import('playwright-core').Page} Page
 * @typedef {import('../support/page.mjs').Run<ReturnType<typeof makeKit>>} Run
 */

/** The plugin under test. */
export const DIST = path.resolve(process.env.FRESHET_DIST ?? fileURLToPath(new URL('../../../dist/', import.meta.url)));
/** The version of Grafana's packages that the page is made of. */
export const HOST = process.env.FRESHET_HOST ?? MAIN_HOST;
/** How the page loads the plugin where a test does not say so: `script`, `fetch` or `sandbox`. */
const LOADING = process.env.FRESHET_LOADING;
/** What the tests find in the page. */
export const KIT = fileURLToPath(new URL('page/kit.js', import.meta.url));

/** Whether the pages keep WebAssembly's builtins for strings, where the browser has them. */
const KEEPS_BUILTINS = process.env.FRESHET_BUILTINS !== 'none';

/** Sees that there are a plugin and a page for it. */
export async function prepare() {
  if (!existsSync(path.join(DIST, 'module.js'))) {
    throw new Error(`There is no plugin in ${DIST}. Run npm run build first.`);
  }
  if (outdated('playground', path.join(pageFolder(HOST), 'harness.js'))) {
    await build({ grafana: HOST });
  }
}

/** One for all tests of a process. @type {Promise<import('playwright-core').Browser> | undefined} */
let launched;
/** @type {Promise<Harness> | undefined} */
let shared;

async function start() {
  await prepare();
  return launch({ args: SWITCHES });
}

async function stop() {
  const [ended, harness] = [launched, shared];
  launched = undefined;
  shared = undefined;
  await (await ended)?.close();
  await (await harness)?.site.close();
}

/** The stage of a test file: one browser for all its tests, and for those of other files in the same process. */
export function setStage() {
  /** @type {import('playwright-core').Browser} */
  let browser;
  before(async () => void (browser = await (launched ??= start())));
  after(stop);
  return {
    /**
     * The harness, beside a fresh feed server. Its page is that of the tests before, unless `fresh` or `site` is given:
     * to load Grafana's packages takes longer than most tests.
     * @param {TestContext} t
     * @param {{ fresh?: boolean, site?: SiteOptions, builtins?: boolean, faults?: RegExp }} [options] `faults` belong to
     *   the test, `builtins` are those of `openHarness`
     */
    async open(t, { fresh = false, site, builtins, faults } = {}) {
      const own = fresh || site !== undefined;
      const harness = own ? await openHarness(browser, site, builtins) : await (shared ??= openHarness(browser));
      const stand = await lend(t, harness, faults);
      if (own) {
        t.after(() => harness.page.context().close());
        t.after(() => harness.site.close());
      }
      return stand;
    },
    /**
     * The playground as a person sees it.
     * @param {TestContext} t
     * @param {Record<string, string>} address options in its address
     */
    visit: (t, address) => openPlayground(t, browser, address),
  };
}

/**
 * @typedef {Parameters<typeof serve>[0]} SiteOptions how the page and the plugin are served
 * @typedef {object} Harness
 * @property {Awaited<ReturnType<typeof serve>>} site
 * @property {Page} page
 * @property {string[]} errors what has gone wrong on the page
 */

/**
 * @param {import('playwright-core').Browser} browser
 * @param {SiteOptions} [siteOptions]
 * @param {boolean} [builtins] whether the page has WebAssembly's builtins for strings
 * @returns {Promise<Harness>}
 */
async function openHarness(browser, siteOptions, builtins = KEEPS_BUILTINS) {
  const site = await serve({ grafana: HOST, loading: LOADING, port: 0, distDir: DIST, ...siteOptions });
  const { page, errors } = await openPage(browser);
  await page.addInitScript({ path: KIT });
  if (!builtins) {
    await page.addInitScript(forgetBuiltins);
  }
  await page.addInitScript(watchTexts);
  await page.goto(new URL('harness.html', site.url).href);
  await page.waitForFunction(() => 'harnessReady' in window);
  await page.evaluate('window.harnessReady.then(() => undefined)');
  return { site, page, errors };
}

/**
 * Lends a harness to one test, with a feed server of its own.
 * @param {TestContext} t
 * @param {Harness} harness
 * @param {RegExp} [faults]
 */
async function lend(t, { site, page, errors }, faults) {
  const feed = await startFeedServer();
  await page.evaluate(`window.kit.begin(${JSON.stringify(feed.url)})`);
  t.after(async () => {
    await page.evaluate('window.kit.end()');
    await feed.close();
    if (!KEEPS_BUILTINS) {
      assert.equal(await page.evaluate('window.textsTaken.byBuiltins'), 0, 'texts by builtins that are not there');
    }
    assertNoErrors(errors.splice(0), faults);
  });
  return { feed, site, page, run: /** @type {Run} */ (runner(page)) };
}

/**
 * @param {TestContext} t
 * @param {import('playwright-core').Browser} browser
 * @param {Record<string, string>} address
 */
async function openPlayground(t, browser, address) {
  const feed = await startFeedServer();
  t.after(() => feed.close());
  const site = await serve({ grafana: HOST, loading: LOADING, port: 0, distDir: DIST, feedUrl: feed.url });
  t.after(() => site.close());
  const { page, errors } = await openPage(browser);
  t.after(async () => {
    await page.context().close();
    assertNoErrors(errors);
  });
  const url = new URL(site.url);
  url.search = new URLSearchParams(address).toString();
  await page.goto(url.href);
  return { feed, site, page };
}

/** @param {import('playwright-core').Browser} browser */
async function openPage(browser) {
  const context = await browser.newContext({ viewport: { width: 1400, height: 900 } });
  const page = await context.newPage();
  /** @type {string[]} */
  const errors = [];
  page.on('pageerror', (error) => {
    const text = error.stack ?? error.message;
    if (!BY_FIREFOX.test(text)) {
      errors.push(text);
    }
  });
  return { page, errors };
}

/** What Firefox itself writes among a page's errors, and Chromium to its console, when a connection or a request fails. */
const BY_FIREFOX =
  /^(Firefox can’t establish a connection to the server at wss?:|The connection to wss?:|Cross-Origin Request Blocked: )/;

/**
 * @param {string[]} errors
 * @param {RegExp} [faults]
 */
function assertNoErrors(errors, faults) {
  const unexpected = errors.filter((error) => !faults?.test(error));
  assert.deepEqual(unexpected, [], 'errors on the page');
}
