import { count, whole } from '../query.mjs';
import { first, rowMessages } from './rows.mjs';

/** @type {import('../types.mjs').Feed} */
export const burst = {
  path: '/burst',
  example: '/burst?rate=1000',
  about: '{time, value} at rate messages per second; rows=N sends arrays, count=N stops after N',
  answer(query) {
    const rate = whole(query, 'rate', { initial: 1000, min: 1, max: 1_000_000 });
    const rows = whole(query, 'rows', { initial: 0, min: 0, max: 100_000 });
    const messages = first(rowMessages(rows, 1000 / rate), count(query));
    return { serve: (client) => client.play(messages, rate) };
  },
};
