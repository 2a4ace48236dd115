// A server that gives out tokens for basic auth, and a WebSocket feed beside it that takes nobody without one.
import { once } from 'node:events';
import { createServer } from 'node:http';
import { WebSocketServer } from 'ws';

/** What the server wants to be shown for a token. */
const SECRET = `Basic ${Buffer.from('grafana:s3cret').toString('base64')}`;
/** What Grafana keeps for that. */
export const CREDENTIALS = {
  basicAuth: true,
  basicAuthUser: 'grafana',
  secureJsonData: { basicAuthPassword: 's3cret' },
};
const PERIOD_MS = 20;

/** @param {import('node:http').IncomingMessage} request */
async function bodyOf(request) {
  let body = '';
  for await (const chunk of request) {
    body += chunk;
  }
  return body;
}

/** Starts both for one test. @param {import('node:test').TestContext} t */
export async function startTokenServer(t) {
  let issued = 0;
  let value = 0;
  /** Tokens that the feed takes. @type {Set<string>} */
  const valid = new Set();
  const state = {
    /** The status of answers to who asks for a token. */
    status: 200,
    /** Who has asked: method, path and body. @type {string[]} */
    asked: [],
    /** How each connection has come: its query, and the subprotocols that it offered. @type {string[]} */
    came: [],
  };

  const http = createServer(async (request, response) => {
    const body = await bodyOf(request);
    state.asked.push(`${request.method} ${request.url} ${body}`.trim());
    const status = request.headers.authorization === SECRET ? state.status : 401;
    if (status !== 200) {
      response.writeHead(status).end();
      return;
    }
    issued += 1;
    const token = `tok-${issued}`;
    valid.add(token);
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ data: { token } }));
  });

  const feed = new WebSocketServer({ noServer: true, handleProtocols: (offered) => [...offered][0] });
  http.on('upgrade', (request, socket, head) => {
    const { search, searchParams } = new URL(request.url ?? '', 'http://feed');
    const offered = request.headers['sec-websocket-protocol'] ?? '';
    state.came.push(`${search} ${offered}`.trim());
    const shown = searchParams.get('access_token') ?? /auth\.([^ ,]+)/.exec(offered)?.[1];
    if (!valid.has(shown ?? '')) {
      socket.end('HTTP/1.1 401 Unauthorized\r\nconnection: close\r\n\r\n');
      return;
    }
    feed.handleUpgrade(request, socket, head, (client) => {
      const timer = setInterval(() => client.send(JSON.stringify({ value: value++ })), PERIOD_MS);
      client.on('close', () => clearInterval(timer));
    });
  });
  await once(http.listen(0, '127.0.0.1'), 'listening');
  t.after(() => {
    feed.clients.forEach((client) => client.terminate());
    http.closeAllConnections();
    http.close();
  });
  const { port } = /** @type {import('node:net').AddressInfo} */ (http.address());

  return {
    state,
    httpUrl: `http://127.0.0.1:${port}`,
    url: `ws://127.0.0.1:${port}`,
    /** The feed takes a token of somebody's own. @param {string} token */
    allow: (token) => valid.add(token),
    /** The feed takes none any more that was given out so far. */
    expire: () => valid.clear(),
    /** Ends all connections, in the words given. @param {number} code @param {string} reason */
    drop: (code, reason) => feed.clients.forEach((client) => client.close(code, reason)),
  };
}
