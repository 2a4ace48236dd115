// A feed of which the test writes every message itself.
import { once } from 'node:events';

import { WebSocketServer } from 'ws';

import { until } from '../support/feed.mjs';

/**
 * @typedef {import('../../dev/feed/types.mjs').Message} Message
 * @typedef {string | Buffer | object} Line a message; objects become JSON
 */

/**
 * A server for one test, on which every path is the same feed.
 * @param {import('node:test').TestContext} t
 */
export async function startScript(t) {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
  t.after(() => {
    server.clients.forEach((client) => client.terminate());
    server.close();
  });
  return new Script(server);
}

/** What a test does with its feed. */
export class Script {
  /** Connections ever. */
  opened = 0;
  /** What clients have sent, in order. @type {{ text: string, isBinary: boolean, at: number }[]} */
  received = [];
  /** What every connection is sent first. @type {Message[]} */
  #greeting = [];
  /** @type {WeakMap<import('ws').WebSocket, string>} */
  #paths = new WeakMap();
  #server;

  /** @param {WebSocketServer} server */
  constructor(server) {
    this.#server = server;
    server.on('connection', (client, { url = '/' }) => {
      this.opened += 1;
      this.#paths.set(client, url);
      client.on('message', (data, isBinary) =>
        this.received.push({ text: String(data), isBinary, at: performance.now() })
      );
      this.#greeting.forEach((message) => client.send(message));
    });
  }

  get url() {
    const { port } = /** @type {import('node:net').AddressInfo} */ (this.#server.address());
    return `ws://127.0.0.1:${port}`;
  }

  /** Connections now. */
  get connections() {
    return this.#server.clients.size;
  }

  /** @param {number} [count] */
  async connected(count = 1) {
    await until(() => this.opened >= count && this.connections > 0, `connection ${count}`);
  }

  /** @param {Line[]} lines */
  send(...lines) {
    const messages = lines.map(messageOf);
    this.#server.clients.forEach((client) => messages.forEach((message) => client.send(message)));
  }

  /** Sends to the connections of one path. @param {string} path @param {Line[]} lines */
  sendOn(path, ...lines) {
    const clients = [...this.#server.clients].filter((client) => this.#paths.get(client) === path);
    clients.forEach((client) => lines.forEach((line) => client.send(messageOf(line))));
  }

  /** Has every connection from now on begin with these. @param {Line[]} lines */
  greet(...lines) {
    this.#greeting = lines.map(messageOf);
  }

  /** Ends all connections with a closing handshake. @param {number} code @param {string} reason */
  end(code, reason) {
    this.#server.clients.forEach((client) => client.close(code, reason));
  }

  /** Cuts all connections, without a closing handshake. */
  drop() {
    this.#server.clients.forEach((client) => client.terminate());
  }
}

/** @param {Line} line @returns {Message} */
function messageOf(line) {
  return typeof line === 'string' || Buffer.isBuffer(line) ? line : JSON.stringify(line);
}
