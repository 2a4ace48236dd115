// A WebSocket server that sends numbered rows, knows which connection was sent which of them, and can be made to do
// everything wrong.
import { once } from 'node:events';
import { createServer } from 'node:http';

import { WebSocketServer } from 'ws';

/**
 * @typedef {import('node:http').IncomingMessage} IncomingMessage
 * @typedef {import('node:net').Socket} Socket
 * @typedef {(request: IncomingMessage, socket: Socket, accept: () => void) => void} Answer to a handshake
 * @typedef {(value: number) => string | Buffer} Encode a row as a message
 *
 * @typedef {object} Connection
 * @property {import('ws').WebSocket} ws
 * @property {Socket} socket the connection below `ws`
 * @property {string} path
 * @property {number[]} sent the values that were sent on it
 * @property {number} sure how many of them must arrive
 */

/** A row as a JSON text. @param {number} value @returns {string} */
export const asJson = (value) => `{"time":${Date.now()},"value":${value}}`;

export class RowServer {
  /** Answers to the next handshakes, one each; the others are accepted. @type {Answer[]} */
  answers = [];
  /** What is done with a new connection before it gets rows. @type {(connection: Connection) => unknown} */
  greet = () => undefined;
  /** @type {Encode} */
  encode = asJson;
  /** Every connection there ever was. @type {Connection[]} */
  connections = [];
  /** Handshakes that were asked for. */
  asked = 0;
  /** The next value. */
  next = 0;
  #port = 0;
  #http = createServer();
  #webSockets;
  /** @type {Set<Socket>} */
  #sockets = new Set();
  /** @type {NodeJS.Timeout | undefined} */
  #timer;

  /** @param {{ deflate?: boolean }} [options] */
  constructor({ deflate = false } = {}) {
    const perMessageDeflate = deflate && { threshold: 0 };
    this.#webSockets = new WebSocketServer({ noServer: true, clientTracking: false, perMessageDeflate });
  }

  get port() {
    return this.#port;
  }

  /** Connections that can be sent something. */
  get open() {
    return this.connections.filter(({ ws }) => ws.readyState === ws.OPEN);
  }

  /** On the same port as before, if it was started before. */
  async start() {
    this.#http = createServer();
    this.#http.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.on('error', () => undefined); // What the client did is for the client's side to tell.
      socket.once('close', () => this.#sockets.delete(socket));
    });
    this.#http.on('upgrade', (request, socket, head) => this.#upgrade(request, /** @type {Socket} */ (socket), head));
    this.#http.listen(this.#port, '127.0.0.1');
    await once(this.#http, 'listening');
    this.#port = /** @type {import('node:net').AddressInfo} */ (this.#http.address()).port;
  }

  /** Ends everything at once, as a process that is killed. */
  async stop() {
    this.#http.close();
    this.#sockets.forEach((socket) => socket.destroy());
    await once(this.#http, 'close');
  }

  /** Has the next start be on another port. */
  move() {
    this.#port = 0;
  }

  /** Sends each open connection `count` rows. */
  send(count = 1) {
    const { open } = this;
    for (let sent = 0; sent < count && open.length > 0; sent += 1, this.next += 1) {
      const message = this.encode(this.next);
      open.forEach((connection) => {
        connection.ws.send(message);
        connection.sent.push(this.next);
      });
    }
  }

  /** Sends rows from now on. @param {number} periodMs */
  flow(periodMs) {
    this.rest();
    this.#timer = setInterval(() => this.send(), periodMs);
  }

  /** Sends no more rows. */
  rest() {
    clearInterval(this.#timer);
  }

  /** What is sent on the connections there are now may be lost from here on. */
  doubt() {
    this.connections.forEach((connection) => (connection.sure = Math.min(connection.sure, connection.sent.length)));
  }

  /** Writes bytes below the WebSocket to every connection. @param {Buffer} bytes */
  write(bytes) {
    this.open.forEach(({ socket }) => socket.write(bytes));
  }

  async close() {
    this.rest();
    if (this.#http.listening) {
      await this.stop();
    }
  }

  /** @param {IncomingMessage} request @param {Socket} socket @param {Buffer} head */
  #upgrade(request, socket, head) {
    this.asked += 1;
    const accept = () =>
      this.#webSockets.handleUpgrade(request, socket, head, async (ws) => {
        /** @type {Connection} */
        const connection = { ws, socket, path: request.url ?? '/', sent: [], sure: Infinity };
        ws.on('error', () => undefined); // A client that breaks off in a frame.
        await this.greet(connection);
        this.connections.push(connection);
      });
    const answer = this.answers.shift();
    if (answer) {
      answer(request, socket, accept);
    } else {
      accept();
    }
  }
}

/**
 * A frame as it goes over the wire (RFC 6455 §5.2), whole or wrong.
 * @param {{ opcode?: number, fin?: boolean, reserved?: number, payload?: string | Buffer, masked?: boolean }} parts
 */
export function frame({ opcode = 1, fin = true, reserved = 0, payload = '', masked = false }) {
  const bytes = Buffer.from(payload);
  const first = (fin ? 0x80 : 0) | (reserved << 4) | opcode;
  const short = bytes.length < 126;
  const header = short
    ? Buffer.from([first, bytes.length])
    : Buffer.from([first, 126, bytes.length >> 8, bytes.length & 255]);
  if (!masked) {
    return Buffer.concat([header, bytes]);
  }
  header[1] |= 0x80;
  // A mask of zeros leaves the payload as it is.
  return Buffer.concat([header, Buffer.alloc(4), bytes]);
}

/**
 * A server for one test.
 * @param {import('node:test').TestContext} t
 * @param {{ deflate?: boolean }} [options]
 */
export async function startRowServer(t, options) {
  const server = new RowServer(options);
  await server.start();
  t.after(() => server.close());
  return server;
}
