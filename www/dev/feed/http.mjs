import { STATUS_CODES } from 'node:http';
import { htmlListing } from './listing.mjs';
import { QueryError } from './query.mjs';

/**
 * @typedef {import('node:http').IncomingMessage} IncomingMessage
 * @typedef {import('node:http').ServerResponse} ServerResponse
 * @typedef {import('./types.mjs').Feed} Feed
 *
 * @typedef {object} Host What the HTTP side needs of the server.
 * @property {Map<string, Feed>} feeds
 * @property {import('./history.mjs').History} history
 * @property {import('./streams.mjs').Streams} streams
 * @property {() => { feeds: Feed[], url: string, httpUrl: string }} listing
 * @property {() => import('./types.mjs').FeedStats} stats
 * @property {(path?: string) => number} drop
 *
 * @typedef {object} Reply
 * @property {number} status
 * @property {string} body
 * @property {string} [type] default: JSON
 * @property {Record<string, string>} [headers]
 */

/** Pages from anywhere may read this server: it holds nothing but made-up values. */
const CORS = {
  'Access-Control-Allow-Origin': '*',
  'Access-Control-Allow-Methods': 'GET, POST, OPTIONS',
  'Access-Control-Allow-Headers': '*',
};

/**
 * The URL of a request, or undefined when the client sent something that is none.
 *
 * @param {IncomingMessage} request
 */
export function urlOf(request) {
  const url = `http://feed${request.url}`;
  return URL.canParse(url) ? new URL(url) : undefined;
}

/**
 * Subprotocols that a handshake offers.
 *
 * @param {IncomingMessage} request
 */
export function offeredBy(request) {
  const header = request.headers['sec-websocket-protocol'] ?? '';
  return header
    .split(',')
    .map((name) => name.trim())
    .filter(Boolean);
}

/**
 * @param {IncomingMessage} request
 * @param {ServerResponse} response
 * @param {Host} host
 */
export async function serveHttp(request, response, host) {
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  try {
    const url = urlOf(request);
    if (url && host.streams.answer(request, response, url)) {
      return;
    }
    write(response, await reply(request, host, gone.signal));
  } catch (error) {
    if (gone.signal.aborted && error instanceof Error && error.name === 'AbortError') {
      // Nobody is left to answer.
      return;
    }
    const wrong = error instanceof QueryError;
    write(response, json(wrong ? 400 : 500, { error: wrong ? error.message : String(error) }));
  }
}

/**
 * @param {IncomingMessage} request
 * @param {Host} host
 * @param {AbortSignal} gone
 * @returns {Promise<Reply>}
 */
async function reply(request, host, gone) {
  const url = urlOf(request);
  if (!url) {
    return json(400, { error: 'The request names no readable address.' });
  }
  const allowed = url.pathname === '/control/drop' ? 'POST' : 'GET';
  if (request.method === 'OPTIONS') {
    return { status: 204, body: '' };
  }
  if (request.method !== allowed) {
    return { ...json(405, { error: `${url.pathname} takes ${allowed} only.` }), headers: { Allow: allowed } };
  }
  return (
    control(url, host) ??
    (await host.history.answer(url.pathname, url.searchParams, gone)) ??
    overHttp(request, url, host) ??
    json(404, { error: `There is nothing at ${url.pathname}; / lists what there is.` })
  );
}

/**
 * @param {URL} url
 * @param {Host} host
 * @returns {Reply | undefined}
 */
function control({ pathname, searchParams }, host) {
  switch (pathname) {
    case '/':
      return { status: 200, body: htmlListing(host.listing()), type: 'text/html; charset=utf-8' };
    case '/control':
      return json(200, host.stats());
    case '/control/drop':
      return json(200, { dropped: host.drop(searchParams.get('path') ?? undefined) });
    default:
      return undefined;
  }
}

/**
 * A feed asked for without a handshake: tells what the handshake would have met.
 *
 * @param {IncomingMessage} request
 * @param {URL} url
 * @param {Host} host
 * @returns {Reply | undefined}
 */
function overHttp(request, url, host) {
  const feed = host.feeds.get(url.pathname);
  if (!feed) {
    return undefined;
  }
  const answer = feed.answer(url.searchParams, offeredBy(request));
  if ('status' in answer) {
    return { ...json(answer.status, { error: answer.reason }), headers: answer.headers };
  }
  const upgrade = { Upgrade: 'websocket', Connection: 'Upgrade' };
  return { ...json(426, { error: `${feed.path} is a WebSocket feed.` }), headers: upgrade };
}

/**
 * @param {number} status
 * @param {unknown} value
 * @returns {Reply}
 */
function json(status, value) {
  return { status, body: JSON.stringify(value) };
}

/**
 * @param {ServerResponse} response
 * @param {{ status: number, body: string, type?: string, headers?: Record<string, string> }} reply
 */
function write(response, { status, body, type = 'application/json', headers }) {
  response.writeHead(status, STATUS_CODES[status], {
    ...CORS,
    'Content-Type': type,
    'Cache-Control': 'no-store',
    ...headers,
  });
  response.end(body);
}
