// Bundles the playground into target/playground, or for another host into target/hosts. Fast on purpose: no type checks
// here (`npm run typecheck` does them).
import { copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import * as esbuild from 'esbuild';

import { hostNamed, MAIN_HOST } from '../../../scripts/setup/hosts.mjs';
import { pageFolder } from './pageFolder.mjs';
import { grafanaPackages } from './packages.mjs';

export { serve } from './serve.mjs';

/** @typedef {import('../../../scripts/setup/hosts.mjs').Host} Host */

const require = createRequire(import.meta.url);
const here = path.dirname(fileURLToPath(import.meta.url));

/** @param {Host} host @param {boolean} watch @returns {esbuild.BuildOptions} */
function options(host, watch) {
  const mode = watch ? 'development' : 'production';
  return {
    entryPoints: { main: path.join(here, 'main.tsx'), harness: path.join(here, 'harness.tsx') },
    outdir: pageFolder(host.name),
    bundle: true,
    splitting: true,
    format: 'esm',
    target: 'es2022',
    jsx: 'transform',
    minify: !watch,
    keepNames: true,
    sourcemap: watch ? 'linked' : false,
    legalComments: 'none',
    define: {
      'process.env.NODE_ENV': JSON.stringify(mode),
      'process.env.GRAFANA_VERSION': JSON.stringify(host.version),
      global: 'globalThis',
    },
    loader: { '.woff': 'file', '.woff2': 'file', '.ttf': 'file', '.svg': 'file', '.png': 'file' },
    assetNames: 'assets/[name]-[hash]',
    chunkNames: 'chunks/[name]-[hash]',
    conditions: ['browser', 'import', 'module'],
    mainFields: ['browser', 'module', 'main'],
    logLevel: 'warning',
    plugins: [grafanaPackages(host)],
  };
}

/** What a person opens, and the same host without a page, for tests. */
const PAGES = [
  {
    name: 'index.html',
    entry: 'main',
    title: 'Freshet playground',
    icon: 'public/plugins/freshet-websocket-datasource/img/logo.svg',
  },
  { name: 'harness.html', entry: 'harness', title: 'Freshet test harness', icon: 'data:,' },
];

/** @param {string} outDir */
async function writePages(outDir) {
  const page = await readFile(path.join(here, 'page.html'), 'utf8');
  const filled = (/** @type {typeof PAGES[number]} */ { entry, title, icon }) =>
    page.replaceAll('%ENTRY%', entry).replace('%TITLE%', title).replace('%ICON%', icon);
  await Promise.all(PAGES.map((each) => writeFile(path.join(outDir, each.name), filled(each))));
}

/**
 * The workers of Monaco, in which @grafana/ui's CodeEditor reads JSON. host/monaco.ts names them.
 * @param {Host} host
 */
async function buildWorkers(host) {
  const folder = path.join(host.folder, 'node_modules/monaco-editor/esm/vs');
  await esbuild.build({
    entryPoints: {
      editor: path.join(folder, 'editor/editor.worker.js'),
      json: path.join(folder, 'language/json/json.worker.js'),
    },
    outdir: path.join(pageFolder(host.name), 'workers'),
    bundle: true,
    format: 'iife',
    target: 'es2022',
    minify: true,
    legalComments: 'none',
    logLevel: 'warning',
  });
}

/**
 * What host/sandbox.ts is made of. It evaluates the text of its own functions elsewhere, so they must not refer to what
 * a bundler adds around them.
 * @param {string} outDir
 */
async function buildMembrane(outDir) {
  await esbuild.build({
    entryPoints: { membrane: require.resolve('@locker/near-membrane-dom') },
    outdir: outDir,
    bundle: true,
    format: 'esm',
    target: 'es2022',
    mainFields: ['module', 'main'],
    logLevel: 'warning',
  });
}

/** @param {string} outDir */
async function copyStatic(outDir) {
  const systemDir = path.dirname(require.resolve('systemjs/package.json'));
  await mkdir(outDir, { recursive: true });
  await Promise.all([
    writePages(outDir),
    copyFile(path.join(systemDir, 'dist/system.min.js'), path.join(outDir, 'system.js')),
    copyFile(path.join(systemDir, 'dist/extras/amd.min.js'), path.join(outDir, 'amd.js')),
  ]);
}

/**
 * Builds once; with `watch`, keeps building on every change until `close()` is called.
 * @param {{ watch?: boolean, grafana?: string }} [options] `grafana`: the name of another host
 */
export async function build({ watch = false, grafana = MAIN_HOST } = {}) {
  const host = hostNamed(grafana);
  const outDir = pageFolder(grafana);
  await rm(outDir, { recursive: true, force: true });
  await copyStatic(outDir);
  await Promise.all([buildWorkers(host), buildMembrane(outDir)]);
  if (!watch) {
    await esbuild.build(options(host, watch));
    return { outDir, close: async () => {} };
  }
  const context = await esbuild.context(options(host, watch));
  await context.rebuild();
  await context.watch();
  return { outDir, close: () => context.dispose() };
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { values } = parseArgs({
    options: { watch: { type: 'boolean', default: false }, grafana: { type: 'string', default: MAIN_HOST } },
  });
  const started = performance.now();
  const { outDir } = await build(values);
  const ms = Math.round(performance.now() - started);
  console.log(`playground: built into ${path.relative(process.cwd(), outDir)} in ${ms} ms`);
}
