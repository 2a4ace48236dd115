import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { QueryError, whole } from '../query.mjs';

/**
 * @typedef {import('../types.mjs').Message} Message
 *
 * @typedef {{ at: number } & ({ text: string } | { base64: string })} Recorded a message and its arrival time in ms
 *
 * @typedef {object} Recording one of recordings/*.json
 * @property {string} feed
 * @property {{ subprotocols?: string[] }} [settings] what a data source needs for the real feed
 * @property {Record<string, unknown>} query the query that reads it
 * @property {[Recorded, ...Recorded[]]} messages in the order of their arrival
 * @property {any[]} frames what the query makes of them
 * @property {string[]} [notices] what a panel says about them
 * @property {boolean} [arrivalTime] whether rows carry the time of their arrival
 */

const FOLDER = new URL('../../../../recordings/', import.meta.url);
const DAY_MS = 86_400_000;
const EVERY = { initial: 20, min: 1, max: 3_600_000 };

/** The names of the recordings; none where only the feed server is at hand. */
export function recordingNames() {
  const files = existsSync(FOLDER) ? readdirSync(FOLDER) : [];
  return files
    .filter((file) => file.endsWith('.json'))
    .map((file) => file.slice(0, -'.json'.length))
    .sort();
}

/**
 * @param {string} name
 * @returns {Recording}
 */
export function readRecording(name) {
  return JSON.parse(readFileSync(new URL(`${name}.json`, FOLDER), 'utf8'));
}

/**
 * What went over the socket.
 *
 * @param {Recorded} recorded
 * @returns {Message}
 */
export function messageOf(recorded) {
  return 'text' in recorded ? recorded.text : Buffer.from(recorded.base64, 'base64');
}

/**
 * The messages once, then silence.
 *
 * @param {Recording} recording
 * @returns {Generator<Message>}
 */
function* once({ messages }) {
  for (const recorded of messages) {
    yield messageOf(recorded);
  }
}

/**
 * The messages again and again. Each round is moved as a whole, so that times inside keep their distances and it
 * begins now.
 *
 * @param {Recording} recording
 * @returns {Generator<Message>}
 */
function* loop({ messages }) {
  for (;;) {
    const seconds = Math.floor((Date.now() - messages[0].at) / 1000);
    for (const recorded of messages) {
      yield 'text' in recorded ? moved(recorded.text, recorded.at, seconds) : messageOf(recorded);
    }
  }
}

/**
 * A text whose times are so many seconds later. Whole seconds leave fractions as they are written. A time is an
 * ISO 8601 text, or a number of s, ms, us or ns within a day of the arrival: other numbers of that length are
 * identifiers.
 *
 * @param {string} text
 * @param {number} at arrival, in ms
 * @param {number} seconds
 */
export function moved(text, at, seconds) {
  return text
    .replace(/(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?=(?:\.\d+)?(?:Z|[+-]\d\d:\d\d))/g, (time) =>
      new Date(Date.parse(`${time}Z`) + seconds * 1000).toISOString().slice(0, 19)
    )
    .replace(/(?<![\d.])\d{10}(?:\d{3}){0,3}(?!\d)/g, (digits) => {
      const perSecond = 10n ** BigInt(digits.length - 10);
      const isTime = Math.abs(Number(digits.slice(0, 10)) * 1000 - at) < DAY_MS;
      return isTime ? String(BigInt(digits) + BigInt(seconds) * perSecond) : digits;
    });
}

/**
 * The time between two messages in the mean: a loop at this pace has its times where they belong.
 *
 * @param {Recording} recording
 */
function ownPace({ messages }) {
  const last = /** @type {Recorded} */ (messages.at(-1));
  return Math.max(1, Math.round((last.at - messages[0].at) / (messages.length - 1)));
}

/**
 * @param {string} name
 * @returns {import('../types.mjs').Feed}
 */
function replay(name) {
  const recording = readRecording(name);
  const known = recording.settings?.subprotocols ?? [];
  return {
    path: `/replay/${name}`,
    example: `/replay/${name}`,
    about: recording.feed,
    recorded: true,
    answer(query, offered) {
      const loops = flag(query, 'loop');
      const every = whole(query, 'every', loops ? { ...EVERY, initial: ownPace(recording) } : EVERY);
      return {
        protocol: offered.find((protocol) => known.includes(protocol)),
        serve: (client) => client.play(loops ? loop(recording) : once(recording), 1000 / every),
      };
    },
  };
}

/**
 * @param {URLSearchParams} query
 * @param {string} name
 */
function flag(query, name) {
  const raw = query.get(name) || '0';
  if (raw !== '0' && raw !== '1') {
    throw new QueryError(`${name} is "${raw}"; it must be 1 or 0.`);
  }
  return raw === '1';
}

/** A feed for every recording: `?every=20` is the pace in ms, `?loop=1` goes on without end with times of today. */
export function replays() {
  return recordingNames().map(replay);
}
