// What Grafana's data source proxy does, as far as a browser can tell: requests and WebSocket upgrades under
// /api/datasources/proxy/uid/<uid>/ go to the URL that is saved for that data source, without the browser's Cookie,
// Origin and Referer, and with the basic auth that is saved with it; a path that begins like a route of plugin.json goes to
// the URL of that route. The page saves a data source with PUT /api/datasources/uid/<uid>.
import { readFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';

/**
 * @typedef {import('node:http').IncomingMessage} Request an answer of a server is of this type, too
 * @typedef {import('node:http').ServerResponse} Response
 * @typedef {import('node:stream').Duplex} Socket
 */

const proxyPrefix = '/api/datasources/proxy/uid/';
const savePrefix = '/api/datasources/uid/';
/** @type {{ routes: Array<{ path: string, url: string }> }} */
const { routes } = JSON.parse(readFileSync(new URL('../../../plugin.json', import.meta.url), 'utf8'));
const keptFromUpstream = new Set(['origin', 'cookie', 'referer', 'host']);

/** @param {Request} request @returns {Promise<string>} */
function readBody(request) {
  return new Promise((resolve, reject) => {
    /** @type {Buffer[]} */
    const chunks = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => resolve(Buffer.concat(chunks).toString('utf8')));
    request.on('error', reject);
  });
}

/** @param {Response} response @param {number} status @param {string} text */
function sendText(response, status, text) {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(`${text}\n`);
}

/**
 * Joins the saved URL with what stands behind the uid. Like Grafana's, it speaks only http and https upstream.
 * @param {string} saved
 * @param {string} rest
 * @param {string} search
 */
function upstreamUrl(saved, rest, search) {
  const target = new URL(saved.replace(/\/$/, '') + rest);
  if (target.protocol !== 'http:' && target.protocol !== 'https:') {
    throw new Error(
      `unsupported protocol scheme "${target.protocol.slice(0, -1)}": the proxy needs http:// or https://`
    );
  }
  target.search = search;
  return target;
}

/**
 * @typedef {object} Saved what is saved of a data source
 * @property {string} url
 * @property {string} [authorization]
 * @property {Record<string, any>} [jsonData]
 */

/** The URL of a route for a data source: of Go's templates, what plugin.json uses. @param {string} url @param {Saved} saved */
const routeUrl = (url, { jsonData }) =>
  url.replace(/\{\{ \.JsonData\.([\w.]+) \}\}/g, (_, names) =>
    String(names.split('.').reduce((/** @type {any} */ value, /** @type {string} */ name) => value?.[name], jsonData))
  );

/** @param {Request} request @param {URL} target @param {string} [authorization] */
function forward(request, target, authorization) {
  const headers = Object.fromEntries(Object.entries(request.headers).filter(([name]) => !keptFromUpstream.has(name)));
  if (authorization !== undefined) {
    headers.authorization = authorization;
  }
  const client = target.protocol === 'https:' ? https : http;
  return client.request(target, { method: request.method, headers });
}

/** @param {Request} response */
function rawHead(response) {
  const lines = [`HTTP/1.1 ${response.statusCode} ${response.statusMessage}`];
  for (let i = 0; i < response.rawHeaders.length; i += 2) {
    lines.push(`${response.rawHeaders[i]}: ${response.rawHeaders[i + 1]}`);
  }
  return `${lines.join('\r\n')}\r\n\r\n`;
}

/** @param {Socket} socket @param {string} text */
function refuseUpgrade(socket, text) {
  socket.end(`HTTP/1.1 502 Bad Gateway\r\ncontent-type: text/plain\r\nconnection: close\r\n\r\n${text}\n`);
}

export function createDataProxy() {
  /** @type {Map<string | undefined, Saved>} by the uid of the data source */
  const saved = new Map();
  /** @type {Set<Socket>} */
  const sockets = new Set();

  /** @param {Request} request @param {string} below */
  function targetOf(request, below) {
    const [, uid, rest] = /^([^/]+)(.*)$/.exec(below.slice(proxyPrefix.length)) ?? [];
    const known = saved.get(uid);
    if (!known?.url) {
      throw new Error(`no data source with uid ${uid ?? '(none)'} has been saved`);
    }
    const { search } = new URL(request.url ?? '', 'http://localhost');
    const route = routes.find(({ path }) => rest.startsWith(`/${path}`));
    const target = route
      ? upstreamUrl(routeUrl(route.url, known), rest.slice(route.path.length + 1), search)
      : upstreamUrl(known.url, rest, search);
    return { target, authorization: known.authorization };
  }

  /** @param {Request} request @param {Response} response @param {string} uid */
  async function save(request, response, uid) {
    const { url, basicAuth, basicAuthUser, secureJsonData, jsonData } = JSON.parse(await readBody(request));
    const credentials = Buffer.from(`${basicAuthUser}:${secureJsonData?.basicAuthPassword}`).toString('base64');
    saved.set(uid, { url: String(url ?? ''), authorization: basicAuth ? `Basic ${credentials}` : undefined, jsonData });
    response
      .writeHead(200, { 'content-type': 'application/json' })
      .end(JSON.stringify({ message: 'Datasource updated' }));
  }

  /** @param {Request} request @param {Response} response @param {ReturnType<typeof targetOf>} to */
  function pipeHttp(request, response, { target, authorization }) {
    const upstream = forward(request, target, authorization);
    response.on('close', () => upstream.destroy());
    upstream.on('response', (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      // Broken off upstream: the browser is to see that as well.
      answer.on('error', () => response.destroy());
      answer.pipe(response);
    });
    upstream.on('error', (error) =>
      response.headersSent ? response.destroy() : sendText(response, 502, error.message)
    );
    request.pipe(upstream);
  }

  /** @param {Socket} browser @param {Socket} upstream @param {Buffer} head */
  function connect(browser, upstream, head) {
    for (const socket of [browser, upstream]) {
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
    }
    browser.on('error', () => upstream.destroy());
    upstream.on('error', () => browser.destroy());
    upstream.write(head);
    browser.pipe(upstream).pipe(browser);
  }

  return {
    /** @param {string} below */
    owns: (below) => below.startsWith(proxyPrefix) || below.startsWith(savePrefix),

    /** @param {Request} request @param {Response} response @param {string} below */
    async answer(request, response, below) {
      if (below.startsWith(proxyPrefix)) {
        pipeHttp(request, response, targetOf(request, below));
      } else if (request.method === 'PUT') {
        await save(request, response, below.slice(savePrefix.length));
      } else {
        sendText(response, 405, 'only PUT is understood here');
      }
    },

    /** @param {Request} request @param {Socket} socket @param {Buffer} head @param {string | null} below */
    upgrade(request, socket, head, below) {
      socket.on('error', () => socket.destroy());
      if (!below?.startsWith(proxyPrefix)) {
        refuseUpgrade(socket, 'nothing here speaks WebSocket');
        return;
      }
      try {
        const { target, authorization } = targetOf(request, below);
        const upstream = forward(request, target, authorization);
        upstream.on('upgrade', (answer, upstreamSocket, upstreamHead) => {
          socket.write(rawHead(answer));
          socket.write(upstreamHead);
          connect(socket, upstreamSocket, head);
        });
        // Refused upstream: the browser sees the refusal as it is.
        upstream.on('response', (answer) => {
          socket.write(rawHead(answer));
          answer.pipe(socket);
        });
        upstream.on('error', (error) => refuseUpgrade(socket, error.message));
        upstream.end();
      } catch (error) {
        refuseUpgrade(socket, /** @type {Error} */ (error).message);
      }
    },

    close() {
      sockets.forEach((socket) => socket.destroy());
    },
  };
}
