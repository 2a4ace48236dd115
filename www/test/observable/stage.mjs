// A browser page with the engine and real rxjs in it, and a feed server, for one check.
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import path from 'node:path';
import process from 'node:process';
import { after, before } from 'node:test';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

import { startFeedServer } from '../../dev/feed/server.mjs';
import { launch } from '../support/browser.mjs';
import { runner, SWITCHES } from '../support/page.mjs';

const PAGE = fileURLToPath(new URL('page/', import.meta.url));

/** The engine under test: wasm-pack's output folder. */
const ENGINE = path.resolve(process.env.FRESHET_PKG ?? fileURLToPath(new URL('../../../pkg/', import.meta.url)));

/** @typedef {import('../support/page.mjs').Run<import('./page/kit.mjs').Kit>} Run */

/** @returns {Promise<Map<string, { type: string, body: Uint8Array | string }>>} */
async function bundle() {
  const { outputFiles } = await build({
    entryPoints: ['kit', 'rxjs', 'polyfill', 'suite'].map((name) => path.join(PAGE, `${name}.mjs`)),
    alias: { engine: path.join(ENGINE, 'freshet.js') },
    bundle: true,
    format: 'esm',
    outdir: '/',
    write: false,
    logLevel: 'error',
  });
  const files = new Map();
  for (const file of outputFiles) {
    files.set(`/${path.basename(file.path)}`, { type: 'text/javascript', body: file.contents });
  }
  files.set('/', { type: 'text/html', body: '<!doctype html><title>Shim</title><body></body>' });
  files.set('/freshet_bg.wasm', {
    type: 'application/wasm',
    body: await readFile(path.join(ENGINE, 'freshet_bg.wasm')),
  });
  return files;
}

async function serveSite() {
  const files = await bundle();
  const server = createServer((request, response) => {
    const file = files.get(request.url ?? '');
    response.writeHead(file ? 200 : 404, { 'Content-Type': file?.type ?? 'text/plain' }).end(file?.body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  return { url: `http://127.0.0.1:${port}/`, close: () => (server.closeAllConnections(), server.close()) };
}

/** The stage of a test file: one browser and one site for all its checks. */
export function setStage() {
  /** @type {{ browser: import('playwright-core').Browser, site: Awaited<ReturnType<typeof serveSite>> }} */
  let stage;
  before(async () => {
    stage = { site: await serveSite(), browser: await launch({ args: SWITCHES }) };
  });
  after(async () => {
    await stage.browser.close();
    stage.site.close();
  });
  return {
    /**
     * A fresh page and a fresh feed server.
     * @param {import('node:test').TestContext} t
     * @param {string[]} [scripts] in the order in which they are loaded
     */
    open: (t, scripts) => openPage(t, stage, scripts),
  };
}

/**
 * @param {import('node:test').TestContext} t
 * @param {{ browser: import('playwright-core').Browser, site: { url: string } }} stage
 */
async function openPage(t, { browser, site }, scripts = ['rxjs', 'kit']) {
  const feed = await startFeedServer();
  t.after(() => feed.close());
  const context = await browser.newContext();
  t.after(() => context.close());
  const page = await context.newPage();
  await page.addInitScript((url) => Object.assign(window, { feedUrl: url }), feed.url);
  await page.goto(site.url);
  for (const script of scripts) {
    await page.addScriptTag({ url: `/${script}.js`, type: 'module' });
    if (script === 'kit') {
      await page.waitForFunction(() => 'kit' in window);
    }
  }
  return { feed, page, run: /** @type {Run} */ (runner(page)) };
}
