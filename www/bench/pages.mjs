// What the benchmark's pages are made of and come from.
import { EventEmitter, once } from 'node:events';
import { copyFile, mkdir, readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import path from 'node:path';
import { json } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { open } from '../test/support/browser.mjs';

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');

/** Grafana's packages read this as they are loaded. */
const PAGE =
  '<!doctype html><meta charset="utf-8"><script>window.grafanaBootData={settings:{},user:{}}</script><title>Benchmark</title>';

/**
 * Writes a page's script with a built engine, that of this checkout unless another folder is given.
 * @param {{ entry: string, to: string, pkg?: string }} files
 */
export async function bundle({ entry, to, pkg = path.join(root, 'pkg') }) {
  /** @type {import('esbuild').Plugin} */
  const engine = {
    name: 'engine',
    setup: ({ onResolve }) => onResolve({ filter: /\/pkg\/freshet$/ }, () => ({ path: path.join(pkg, 'freshet.js') })),
  };
  await mkdir(to, { recursive: true });
  await build({
    entryPoints: [path.join(root, 'www/bench', entry)],
    outfile: path.join(to, 'page.js'),
    bundle: true,
    format: 'esm',
    target: 'es2022',
    loader: { '.wasm': 'file', '.ttf': 'empty' },
    define: { 'process.env.NODE_ENV': '"production"', global: 'globalThis' },
    // nats.ws asks for it where there is no browser.
    external: ['crypto'],
    logLevel: 'warning',
    plugins: [engine],
  });
  await copyFile(path.join(pkg, 'freshet_bg.wasm'), path.join(to, 'freshet_bg.wasm'));
}

/** @type {Record<string, string>} */
const types = {
  '.html': 'text/html',
  '.json': 'application/json',
  '.js': 'text/javascript',
  '.wasm': 'application/wasm',
};

/** A page of its own has clocks of 5 microseconds instead of 100. */
const isolated = { 'cross-origin-opener-policy': 'same-origin', 'cross-origin-embedder-policy': 'require-corp' };

/** Asks the server what to run, and sends it what came out. */
const SCRIPT = `<script type="module">
  async function measure() {
    const { page, name, args } = await (await fetch('/task')).json();
    await import(page);
    return { value: await window.bench[name](...args) };
  }
  const measured = await measure().catch((error) => ({ error: String(error) }));
  await fetch('/measured', { method: 'POST', body: JSON.stringify(measured) });
</script>`;

/**
 * Serves a folder of bundles. `run` has a function of `window.bench` called in a browser of its own that nothing is
 * attached to: code that something else has run through is compiled otherwise, and a browser that is driven reports
 * every frame of a socket to its driver.
 * @param {string} folder
 */
export async function serve(folder) {
  const measured = new EventEmitter();
  /** @type {{ page: string, name: string, args: unknown[] }} */
  let task;
  const server = createServer(async (request, response) => {
    const send = (/** @type {string | Buffer} */ body, /** @type {string} */ type) =>
      response.writeHead(200, { 'content-type': type, ...isolated }).end(body);
    if (request.method === 'POST') {
      measured.emit('done', await json(request));
      response.end();
    } else if (request.url === '/') {
      send(PAGE + SCRIPT, types['.html']);
    } else if (request.url === '/task') {
      send(JSON.stringify(task), types['.json']);
    } else {
      const file = path.join(folder, path.normalize(request.url ?? ''));
      try {
        send(await readFile(file), types[path.extname(file)] ?? 'application/octet-stream');
      } catch {
        response.writeHead(404).end();
      }
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  const url = `http://127.0.0.1:${port}/`;
  /**
   * @param {[name: string, ...args: unknown[]]} wanted
   * @param {{ page?: string, flags?: string[] }} [how]
   * @returns {Promise<any>} what the function answers
   */
  async function run(wanted, { page = '/page.js', flags = ['--js-flags=--expose-gc'] } = {}) {
    const [name, ...args] = wanted;
    task = { page, name, args };
    const done = once(measured, 'done');
    const browser = await open(url, flags);
    try {
      const [{ value, error }] = /** @type {any[]} */ (await Promise.race([done, browser.exited]));
      if (error) {
        throw new Error(`${name}: ${error}`);
      }
      return value;
    } finally {
      await browser.close();
    }
  }
  return { run, close: () => server.close() };
}
