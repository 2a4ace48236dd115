import { count, period } from '../query.mjs';
import { sine, wander } from '../signals.mjs';
import { first } from './rows.mjs';

/** What can be on or off, and how long a turn of it takes. */
const SWITCHES = [
  { name: 'front door', periodMs: 37_000 },
  { name: 'window', periodMs: 61_000 },
  { name: 'heating', periodMs: 23_000 },
  { name: 'pump', periodMs: 17_000 },
  { name: 'motion', periodMs: 11_000 },
];

/**
 * @param {number} index
 * @param {number} ms
 */
function isOn(index, ms) {
  return sine(ms, SWITCHES[index].periodMs, index * 0.21) + 0.8 * wander(index + 300, ms) > 0.15;
}

/** @returns {Generator<string>} */
function* reports() {
  for (let n = 0; ; n++) {
    const index = n % SWITCHES.length;
    const time = Date.now();
    yield JSON.stringify({ time, name: SWITCHES[index].name, on: isOn(index, time) });
  }
}

/** @type {import('../types.mjs').Feed} */
export const switches = {
  path: '/switches',
  example: '/switches?period=500',
  about: 'sensors that are on or off; every one reports once in a period',
  answer(query) {
    const messages = first(reports(), count(query));
    return { serve: (client) => client.play(messages, (SWITCHES.length * 1000) / period(query, 500)) };
  },
};
