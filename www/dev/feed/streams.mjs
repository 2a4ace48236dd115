import { STATUS_CODES } from 'node:http';
import { QueryError, count, period, whole } from './query.mjs';

/**
 * Rows over HTTP responses that do not end: /sse as Server-Sent Events, /ndjson as a JSON text on each line. What a row
 * is called by is its number, which goes on behind the `Last-Event-ID` that a client sends.
 *
 * @typedef {import('node:http').IncomingMessage} IncomingMessage
 * @typedef {import('node:http').ServerResponse} ServerResponse
 * @typedef {import('./ledger.mjs').Ledger} Ledger
 * @typedef {import('./ledger.mjs').PathRecord} PathRecord
 */

const KINDS = /** @type {const} */ ({
  '/sse': { type: 'text/event-stream', write: asEvent },
  '/ndjson': { type: 'application/x-ndjson', write: asLine },
});

/** The paths of the streams. */
export const STREAM_PATHS = /** @type {(keyof typeof KINDS)[]} */ (Object.keys(KINDS));

/**
 * What a client asks for.
 *
 * @param {URLSearchParams} query
 */
function read(query) {
  const end = query.get('end') ?? 'cut';
  if (end !== 'cut' && end !== 'finish') {
    throw new QueryError(`end is "${end}"; it must be cut, in the middle of a row, or finish.`);
  }
  return {
    periodMs: period(query, 100),
    /** Rows, after which it falls silent; 0: never. */
    rows: count(query),
    /** Rows of one response, after which it ends; 0: never. */
    after: whole(query, 'after', { initial: 0, min: 0, max: 1_000_000_000 }),
    end,
    /** What is answered in place of a stream, and for how many requests; 0: all. */
    status: whole(query, 'status', { initial: 200, min: 200, max: 599 }),
    times: whole(query, 'times', { initial: 0, min: 0, max: 1_000_000 }),
    retryAfter: query.get('retryAfter'),
    /** Milliseconds of the event stream's `retry`; 0: none. */
    retry: whole(query, 'retry', { initial: 0, min: 0, max: 600_000 }),
    /** Milliseconds between two comments, or blank lines; 0: none. */
    alive: whole(query, 'alive', { initial: 0, min: 0, max: 600_000 }),
    /** Names that the events have in turn; the empty one is none. */
    events: (query.get('events') ?? '').split(','),
    /** What a request has to send as its `Authorization`. */
    secret: query.get('secret'),
    /** Whether pages of other origins may read it. */
    cors: query.get('cors') !== '0',
    type: query.get('type'),
  };
}

/** @typedef {ReturnType<typeof read>} Options */

/**
 * @param {string} row
 * @param {number} n
 * @param {Options} options
 */
function asEvent(row, n, { events }) {
  const name = events[n % events.length];
  return `${name ? `event: ${name}\n` : ''}id: ${n}\ndata: ${row}\n\n`;
}

/** @param {string} row */
function asLine(row) {
  return `${row}\n`;
}

/** The streams of one server. */
export class Streams {
  #ledger;
  /** @type {Map<ServerResponse, string>} every response that goes on, and its path */
  #open = new Map();

  /** @param {Ledger} ledger */
  constructor(ledger) {
    this.#ledger = ledger;
  }

  /**
   * Answers a request, if it is for a stream. Says whether it was.
   *
   * @param {IncomingMessage} request
   * @param {ServerResponse} response
   * @param {URL} url
   */
  answer(request, response, url) {
    const path = STREAM_PATHS.find((known) => known === url.pathname);
    const record = path && this.#ledger.path(path);
    if (!path || !record || request.method !== 'GET') {
      return false;
    }
    const options = read(url.searchParams);
    const lastId = request.headers['last-event-id'];
    this.#ledger.received(path, lastId === undefined ? 'GET' : `GET after ${lastId}`);
    const wantsSecret = options.secret !== null && request.headers.authorization !== options.secret;
    const isRefused = options.status !== 200 && (options.times === 0 || record.refused < options.times);
    if (wantsSecret || isRefused) {
      record.refused++;
      refuse(response, wantsSecret ? 401 : options.status, options);
    } else {
      const from = typeof lastId === 'string' && /^\d+$/.test(lastId) ? Number(lastId) + 1 : 0;
      this.#open.set(response, path);
      response.once('close', () => this.#open.delete(response));
      stream(response, path, record, options, from);
    }
    return true;
  }

  /**
   * Cuts responses off at once.
   *
   * @param {string} [path] only those of this path
   * @returns {number} how many
   */
  drop(path) {
    const responses = [...this.#open].filter(([, of]) => path === undefined || of === path);
    responses.forEach(([response]) => response.destroy());
    return responses.length;
  }
}

/** @param {Options} options */
function corsOf({ cors }) {
  return cors ? { 'Access-Control-Allow-Origin': '*', 'Access-Control-Expose-Headers': 'Retry-After' } : {};
}

/**
 * @param {ServerResponse} response
 * @param {number} status
 * @param {Options} options
 */
function refuse(response, status, options) {
  const wait = options.retryAfter === null ? {} : { 'Retry-After': options.retryAfter };
  response.writeHead(status, STATUS_CODES[status], { ...corsOf(options), 'Content-Type': 'text/plain', ...wait });
  response.end();
}

/**
 * @param {ServerResponse} response
 * @param {keyof typeof KINDS} path
 * @param {PathRecord} record
 * @param {Options} options
 * @param {number} from
 */
function stream(response, path, record, options, from) {
  const { type, write } = KINDS[path];
  response.writeHead(200, { ...corsOf(options), 'Content-Type': options.type ?? type, 'Cache-Control': 'no-store' });
  response.flushHeaders();
  record.open++;
  record.opened++;
  if (options.retry > 0 && path === '/sse') {
    response.write(`retry: ${options.retry}\n\n`);
  }
  let n = from;
  const send = () => {
    const row = `{"time":${Date.now()},"value":${n}}`;
    if (options.after > 0 && n - from >= options.after) {
      end(response, write(row, n, options), options);
    } else if (options.rows === 0 || n < options.rows) {
      response.write(write(row, n, options));
      record.sent++;
      record.journal.record(row);
      n++;
    }
  };
  const blank = () => response.write(path === '/sse' ? ': alive\n' : '\n');
  const timers = [setInterval(send, options.periodMs)];
  if (options.alive > 0) {
    timers.push(setInterval(blank, options.alive));
  }
  response.once('close', () => {
    timers.forEach(clearInterval);
    record.open--;
  });
}

/**
 * Ends a response in the middle of a row, or as it should.
 *
 * @param {ServerResponse} response
 * @param {string} next
 * @param {Options} options
 */
function end(response, next, options) {
  if (options.end === 'finish') {
    response.end();
  } else {
    response.write(next.slice(0, Math.ceil(next.length / 2)), () => response.destroy());
  }
}
