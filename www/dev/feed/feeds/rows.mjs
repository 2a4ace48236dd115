import { jitter, round, sine } from '../signals.mjs';

/** @typedef {import('../types.mjs').Message} Message */

/**
 * A slow wave with a ripple and some noise, between 20 and 80.
 *
 * @param {number} time
 */
export function row(time) {
  const value = round(50 + 20 * sine(time, 60_000) + 8 * sine(time, 11_000) + jitter(1.5), 4);
  return `{"time":${time},"value":${value}}`;
}

/**
 * `{time, value}` messages without end: one row each or, with `rows` > 0, an array of so many rows.
 *
 * @param {number} rows
 * @param {number} periodMs the time that the rows of an array are spread over
 * @returns {Generator<string>}
 */
export function* rowMessages(rows, periodMs) {
  for (;;) {
    const now = Date.now();
    yield rows === 0 ? row(now) : rowArray(now, rows, periodMs);
  }
}

/**
 * @param {number} now
 * @param {number} rows
 * @param {number} periodMs
 */
function rowArray(now, rows, periodMs) {
  const all = Array.from({ length: rows }, (_, i) => row(Math.floor(now - (periodMs * (rows - 1 - i)) / rows)));
  return `[${all.join(',')}]`;
}

/**
 * The first `count` messages; all of them when `count` is 0.
 *
 * @template T
 * @param {Iterable<T>} messages
 * @param {number} count
 * @returns {Generator<T>}
 */
export function* first(messages, count) {
  let sent = 0;
  for (const message of messages) {
    yield message;
    if (++sent === count) {
      return;
    }
  }
}

/**
 * @param {Iterable<string>} messages
 * @returns {Generator<Buffer>}
 */
export function* asBytes(messages) {
  for (const message of messages) {
    yield Buffer.from(message);
  }
}
