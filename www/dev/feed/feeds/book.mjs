import { count, period, whole } from '../query.mjs';
import { jitter, round, wander } from '../signals.mjs';
import { first } from './rows.mjs';

const TICK = 0.5;

/** The levels of a book at a time: quantity by side and price. @param {number} depth @param {number} ms */
function levels(depth, ms) {
  const middle = Math.round((67_000 * (1 + 0.01 * wander(500, ms))) / TICK);
  /** @type {Map<string, { side: string, price: number, quantity: number }>} */
  const book = new Map();
  for (let step = 1; step <= depth; step++) {
    for (const [side, sign] of /** @type {const} */ ([
      ['bid', -1],
      ['ask', 1],
    ])) {
      const price = round((middle + sign * step) * TICK, 2);
      // Most levels stay as they are from one message to the next.
      const quantity = round(0.2 * step * (1.2 + wander(price, Math.floor(ms / 700) * 700) + jitter(0.001)), 4);
      book.set(`${side} ${price}`, { side, price, quantity });
    }
  }
  return book;
}

/** @param {number} depth @returns {Generator<string>} */
function* messages(depth) {
  let time = Date.now();
  let before = levels(depth, time);
  yield JSON.stringify({ type: 'snapshot', time, levels: [...before.values()] });
  for (;;) {
    time = Date.now();
    const now = levels(depth, time);
    const gone = [...before].filter(([key]) => !now.has(key)).map(([, level]) => ({ ...level, quantity: 0 }));
    const changed = [...now].filter(([key, { quantity }]) => before.get(key)?.quantity !== quantity);
    yield JSON.stringify({ type: 'update', time, levels: [...gone, ...changed.map(([, level]) => level)] });
    before = now;
  }
}

/** @type {import('../types.mjs').Feed} */
export const book = {
  path: '/book',
  example: '/book?period=250&depth=15',
  about: 'an order book: a snapshot, then changes; a quantity of 0 takes a level away',
  answer(query) {
    const depth = whole(query, 'depth', { initial: 15, min: 1, max: 1000 });
    const perSecond = 1000 / period(query, 250);
    return { serve: (client) => client.play(first(messages(depth), count(query)), perSecond) };
  },
};
