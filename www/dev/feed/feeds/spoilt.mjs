import { count, period, whole } from '../query.mjs';
import { first, row, rowMessages } from './rows.mjs';

/** Ways to break a row, as seen in the wild: cut off, not a number, no quotes, no JSON at all. */
const BREAKS = [
  (/** @type {string} */ text) => text.slice(0, text.lastIndexOf(':') + 1),
  (/** @type {string} */ text) => text.replace(/"value":.*}/, '"value":NaN}'),
  (/** @type {string} */ text) => text.replaceAll('"', ''),
  () => 'ERROR sensor not ready',
];

/**
 * @param {number} every
 * @returns {Generator<string>}
 */
function* withBroken(every) {
  let n = 0;
  let broken = 0;
  for (const message of rowMessages(0, 0)) {
    const spoil = BREAKS[broken % BREAKS.length];
    if (++n % every !== 0 || !spoil) {
      yield message;
    } else {
      broken++;
      yield spoil(message);
    }
  }
}

/** @type {import('../types.mjs').Feed} */
export const malformed = {
  path: '/malformed',
  example: '/malformed?every=3',
  about: 'each third message is broken JSON, the others are good rows',
  misbehaves: true,
  answer(query) {
    const every = whole(query, 'every', { initial: 3, min: 1, max: 1_000_000 });
    const messages = first(withBroken(every), count(query));
    const perSecond = 1000 / period(query, 100);
    return { serve: (client) => client.play(messages, perSecond) };
  },
};

/** @type {import('../types.mjs').Feed} */
export const silent = {
  path: '/silent',
  example: '/silent',
  about: 'opens and never says a word: no rows, no answer to pings or to a close',
  misbehaves: true,
  answer: () => ({ serve: (client) => client.goDeaf() }),
};

const HUGE_MIN = 100;

/**
 * @param {number} bytes
 * @returns {Generator<string>}
 */
function* hugeMessages(bytes) {
  const padding = 'x'.repeat(bytes);
  for (;;) {
    const head = `${row(Date.now()).slice(0, -1)},"padding":"`;
    yield `${head}${padding.slice(0, bytes - head.length - 2)}"}`;
  }
}

/** @type {import('../types.mjs').Feed} */
export const huge = {
  path: '/huge',
  example: '/huge?bytes=5000000',
  about: 'rows of exactly so many bytes, one a second (period), most of it in the field padding',
  misbehaves: true,
  answer(query) {
    const bytes = whole(query, 'bytes', { initial: 5_000_000, min: HUGE_MIN, max: 64 * 1024 * 1024 });
    const messages = first(hugeMessages(bytes), count(query));
    const perSecond = 1000 / period(query, 1000);
    return { serve: (client) => client.play(messages, perSecond) };
  },
};
