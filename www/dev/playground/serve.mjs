// The playground's web server: the page, the plugin where Grafana would serve it, Grafana's icons, and a data proxy.
import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import http from 'node:http';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { hostNamed, MAIN_HOST } from '../../../scripts/setup/hosts.mjs';
import { createDataProxy } from './dataProxy.mjs';
import { pageFolder } from './pageFolder.mjs';

/**
 * @typedef {import('node:http').ServerResponse} Response
 * @typedef {{ prefix: string, root: string }} Root a folder, and what the paths of its files begin with
 */

const require = createRequire(import.meta.url);
const here = path.dirname(fileURLToPath(import.meta.url));
/** @param {string} name */
const packageDir = (name) => path.dirname(require.resolve(`${name}/package.json`));
const ICONS = 'node_modules/@grafana/ui/dist/public/img/icons';
const interDir = path.resolve(packageDir('@fontsource-variable/inter'), 'files');
const robotoMono = path.resolve(packageDir('@fontsource/roboto-mono'), 'files/roboto-mono-latin-400-normal.woff2');

// @grafana/ui asks for files that Grafana itself brings along: its fonts, and two icons.
const grafanaFiles = new Map([
  ['/public/fonts/inter/Inter-Regular.woff2', path.join(interDir, 'inter-latin-wght-normal.woff2')],
  ['/public/fonts/inter/Inter-Medium.woff2', path.join(interDir, 'inter-latin-wght-normal.woff2')],
  ['/public/fonts/inter/Inter-Italic.woff2', path.join(interDir, 'inter-latin-wght-italic.woff2')],
  ['/public/fonts/inter/Inter-MediumItalic.woff2', path.join(interDir, 'inter-latin-wght-italic.woff2')],
  ['/public/build/img/icons/mono/circle-mono.svg', path.join(here, 'icons/circle-mono.svg')],
  ['/public/build/img/icons/unicons/angle-double-left.svg', path.join(here, 'icons/angle-double-left.svg')],
]);

export const pluginId = 'freshet-websocket-datasource';

/** @type {Record<string, string>} */
const mimeTypes = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.md': 'text/markdown; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.ttf': 'font/ttf',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
  '.woff': 'font/woff',
  '.woff2': 'font/woff2',
};

/** Turns a request path into a file, or null when it would leave `root`. @param {string} root @param {string} relative */
function fileUnder(root, relative) {
  const file = path.join(root, path.normalize(relative));
  return file === root || file.startsWith(root + path.sep) ? file : null;
}

/** The file behind a path below the sub-path. @param {string} below @param {[...Root[], Root]} roots the last takes all */
function fileFor(below, roots) {
  const { prefix, root } = roots.find(({ prefix }) => below.startsWith(prefix)) ?? roots[roots.length - 1];
  const named = below.startsWith('/public/fonts/roboto/') ? robotoMono : grafanaFiles.get(below);
  return named ?? fileUnder(root, below === '/' ? 'index.html' : below.slice(prefix.length));
}

/**
 * @param {Response} response
 * @param {string | null} file
 * @param {string} contentType
 * @param {Record<string, string>} headers
 */
async function sendFile(response, file, contentType, headers) {
  const info = file === null ? null : await stat(file).catch(() => null);
  if (file === null || !info?.isFile()) {
    response.writeHead(404, { 'content-type': 'text/plain; charset=utf-8' }).end('not found\n');
    return;
  }
  const length = { 'content-length': info.size, 'cache-control': 'no-cache' };
  response.writeHead(200, { ...headers, 'content-type': contentType, ...length });
  createReadStream(file).pipe(response);
}

/**
 * A page under a policy, whose `$NONCE` its script elements know, as Grafana fills it in.
 * @param {Response} response
 * @param {string} file
 * @param {string} policy
 */
async function sendUnderPolicy(response, file, policy) {
  const nonce = randomBytes(16).toString('base64');
  const page = (await readFile(file, 'utf8')).replaceAll('<script ', `<script nonce="${nonce}" `);
  const header = policy.replaceAll('$NONCE', `'nonce-${nonce}'`);
  response.writeHead(200, { 'content-type': mimeTypes['.html'], 'content-security-policy': header }).end(page);
}

/** @param {Response} response @param {object} config */
function sendConfig(response, config) {
  const body = `window.freshetPlayground = ${JSON.stringify(config)};\n`;
  response.writeHead(200, { 'content-type': mimeTypes['.js'], 'cache-control': 'no-store' }).end(body);
}

/** The path below the sub-path, or null when the request lies outside it. @param {string} subPath @param {string} url */
function pathBelow(subPath, url) {
  const { pathname } = new URL(url, 'http://localhost');
  const decoded = decodeURIComponent(pathname);
  if (subPath === '') {
    return decoded;
  }
  return decoded === subPath || decoded.startsWith(`${subPath}/`) ? decoded.slice(subPath.length) : null;
}

/** @param {http.Server} server @param {number} port @param {string} host @returns {Promise<number>} the port */
function listen(server, port, host) {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => resolve(/** @type {import('node:net').AddressInfo} */ (server.address()).port));
  });
}

/**
 * Serves the built playground and a built plugin.
 *
 * - `grafana`: which host's page, one of `HOSTS`
 * - `feedUrl`: the data source's URL on the page (`?feed=` in the address overrides it)
 * - `distDir`: the built plugin, default `dist/` at the top of the repository
 * - `subPath`: serve everything below e.g. `/grafana`, as Grafana does with `serve_from_sub_path`
 * - `loading`: how the page loads module.js, as `loadingStrategy` of Grafana's server: `script` or `fetch`, or `sandbox`
 * - `cdn`: where the page finds the plugin's folder instead of here, a URL without a slash at its end
 * - `policy`: the page's content security policy, in which `$NONCE` is filled in
 * - `headers`: more headers of all files, such as those of CORS
 * - `wasmMime`: the MIME type for .wasm files, so that a test can be a server that does not know them
 */
export async function serve({
  grafana = MAIN_HOST,
  port = 3999,
  host = '127.0.0.1',
  feedUrl = 'ws://127.0.0.1:9190',
  distDir = path.resolve(here, '../../../dist'),
  subPath = '',
  loading = 'script',
  cdn = '',
  policy = '',
  headers = {},
  wasmMime = mimeTypes['.wasm'],
} = {}) {
  const proxy = createDataProxy();
  const icons = path.join(hostNamed(grafana).folder, ICONS);
  /** @type {[Root, Root, Root, Root]} */
  const roots = [
    { prefix: `/public/plugins/${pluginId}/`, root: path.resolve(distDir) },
    { prefix: '/public/build/img/icons/', root: icons },
    // Where Grafana 11 has them.
    { prefix: '/public/img/icons/', root: icons },
    { prefix: '/', root: pageFolder(grafana) },
  ];

  /** @param {http.IncomingMessage} request @param {Response} response */
  async function answer(request, response) {
    const below = pathBelow(subPath, request.url ?? '');
    if (below === null || below === '') {
      response.writeHead(302, { location: `${subPath}/` }).end();
    } else if (below === '/playground-config.js') {
      sendConfig(response, {
        feedUrl,
        appSubUrl: subPath,
        pluginId,
        pluginUrl: cdn || `${subPath}/public/plugins/${pluginId}`,
        loading,
      });
    } else if (proxy.owns(below)) {
      await proxy.answer(request, response, below);
    } else {
      const file = fileFor(below, roots);
      const extension = path.extname(file ?? '');
      const known = mimeTypes[extension] ?? 'application/octet-stream';
      if (policy && file !== null && extension === '.html') {
        await sendUnderPolicy(response, file, policy);
      } else {
        await sendFile(response, file, extension === '.wasm' ? wasmMime : known, headers);
      }
    }
  }

  const server = http.createServer((request, response) => {
    answer(request, response).catch((error) => {
      if (!response.headersSent) {
        response.writeHead(error instanceof URIError ? 400 : 500, { 'content-type': 'text/plain; charset=utf-8' });
      }
      response.end(`${error.message}\n`);
    });
  });
  server.on('upgrade', (request, socket, head) =>
    proxy.upgrade(request, socket, head, pathBelow(subPath, request.url ?? ''))
  );
  const actualPort = await listen(server, port, host);

  return {
    port: actualPort,
    url: `http://${host}:${actualPort}${subPath}/`,
    /** @returns {Promise<void>} */
    close: () =>
      new Promise((resolve, reject) => {
        proxy.close();
        server.close((error) => (error ? reject(error) : resolve()));
        server.closeAllConnections();
      }),
  };
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { parseArgs } = await import('node:util');
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '3999' },
      grafana: { type: 'string' },
      feed: { type: 'string' },
      dist: { type: 'string' },
      'sub-path': { type: 'string', default: '' },
    },
  });
  const server = await serve({
    grafana: values.grafana,
    port: Number(values.port),
    feedUrl: values.feed,
    distDir: values.dist,
    subPath: values['sub-path'],
  });
  console.log(`playground: ${server.url}`);
}
