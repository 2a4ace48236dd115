import { STATUS_CODES } from 'node:http';
import { WebSocketServer } from 'ws';
import { Client } from './client.mjs';
import { offeredBy, urlOf } from './http.mjs';
import { QueryError } from './query.mjs';

/**
 * @typedef {import('node:http').IncomingMessage} IncomingMessage
 * @typedef {import('node:net').Socket} Socket
 * @typedef {import('./types.mjs').Feed} Feed
 * @typedef {import('./types.mjs').Welcome} Welcome
 * @typedef {import('./types.mjs').Refusal} Refusal
 * @typedef {import('./ledger.mjs').PathRecord} PathRecord
 */

const MAX_CLIENT_MESSAGE = 16 * 1024 * 1024;
/** What a connection to the server's bare address reads: there a person tries a data source before writing a query. */
const ROOT_FEED = '/simple';

/** @param {IncomingMessage} request */
function feedPath(request) {
  const pathname = urlOf(request)?.pathname ?? '';
  return pathname === '/' ? ROOT_FEED : pathname;
}

/** Turns requests into open feeds, and knows every connection from its first byte to its last. */
export class Gate {
  #feeds;
  #ledger;
  /** @type {Map<Socket, string>} every upgraded or waiting connection and its path */
  #sockets = new Map();
  /** @type {Set<import('ws').WebSocket>} */
  #open = new Set();
  /** @type {WeakMap<IncomingMessage, Welcome>} */
  #welcomes = new WeakMap();
  #webSockets;

  /**
   * @param {Map<string, Feed>} feeds
   * @param {import('./ledger.mjs').Ledger} ledger
   */
  constructor(feeds, ledger) {
    this.#feeds = feeds;
    this.#ledger = ledger;
    this.#webSockets = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      maxPayload: MAX_CLIENT_MESSAGE,
      handleProtocols: (offered, request) => this.#select(offered, request),
    });
    this.#webSockets.on('headers', (headers, request) => {
      const unasked = this.#welcomes.get(request)?.unaskedProtocol;
      if (unasked) {
        headers.push(`Sec-WebSocket-Protocol: ${unasked}`);
      }
    });
  }

  /**
   * @param {IncomingMessage} request
   * @param {Socket} socket
   * @param {Buffer} head
   */
  enter(request, socket, head) {
    const pathname = feedPath(request);
    this.#sockets.set(socket, pathname);
    socket.once('close', () => this.#sockets.delete(socket));
    socket.on('error', (error) => this.#ledger.fault(pathname, error.message));

    const answer = this.#answer(request);
    if ('status' in answer) {
      this.#refuse(socket, pathname, answer);
    } else {
      this.#welcomes.set(request, answer);
      this.#afterDelay(socket, answer.delayMs ?? 0, () => this.#welcome(request, socket, head, answer));
    }
  }

  /**
   * Ends connections at once.
   *
   * @param {string} [path] only those of this feed
   * @returns {number} how many
   */
  drop(path) {
    const sockets = [...this.#sockets].filter(([, of]) => path === undefined || of === path).map(([socket]) => socket);
    sockets.forEach((socket) => socket.destroy());
    return sockets.length;
  }

  /** Ends all connections, and waits until their feeds have stopped. */
  async close() {
    const ends = [...this.#open].map((ws) => new Promise((resolve) => ws.once('close', resolve)));
    this.drop();
    await Promise.all(ends);
  }

  /**
   * @param {IncomingMessage} request
   * @returns {Welcome | Refusal}
   */
  #answer(request) {
    const url = urlOf(request);
    const feed = url && this.#feeds.get(feedPath(request));
    if (!feed) {
      return { status: 404, reason: `There is no such feed. There are: ${[...this.#feeds.keys()].join(', ')}.` };
    }
    try {
      return feed.answer(url.searchParams, offeredBy(request));
    } catch (error) {
      if (!(error instanceof QueryError)) {
        throw error;
      }
      return { status: 400, reason: error.message };
    }
  }

  /**
   * @param {Socket} socket
   * @param {string} path
   * @param {Refusal} refusal
   */
  #refuse(socket, path, { status, reason, headers = {} }) {
    const record = this.#ledger.path(path);
    if (record) {
      record.refused++;
    }
    const body = JSON.stringify({ error: reason });
    const lines = Object.entries({
      'Content-Type': 'application/json',
      'Content-Length': Buffer.byteLength(body),
      Connection: 'close',
      ...headers,
    }).map(([name, value]) => `${name}: ${value}`);
    socket.write([`HTTP/1.1 ${status} ${STATUS_CODES[status]}`, ...lines, '', body].join('\r\n'));
    socket.destroySoon();
  }

  /**
   * @param {Socket} socket
   * @param {number} ms
   * @param {() => void} open
   */
  #afterDelay(socket, ms, open) {
    if (ms === 0) {
      open();
      return;
    }
    const leave = () => socket.destroy();
    const timer = setTimeout(() => {
      socket.off('end', leave);
      open();
    }, ms);
    socket.once('close', () => clearTimeout(timer));
    // A client that gives up while it waits is seen only by a socket that reads.
    socket.once('end', leave).resume();
  }

  /**
   * @param {IncomingMessage} request
   * @param {Socket} socket
   * @param {Buffer} head
   * @param {Welcome} welcome
   */
  #welcome(request, socket, head, welcome) {
    const path = /** @type {string} */ (this.#sockets.get(socket));
    const record = /** @type {PathRecord} */ (this.#ledger.path(path));
    this.#webSockets.handleUpgrade(request, socket, head, (ws) => {
      this.#open.add(ws);
      record.open++;
      record.opened++;
      ws.on('close', () => {
        this.#open.delete(ws);
        record.open--;
      });
      // What a client did against the protocol; ws then closes the connection by itself.
      ws.on('error', (error) => this.#ledger.fault(path, error.message));
      ws.on('message', (data, isBinary) => {
        if (!isBinary) {
          this.#ledger.received(path, data.toString());
        }
      });
      welcome.serve(new Client(ws, socket, record));
    });
  }

  /**
   * @param {Set<string>} offered
   * @param {IncomingMessage} request
   * @returns {string | false}
   */
  #select(offered, request) {
    const { protocol, unaskedProtocol } = this.#welcomes.get(request) ?? {};
    if (unaskedProtocol) {
      return false;
    }
    const [first] = offered;
    return protocol ?? first ?? false;
  }
}
