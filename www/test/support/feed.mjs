import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { startFeedServer } from '../../dev/feed/server.mjs';

/**
 * A server for one test.
 *
 * @param {import('node:test').TestContext} t
 * @param {import('../../dev/feed/server.mjs').FeedServerOptions} [options]
 */
export async function serve(t, options) {
  const feed = await startFeedServer(options);
  t.after(() => feed.close());
  return feed;
}

/** A client that remembers everything it gets. */
export class Reader {
  /** @type {(string | Buffer)[]} */
  messages = [];
  /** @type {number[]} when each message came */
  times = [];
  /** @type {{ code: number, reason: string } | undefined} */
  closed;

  /**
   * @param {string} url
   * @param {string[]} [protocols]
   */
  constructor(url, protocols = []) {
    this.ws = new WebSocket(url, protocols);
    this.ws.on('message', (data, isBinary) => {
      const bytes = /** @type {Buffer} */ (data);
      this.messages.push(isBinary ? bytes : bytes.toString());
      this.times.push(performance.now());
    });
    this.ws.on('close', (code, reason) => (this.closed = { code, reason: reason.toString() }));
  }

  async opened() {
    if (this.ws.readyState !== WebSocket.OPEN) {
      await once(this.ws, 'open');
    }
    return this;
  }

  /** @param {number} count */
  async take(count) {
    await until(() => this.messages.length >= count, `${count} messages`);
    return this.messages.slice(0, count);
  }

  /** @param {number} count */
  async takeJson(count) {
    return (await this.take(count)).map((message) => JSON.parse(message.toString()));
  }

  async ended() {
    await until(() => this.closed !== undefined, 'the connection to end');
    return /** @type {{ code: number, reason: string }} */ (this.closed);
  }

  async leave() {
    this.ws.close();
    await this.ended();
  }
}

/**
 * @param {string} url
 * @param {string[]} [protocols]
 */
export function read(url, protocols) {
  return new Reader(url, protocols).opened();
}

/**
 * What a client meets that is turned away.
 *
 * @param {string} url
 * @param {string[]} [protocols]
 * @returns {Promise<{ status: number | undefined, headers: import('node:http').IncomingHttpHeaders, error: string }>}
 */
export function refusal(url, protocols = []) {
  return new Promise((resolve, reject) => {
    const ws = new WebSocket(url, protocols);
    ws.on('open', () => reject(new Error(`${url} was accepted`)));
    ws.on('error', reject);
    ws.on('unexpected-response', (_, response) => {
      let body = '';
      response.on('data', (chunk) => (body += chunk));
      response.on('error', reject);
      response.on('end', () =>
        resolve({ status: response.statusCode, headers: response.headers, error: JSON.parse(body).error })
      );
    });
  });
}

/**
 * @param {() => boolean} condition
 * @param {string} what
 * @param {number} [timeoutMs]
 */
export async function until(condition, what, timeoutMs = 10_000) {
  const end = performance.now() + timeoutMs;
  while (!condition()) {
    if (performance.now() > end) {
      throw new Error(`waited ${timeoutMs} ms for ${what}`);
    }
    await sleep(5);
  }
}
