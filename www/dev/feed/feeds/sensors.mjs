import { count, period, whole } from '../query.mjs';
import { jitter, round, sine, wander } from '../signals.mjs';
import { first } from './rows.mjs';

const SITES = ['north', 'south', 'east', 'west'];
const VIBRATION_LIMIT = 5;

/**
 * @param {number} device from 1
 * @param {number} ts
 */
function reading(device, ts) {
  const phase = device * 0.37;
  const load = 0.5 + 0.3 * sine(ts, 90_000, phase) + 0.2 * wander(device, ts);
  const vibration = Math.max(0, 3 + 2.5 * wander(device + 1000, ts) + 1.5 * load + jitter(0.3));
  return {
    ts,
    device: `pump-${device}`,
    site: { name: SITES[(device - 1) % SITES.length], line: 1 + (Math.floor((device - 1) / SITES.length) % 3) },
    readings: {
      temperature: round(45 + 4 * (device % 5) + 18 * load + jitter(0.4), 2),
      pressure: round(3.2 + 0.6 * sine(ts, 40_000, phase) + 0.8 * wander(device + 2000, ts) + jitter(0.03), 3),
      vibration: round(vibration, 3),
    },
    ok: vibration < VIBRATION_LIMIT,
  };
}

/**
 * @param {number} devices
 * @returns {Generator<string>}
 */
function* readings(devices) {
  for (let n = 0; ; n++) {
    yield JSON.stringify(reading(1 + (n % devices), Date.now()));
  }
}

/** @type {import('../types.mjs').Feed} */
export const sensors = {
  path: '/sensors',
  example: '/sensors?period=200&devices=3',
  about: 'pumps in nested JSON; every device reports once in a period',
  answer(query) {
    const devices = whole(query, 'devices', { initial: 3, min: 1, max: 1000 });
    const perSecond = (devices * 1000) / period(query, 200);
    const messages = first(readings(devices), count(query));
    return { serve: (client) => client.play(messages, perSecond) };
  },
};
