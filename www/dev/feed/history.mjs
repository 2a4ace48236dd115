import { setTimeout as sleep } from 'node:timers/promises';
import { delay, QueryError, whole } from './query.mjs';

/**
 * @typedef {import('./types.mjs').Feed} Feed
 * @typedef {import('./ledger.mjs').Ledger} Ledger
 *
 * @typedef {object} Answer
 * @property {number} status
 * @property {string} body
 */

/** What the history endpoint knows of the server. */
export class History {
  #feeds;
  #ledger;

  /**
   * @param {Map<string, Feed>} feeds
   * @param {Ledger} ledger
   */
  constructor(feeds, ledger) {
    this.#feeds = feeds;
    this.#ledger = ledger;
  }

  /**
   * @param {string} pathname
   * @param {URLSearchParams} query
   * @param {AbortSignal} gone the client has left, or the server closes
   * @returns {Promise<Answer | undefined>} undefined when the path is none of these
   */
  async answer(pathname, query, gone) {
    switch (pathname) {
      case '/history':
        return { status: 200, body: this.#rows(query) };
      case '/history/slow':
        await sleep(delay(query, 3000), undefined, { signal: gone });
        return { status: 200, body: this.#rows(query) };
      case '/history/broken':
        return { status: 500, body: JSON.stringify({ error: 'The history is broken on purpose.' }) };
      case '/history/malformed':
        return { status: 200, body: this.#rows(query).slice(0, -1) };
      default:
        return undefined;
    }
  }

  /** @param {URLSearchParams} query */
  #rows(query) {
    const path = query.get('path') || '/simple';
    const feed = this.#feeds.get(path);
    const record = this.#ledger.path(path);
    if (!feed || !record) {
      throw new QueryError(
        `path is "${path}"; there is no such feed. There are: ${[...this.#feeds.keys()].join(', ')}.`
      );
    }
    const count = whole(query, 'count', { initial: 500, min: 1, max: 100_000 });
    return JSON.stringify(newestRows(record.journal.newestFirst(), count, feed.isRow));
  }
}

/**
 * The newest `count` rows out of messages; a message may hold an array of rows.
 *
 * @param {Iterable<import('./types.mjs').Message>} newestFirst
 * @param {number} count
 * @param {(value: unknown) => boolean} [isRow]
 * @returns {unknown[]} oldest first
 */
export function newestRows(newestFirst, count, isRow = () => true) {
  /** @type {unknown[]} */
  const rows = [];
  for (const message of newestFirst) {
    const values = rowsIn(message).filter(isRow);
    for (let i = values.length - 1; i >= 0 && rows.length < count; i--) {
      rows.push(values[i]);
    }
    if (rows.length === count) {
      break;
    }
  }
  return rows.reverse();
}

/**
 * @param {import('./types.mjs').Message} message
 * @returns {unknown[]}
 */
function rowsIn(message) {
  try {
    /** @type {unknown} */
    const value = JSON.parse(message.toString());
    return Array.isArray(value) ? value : [value];
  } catch (error) {
    if (!(error instanceof SyntaxError)) {
      throw error;
    }
    // /malformed sends broken rows on purpose, and /echo sends whatever it gets: those are no rows.
    return [];
  }
}
