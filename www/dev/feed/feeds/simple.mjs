import { count, period, whole } from '../query.mjs';
import { asBytes, first, rowMessages } from './rows.mjs';

/** @param {URLSearchParams} query */
function rowsOf(query) {
  const periodMs = period(query, 100);
  const burst = whole(query, 'burst', { initial: 0, min: 0, max: 100_000 });
  return { perSecond: 1000 / periodMs, messages: first(rowMessages(burst, periodMs), count(query)) };
}

/** @type {import('../types.mjs').Feed} */
export const simple = {
  path: '/simple',
  example: '/simple?period=100',
  about: 'one {time, value} per message; burst=1000 sends arrays of so many rows, count=N stops after N; also at /',
  answer(query) {
    const { perSecond, messages } = rowsOf(query);
    return { serve: (client) => client.play(messages, perSecond) };
  },
};

/** @type {import('../types.mjs').Feed} */
export const binary = {
  path: '/binary',
  example: '/binary?period=100',
  about: 'as /simple, in binary messages of UTF-8',
  answer(query) {
    const { perSecond, messages } = rowsOf(query);
    return { serve: (client) => client.play(asBytes(messages), perSecond) };
  },
};
