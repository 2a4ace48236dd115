import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import http from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import WebSocket, { WebSocketServer } from 'ws';
import { pluginId, serve } from './serve.mjs';

/**
 * @typedef {import('node:test').TestContext} TestContext
 * @typedef {Awaited<ReturnType<typeof serve>>} Server
 */

/** @type {string} */
let distDir;

before(async () => {
  distDir = await mkdtemp(path.join(tmpdir(), 'playground-dist-'));
  await writeFile(path.join(distDir, 'module.js'), 'define([], function () {});');
  await writeFile(path.join(distDir, 'engine.wasm'), new Uint8Array([0, 97, 115, 109]));
});

after(() => rm(distDir, { recursive: true }));

/** Starts a server for one test. @param {TestContext} context @param {Parameters<typeof serve>[0]} [options] */
async function serving(context, options) {
  const server = await serve({ port: 0, distDir, ...options });
  context.after(() => server.close());
  return server;
}

/** @param {Server} server @param {string} name */
const pluginFile = (server, name) => fetch(new URL(`public/plugins/${pluginId}/${name}`, server.url));

/** fetch() would tidy the path up before sending it. @param {Server} server @param {string} rawPath */
function statusOfRawPath(server, rawPath) {
  const { hostname, port } = new URL(server.url);
  return new Promise((resolve, reject) => {
    const request = http.get({ hostname, port, path: rawPath }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    });
    request.on('error', reject);
  });
}

describe('plugin files', () => {
  test('stand where Grafana serves them, with their MIME types', async (context) => {
    const server = await serving(context);
    const module = await pluginFile(server, 'module.js');
    assert.equal(module.status, 200);
    assert.match(module.headers.get('content-type') ?? '', /^text\/javascript/);
    const wasm = await pluginFile(server, 'engine.wasm');
    assert.equal(wasm.headers.get('content-type'), 'application/wasm');
    assert.deepEqual(new Uint8Array(await wasm.arrayBuffer()), new Uint8Array([0, 97, 115, 109]));
  });

  test('a wrong MIME type for wasm on demand', async (context) => {
    const server = await serving(context, { wasmMime: 'application/octet-stream' });
    const wasm = await pluginFile(server, 'engine.wasm');
    assert.equal(wasm.headers.get('content-type'), 'application/octet-stream');
  });

  test('nothing outside of the folder, and a 404 for what is not there', async (context) => {
    const server = await serving(context);
    const outside = `/public/plugins/${pluginId}/..%2f..%2f..%2f..%2fetc%2fpasswd`;
    assert.equal(await statusOfRawPath(server, outside), 404);
    assert.equal((await pluginFile(server, 'missing.js')).status, 404);
  });
});

describe('sub-path', () => {
  test('everything lies below it, and the page is told', async (context) => {
    const server = await serving(context, { subPath: '/grafana', feedUrl: 'ws://feed.test' });
    assert.equal(new URL(server.url).pathname, '/grafana/');
    assert.equal((await pluginFile(server, 'module.js')).status, 200);
    const config = await (await fetch(new URL('playground-config.js', server.url))).text();
    assert.match(config, /"appSubUrl":"\/grafana"/);
    assert.match(config, /"feedUrl":"ws:\/\/feed\.test"/);
  });

  test('what lies beside it is sent to the start page', async (context) => {
    const server = await serving(context, { subPath: '/grafana' });
    const answer = await fetch(new URL('/', server.url), { redirect: 'manual' });
    assert.equal(answer.status, 302);
    assert.equal(answer.headers.get('location'), '/grafana/');
  });
});

describe('data source proxy', () => {
  /** A server that says which headers it has seen, over HTTP and over WebSocket. @param {TestContext} context */
  async function upstream(context) {
    const server = http.createServer((request, response) => response.end(JSON.stringify(request.headers)));
    const sockets = new WebSocketServer({ server });
    sockets.on('connection', (socket, request) => {
      socket.send(JSON.stringify({ url: request.url, headers: request.headers }));
      socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    context.after(() => {
      sockets.clients.forEach((client) => client.terminate());
      server.close();
    });
    return `http://127.0.0.1:${/** @type {import('node:net').AddressInfo} */ (server.address()).port}`;
  }

  /** @param {Server} server @param {string} uid @param {string} url */
  const save = (server, uid, url) =>
    fetch(new URL(`api/datasources/uid/${uid}`, server.url), { method: 'PUT', body: JSON.stringify({ url }) });

  /** @param {Server} server @param {string} uid @param {string} rest */
  const proxied = (server, uid, rest) => new URL(`api/datasources/proxy/uid/${uid}${rest}`, server.url);

  /** @param {WebSocket} socket @returns {Promise<string>} */
  function firstMessage(socket) {
    return new Promise((resolve, reject) => {
      socket.once('message', (data) => resolve(data.toString()));
      socket.once('error', reject);
    });
  }

  test('forwards requests without Origin, Cookie and Referer', async (context) => {
    const server = await serving(context, { subPath: '/grafana' });
    await save(server, 'a', await upstream(context));
    const answer = await fetch(proxied(server, 'a', '/history'), {
      headers: { origin: 'http://evil.test', cookie: 'grafana_session=1', 'x-kept': 'yes' },
    });
    const seen = await answer.json();
    assert.equal(seen['x-kept'], 'yes');
    assert.equal(seen.origin, undefined);
    assert.equal(seen.cookie, undefined);
  });

  test('forwards WebSocket upgrades both ways', async (context) => {
    const server = await serving(context);
    await save(server, 'a', await upstream(context));
    const url = proxied(server, 'a', '/sensors?period=5');
    url.protocol = 'ws:';
    const socket = new WebSocket(url, { origin: 'http://page.test' });
    context.after(() => socket.terminate());
    const seen = JSON.parse(await firstMessage(socket));
    assert.equal(seen.url, '/sensors?period=5');
    assert.equal(seen.headers.origin, undefined);
    const echo = firstMessage(socket);
    socket.send('there and back');
    assert.equal(await echo, 'there and back');
  });

  test('refuses a URL that is not http(s), and a data source nobody saved', async (context) => {
    const server = await serving(context);
    await save(server, 'ws', 'ws://127.0.0.1:1');
    const refused = await fetch(proxied(server, 'ws', '/'));
    assert.equal(refused.status, 500);
    assert.match(await refused.text(), /unsupported protocol scheme "ws"/);
    assert.equal((await fetch(proxied(server, 'nobody', '/'))).status, 500);
  });
});
