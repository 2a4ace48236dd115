import { Channel } from '../channel.mjs';
import { period } from '../query.mjs';

/**
 * @param {number} start
 * @returns {Generator<string, never>}
 */
function* numbers(start) {
  for (let n = start; ; n++) {
    yield `{"time":${Date.now()},"value":${n}}`;
  }
}

/**
 * @param {number} start the first number
 * @returns {import('../types.mjs').Feed}
 */
export function counter(start) {
  const channel = new Channel(numbers(start));
  return {
    path: '/counter',
    example: '/counter?period=10',
    about: '0, 1, 2, … the same for every client; counts only while somebody listens',
    answer(query) {
      const periodMs = period(query, 10);
      return { serve: (client) => channel.join(client, periodMs) };
    },
  };
}
