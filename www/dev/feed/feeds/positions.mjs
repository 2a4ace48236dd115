import { count, period, whole } from '../query.mjs';
import { jitter, round, sine, wander } from '../signals.mjs';
import { first } from './rows.mjs';

const SHIPS = ['Aurora', 'Baltic Star', 'Cormorant', 'Dorothea', 'Esbjerg', 'Frida', 'Gannet', 'Hanse'];
const FLIGHTS = ['DLH4KT', 'BAW81C', 'AFR23P', 'KLM09R', 'SAS77A', 'EZY5ZE', 'RYR12W', 'TAP40X'];

/** A way around a place: where something is on it at a time, and where it heads, in degrees.
 * @param {{ lat: number, lon: number, size: number, periodMs: number, phase: number }} way
 * @param {number} ms
 */
function placeOn({ lat, lon, size, periodMs, phase }, ms) {
  const at = (/** @type {number} */ time) => ({
    lat: lat + size * sine(time, periodMs, phase),
    lon: lon + 1.6 * size * sine(time, periodMs, phase + 0.25),
  });
  const [here, soon] = [at(ms), at(ms + 1000)];
  const course = (Math.atan2(soon.lon - here.lon, soon.lat - here.lat) * 180) / Math.PI;
  return { lat: round(here.lat, 5), lon: round(here.lon, 5), course: round((course + 360) % 360, 1) };
}

/**
 * @param {number} index
 * @param {number} ms
 */
function ship(index, ms) {
  const way = { lat: 54.4 + 0.4 * (index % 3), lon: 10.4 + 0.9 * (index % 4), size: 0.15 + 0.04 * index };
  const { lat, lon, course } = placeOn({ ...way, periodMs: 240_000 + 30_000 * index, phase: index * 0.29 }, ms);
  const sog = round(9 + 4 * wander(index + 60, ms), 1);
  return { mmsi: 211_000_100 + index, name: SHIPS[index % SHIPS.length], lat, lon, sog, cog: course };
}

/**
 * @param {number} index
 * @param {number} ms
 */
function aircraft(index, ms) {
  const way = { lat: 51 + 1.5 * (index % 3), lon: 7 + 2.5 * (index % 4), size: 0.6 + 0.1 * index };
  const { lat, lon, course } = placeOn({ ...way, periodMs: 150_000 + 20_000 * index, phase: index * 0.37 }, ms);
  const hex = (0x3c6440 + index * 0x111).toString(16);
  const height = Math.round((28_000 + 9_000 * wander(index + 80, ms)) / 25) * 25;
  const gs = round(430 + jitter(6), 1);
  return { hex, flight: FLIGHTS[index % FLIGHTS.length], lat, lon, alt_baro: height, gs, track: course };
}

/** @param {URLSearchParams} query */
const howMany = (query) => whole(query, 'size', { initial: 6, min: 1, max: 200 });

/** @param {number} ships @returns {Generator<string>} */
function* reports(ships) {
  for (let n = 0; ; n++) {
    const time = Date.now();
    yield JSON.stringify({ type: 'PositionReport', time, ...ship(n % ships, time) });
  }
}

/** @param {number} planes @returns {Generator<string>} */
function* lists(planes) {
  for (;;) {
    const now = Date.now();
    const seen = Array.from({ length: planes }, (_, index) => aircraft(index, now));
    yield JSON.stringify({ now: now / 1000, aircraft: seen });
  }
}

/** @type {import('../types.mjs').Feed} */
export const ais = {
  path: '/ais',
  example: '/ais?period=1000&size=6',
  about: 'ships as AIS reports them, one in a message; every ship reports once in a period',
  answer(query) {
    const ships = howMany(query);
    const messages = first(reports(ships), count(query));
    return { serve: (client) => client.play(messages, (ships * 1000) / period(query, 1000)) };
  },
};

/** @type {import('../types.mjs').Feed} */
export const adsb = {
  path: '/adsb',
  example: '/adsb?period=1000&size=6',
  about: 'aircraft as receivers of ADS-B list them, all in each message',
  answer(query) {
    const messages = first(lists(howMany(query)), count(query));
    return { serve: (client) => client.play(messages, 1000 / period(query, 1000)) };
  },
};
