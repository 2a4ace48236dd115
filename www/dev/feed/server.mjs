import { once } from 'node:events';
import { createServer } from 'node:http';
import { allFeeds } from './feeds/index.mjs';
import { History } from './history.mjs';
import { serveHttp } from './http.mjs';
import { Ledger } from './ledger.mjs';
import { STREAM_PATHS, Streams } from './streams.mjs';
import { Gate } from './upgrade.mjs';

/**
 * @typedef {import('./types.mjs').Feed} Feed
 * @typedef {import('./types.mjs').Message} Message
 *
 * @typedef {object} FeedServerOptions
 * @property {number} [port] 0, the default, takes a free one
 * @property {string} [host] default 127.0.0.1
 * @property {number} [counterStart] the first number of /counter, default 0
 * @property {string[]} [recordings] files to serve at /replay/ and their name
 *
 * @typedef {object} FeedServer
 * @property {number} port
 * @property {string} url ws://…
 * @property {string} httpUrl http://…
 * @property {readonly Feed[]} feeds
 * @property {() => import('./types.mjs').FeedStats} stats
 * @property {(path: string) => Message[]} sent the newest messages sent on a path, oldest first; binary ones as Buffers
 * @property {(path?: string) => number} drop ends all connections, or those of one path, without a closing handshake
 * @property {() => Promise<void>} close ends everything at once; the port is free when it resolves
 */

/**
 * Rejects when the port is taken (`error.code` is then EADDRINUSE).
 *
 * @param {FeedServerOptions} [options]
 * @returns {Promise<FeedServer>}
 */
export async function startFeedServer({ port = 0, host = '127.0.0.1', counterStart = 0, recordings } = {}) {
  const all = allFeeds({ counterStart, recordings });
  const feeds = new Map(all.map((feed) => [feed.path, feed]));
  const ledger = new Ledger([...feeds.keys(), ...STREAM_PATHS]);
  const gate = new Gate(feeds, ledger);
  const streams = new Streams(ledger);
  const stats = () => ledger.stats();
  const drop = (/** @type {string | undefined} */ path) => gate.drop(path) + streams.drop(path);

  const http = createServer();
  const bound = await listen(http, port, host);
  const urls = urlsOf(host, bound);
  const listing = () => ({ feeds: all, ...urls });
  const history = new History(feeds, ledger);
  const sides = { feeds, history, streams, listing, stats, drop };
  http.on('request', (request, response) => serveHttp(request, response, sides));
  http.on('upgrade', (request, socket, head) =>
    gate.enter(request, /** @type {import('node:net').Socket} */ (socket), head)
  );

  /** @type {Promise<void> | undefined} */
  let closing;
  return {
    port: bound,
    ...urls,
    feeds: all,
    stats,
    sent: (path) => journalOf(ledger, path).messages(),
    drop,
    close: () => (closing ??= stop(http, gate)),
  };
}

/**
 * @param {import('node:http').Server} http
 * @param {number} port
 * @param {string} host
 * @returns {Promise<number>}
 */
function listen(http, port, host) {
  return new Promise((resolve, reject) => {
    http.once('error', reject);
    http.listen(port, host, () => {
      http.off('error', reject);
      resolve(/** @type {import('node:net').AddressInfo} */ (http.address()).port);
    });
  });
}

/**
 * @param {import('node:http').Server} http
 * @param {Gate} gate
 * @returns {Promise<void>}
 */
async function stop(http, gate) {
  const closed = once(http, 'close');
  http.close();
  http.closeAllConnections();
  await Promise.all([closed, gate.close()]);
}

/**
 * @param {string} host
 * @param {number} port
 */
function urlsOf(host, port) {
  // An address that stands for all interfaces is none to connect to.
  const name = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host;
  return { url: `ws://${name}:${port}`, httpUrl: `http://${name}:${port}` };
}

/**
 * @param {Ledger} ledger
 * @param {string} path
 */
function journalOf(ledger, path) {
  const record = ledger.path(path);
  if (!record) {
    throw new Error(`There is no feed at "${path}".`);
  }
  return record.journal;
}
