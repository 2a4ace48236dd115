import { count, whole } from '../query.mjs';
import { first, rowMessages } from './rows.mjs';

/** @type {import('../types.mjs').Feed} */
export const burst = {
  path: '/burst',
  example: '/burst?rate=1000',
  about:
    '{time, value} at rate messages per second; rows=N sends arrays, count=N stops after N, ' +
    'series=N adds an id, one of N; mistakes=N writes NaN as the value of every Nth',
  answer(query) {
    const rate = whole(query, 'rate', { initial: 1000, min: 1, max: 1_000_000 });
    const rows = whole(query, 'rows', { initial: 0, min: 0, max: 100_000 });
    const mistakes = whole(query, 'mistakes', { initial: 0, min: 0, max: 1_000_000 });
    const series = whole(query, 'series', { initial: 0, min: 0, max: 100_000 });
    const messages = first(withMistakes(withIds(rowMessages(rows, 1000 / rate), series), mistakes), count(query));
    return { serve: (client) => client.play(messages, rate) };
  },
};

/**
 * Every so many messages, the value of one is NaN, which no JSON has: 0 for none.
 *
 * @param {Iterable<string>} messages
 * @param {number} every
 */
function* withMistakes(messages, every) {
  let number = 0;
  for (const message of messages) {
    number += 1;
    yield every > 0 && number % every === 0 ? message.replace(/("value":)[^}]+/, '$1NaN') : message;
  }
}

/**
 * Each row gets the next of so many ids: 0 for none.
 *
 * @param {Iterable<string>} messages
 * @param {number} series
 */
function* withIds(messages, series) {
  let number = 0;
  for (const message of messages) {
    yield series > 0 ? message.replace(/"value"/g, () => `"id":"s${number++ % series}","value"`) : message;
  }
}
