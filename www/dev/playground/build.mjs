// Bundles the playground into target/playground. Fast on purpose: no type checks here (`npm run typecheck` does them).
import { copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import * as esbuild from 'esbuild';

export { serve } from './serve.mjs';

const require = createRequire(import.meta.url);
const here = path.dirname(fileURLToPath(import.meta.url));
const outDir = path.resolve(here, '../../../target/playground');

// @grafana/scenes wants react-router-dom 6, @grafana/ui wants 5 through its compatibility package, which also exports
// all of 6. One copy for both means that they share one router context.
/** @type {esbuild.Plugin} */
const oneRouter = {
  name: 'one-router',
  setup(build) {
    build.onResolve({ filter: /^react-router-dom$/ }, ({ importer, kind, resolveDir }) =>
      /[\\/]@grafana[\\/]scenes[\\/]/.test(importer)
        ? build.resolve('react-router-dom-v5-compat', { kind, resolveDir })
        : undefined
    );
  },
};

/** @param {{ watch: boolean }} how @returns {esbuild.BuildOptions} */
function options({ watch }) {
  const mode = watch ? 'development' : 'production';
  return {
    entryPoints: { main: path.join(here, 'main.tsx'), harness: path.join(here, 'harness.tsx') },
    outdir: outDir,
    bundle: true,
    splitting: true,
    format: 'esm',
    target: 'es2022',
    jsx: 'transform',
    minify: !watch,
    keepNames: true,
    sourcemap: watch ? 'linked' : false,
    legalComments: 'none',
    define: { 'process.env.NODE_ENV': JSON.stringify(mode), global: 'globalThis' },
    loader: { '.woff': 'file', '.woff2': 'file', '.ttf': 'file', '.svg': 'file', '.png': 'file' },
    assetNames: 'assets/[name]-[hash]',
    chunkNames: 'chunks/[name]-[hash]',
    conditions: ['browser', 'import', 'module'],
    mainFields: ['browser', 'module', 'main'],
    logLevel: 'warning',
    plugins: [oneRouter],
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

async function writePages() {
  const page = await readFile(path.join(here, 'page.html'), 'utf8');
  const filled = (/** @type {typeof PAGES[number]} */ { entry, title, icon }) =>
    page.replaceAll('%ENTRY%', entry).replace('%TITLE%', title).replace('%ICON%', icon);
  await Promise.all(PAGES.map((each) => writeFile(path.join(outDir, each.name), filled(each))));
}

/** The workers of Monaco, in which @grafana/ui's CodeEditor reads JSON. host/monaco.ts names them. */
async function buildWorkers() {
  const folder = path.join(path.dirname(require.resolve('monaco-editor/package.json')), 'esm/vs');
  await esbuild.build({
    entryPoints: {
      editor: path.join(folder, 'editor/editor.worker.js'),
      json: path.join(folder, 'language/json/json.worker.js'),
    },
    outdir: path.join(outDir, 'workers'),
    bundle: true,
    format: 'iife',
    target: 'es2022',
    minify: true,
    legalComments: 'none',
    logLevel: 'warning',
  });
}

async function copyStatic() {
  const systemDir = path.dirname(require.resolve('systemjs/package.json'));
  await mkdir(outDir, { recursive: true });
  await Promise.all([
    writePages(),
    copyFile(path.join(systemDir, 'dist/system.min.js'), path.join(outDir, 'system.js')),
    copyFile(path.join(systemDir, 'dist/extras/amd.min.js'), path.join(outDir, 'amd.js')),
  ]);
}

/** Builds once; with `watch`, keeps building on every change until `close()` is called. */
export async function build({ watch = false } = {}) {
  await rm(outDir, { recursive: true, force: true });
  await copyStatic();
  await buildWorkers();
  if (!watch) {
    await esbuild.build(options({ watch }));
    return { outDir, close: async () => {} };
  }
  const context = await esbuild.context(options({ watch }));
  await context.rebuild();
  await context.watch();
  return { outDir, close: () => context.dispose() };
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const started = performance.now();
  await build({ watch: process.argv.includes('--watch') });
  console.log(
    `playground: built into ${path.relative(process.cwd(), outDir)} in ${Math.round(performance.now() - started)} ms`
  );
}
