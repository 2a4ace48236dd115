// What the benchmark's pages are made of and come from.
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');

/** Grafana's packages read this as they are loaded. */
const PAGE =
  '<!doctype html><meta charset="utf-8"><script>window.grafanaBootData={settings:{},user:{}}</script><title>Benchmark</title>';

/** Writes a page's script with a built engine, that of this checkout unless another folder is given. */
export async function bundle({ entry, to, pkg = path.join(root, 'pkg') }) {
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
    logLevel: 'warning',
    plugins: [engine],
  });
  await copyFile(path.join(pkg, 'freshet_bg.wasm'), path.join(to, 'freshet_bg.wasm'));
}

const types = { '.html': 'text/html', '.js': 'text/javascript', '.wasm': 'application/wasm' };

/** A page of its own has clocks of 5 microseconds instead of 100. */
const isolated = { 'cross-origin-opener-policy': 'same-origin', 'cross-origin-embedder-policy': 'require-corp' };

/** Serves a folder and, at its root, an empty page. */
export async function serve(folder) {
  await writeFile(path.join(folder, 'index.html'), PAGE);
  const server = createServer(async (request, response) => {
    const file = path.join(folder, path.normalize(request.url === '/' ? '/index.html' : (request.url ?? '/')));
    try {
      const body = await readFile(file);
      const type = types[path.extname(file)] ?? 'application/octet-stream';
      response.writeHead(200, { 'content-type': type, ...isolated }).end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${server.address().port}/`, close: () => server.close() };
}
