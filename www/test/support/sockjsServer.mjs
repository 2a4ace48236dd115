// A server of the npm package sockjs for a test.
import { once } from 'node:events';
import http from 'node:http';

import sockjs from 'sockjs';

/**
 * Starts a server for one test, below the path /feed. Clients send `{ "read": "topic" }`.
 * @param {import('node:test').TestContext} t
 * @param {{ heartbeat_delay?: number }} [options]
 */
export async function startSockJs(t, options = {}) {
  let port = 0;
  let connected = 0;
  /** @type {http.Server} */
  let server;
  /** @type {Map<import('sockjs').Connection, string>} */
  const readers = new Map();
  const start = async () => {
    const feed = sockjs.createServer({ log: () => {}, ...options });
    feed.on('connection', (connection) => {
      connected += 1;
      connection.on('data', (text) => readers.set(connection, JSON.parse(text).read));
      connection.on('close', () => readers.delete(connection));
    });
    server = http.createServer();
    feed.installHandlers(server, { prefix: '/feed' });
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    ({ port } = /** @type {import('node:net').AddressInfo} */ (server.address()));
  };
  /** Closes all sessions. @param {number} code @param {string} reason */
  const close = (code, reason) => {
    for (const connection of readers.keys()) {
      // Its types want a text, which it would send as one.
      connection.close(/** @type {any} */ (code), reason);
    }
  };
  const stop = async () => {
    close(3001, 'restart');
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  };
  t.after(() => server.listening && stop());
  await start();
  return {
    url: `ws://127.0.0.1:${port}/feed`,
    start,
    stop,
    close,
    /** What is read. */
    topics: () => [...readers.values()].sort(),
    /** How many sessions there have been. */
    connected: () => connected,
    /** @param {string} topic @param {unknown} payload */
    publish(topic, payload) {
      for (const [connection] of [...readers].filter(([, read]) => read === topic)) {
        connection.write(JSON.stringify(payload));
      }
    },
  };
}
