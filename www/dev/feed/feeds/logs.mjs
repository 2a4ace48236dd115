import { count, period } from '../query.mjs';
import { pick } from '../signals.mjs';
import { first } from './rows.mjs';

/** `share`: how many lines out of 20 are of this level. */
const LEVELS = [
  {
    level: 'debug',
    share: 4,
    texts: [() => `cache hit for user:${1000 + below(9000)}`, () => `${1 + below(8)} jobs waiting in the queue`],
  },
  {
    level: 'info',
    share: 12,
    texts: [
      () => `GET /orders/${10000 + below(90000)} 200 in ${3 + below(120)} ms`,
      () => `POST /cart 201 in ${8 + below(90)} ms`,
      () => `user ${1000 + below(9000)} signed in`,
      () => `export wrote ${100 + below(900)} rows`,
    ],
  },
  {
    level: 'warn',
    share: 3,
    texts: [
      () => `slow query: ${800 + below(4000)} ms on table orders`,
      () => `retry ${1 + below(3)} of 3 to reach the mail server`,
    ],
  },
  {
    level: 'error',
    share: 1,
    texts: [
      () => `payment ${100000 + below(900000)} refused: card expired`,
      () => 'connection to the database lost: timeout after 5000 ms',
    ],
  },
];
const SERVICES = ['api', 'web', 'billing', 'worker'];
const DRAW = LEVELS.flatMap((entry) => Array.from({ length: entry.share }, () => entry));

/** @param {number} limit */
function below(limit) {
  return Math.floor(Math.random() * limit);
}

/** @returns {Generator<string>} */
function* lines() {
  for (;;) {
    const { level, texts } = pick(DRAW);
    yield JSON.stringify({
      timestamp: new Date().toISOString(),
      level,
      service: pick(SERVICES),
      message: pick(texts)(),
    });
  }
}

/** @type {import('../types.mjs').Feed} */
export const logs = {
  path: '/logs',
  example: '/logs?period=500',
  about: 'log lines of four services',
  answer(query) {
    const messages = first(lines(), count(query));
    const perSecond = 1000 / period(query, 500);
    return { serve: (client) => client.play(messages, perSecond) };
  },
};
