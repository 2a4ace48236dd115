import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
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
 * @property {any[]} [frames] what the query makes of them
 * @property {string[]} [notices] what a panel says about them
 * @property {boolean} [arrivalTime] whether rows carry the time of their arrival
 */

const FOLDER = new URL('../../../../recordings/', import.meta.url);
const DAY_MS = 86_400_000;
/** Longer waits are cut into several: a timer takes no more than 2^31 ms. */
const MAX_WAIT_MS = 3_600_000;
const SPEED = { initial: 1, min: 1, max: 1000 };
const EVERY = { initial: 20, min: 1, max: 3_600_000 };
/** The furthest time from the epoch that is one, in ms. */
const FURTHEST_MS = 8.64e15;

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
 * @returns {Recording & { frames: any[] }}
 */
export function readRecording(name) {
  return JSON.parse(readFileSync(new URL(`${name}.json`, FOLDER), 'utf8'));
}

/** A file that is no recording. */
export class RecordingError extends Error {}

/**
 * A recording that somebody made: NDJSON as the query editor writes it, a line about it and one for each message; or
 * JSON as in recordings/.
 *
 * @param {string} file
 * @returns {Recording}
 */
export function readRecordingFile(file) {
  const text = readText(file);
  /** @type {any} */
  let recording;
  try {
    recording = JSON.parse(text);
  } catch {
    const [about, ...messages] = text.split('\n').flatMap((line, at) => parsedLine(line, `line ${at + 1} of ${file}`));
    recording = { ...about, messages };
  }
  const messages = Array.isArray(recording?.messages) ? recording.messages : [];
  if (messages.length === 0) {
    throw new RecordingError(`${file} has no messages.`);
  }
  const { feed, settings } = recording;
  if (feed !== undefined && typeof feed !== 'string') {
    throw new RecordingError(`feed in ${file} is no text.`);
  }
  const protocols = settings?.subprotocols ?? [];
  if (!Array.isArray(protocols) || protocols.some((name) => typeof name !== 'string')) {
    throw new RecordingError(`settings.subprotocols in ${file} is no list of names.`);
  }
  const odd = messages.findIndex((/** @type {any} */ message) => !isRecorded(message));
  if (odd >= 0) {
    throw new RecordingError(
      `message ${odd + 1} of ${file} is no recorded message: it needs "at", in ms, and "text" or "base64".`
    );
  }
  return recording;
}

/** @param {string} file */
function readText(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new RecordingError(`${file} cannot be read: ${/** @type {Error} */ (error).message}`);
  }
}

/**
 * @param {string} line
 * @param {string} where
 */
function parsedLine(line, where) {
  if (line.trim() === '') {
    return [];
  }
  try {
    return [JSON.parse(line)];
  } catch (error) {
    throw new RecordingError(`${where} is not valid JSON: ${printable(/** @type {Error} */ (error).message)}`);
  }
}

/**
 * A text without what a terminal takes for a command. A recording may have been made by anybody.
 *
 * @param {string} text
 */
const printable = (text) => text.replace(/\p{Cc}/gu, '\ufffd');

/** @param {any} message */
const isRecorded = (message) =>
  Math.abs(message?.at) <= FURTHEST_MS &&
  typeof message.at === 'number' &&
  (typeof message.text === 'string' || (message.text === undefined && typeof message.base64 === 'string'));

/**
 * The path at which a file is served, from its name.
 *
 * @param {string} file
 */
export const replayPath = (file) => `/replay/${path.parse(file).name.replace(/[^\w.-]+/g, '-')}`;

/**
 * Sends the messages once, each as long after the first as it came, or at that many times the speed.
 *
 * @param {import('../client.mjs').Client} client
 * @param {Recording} recording
 * @param {number} speed
 */
function playAtItsPace(client, { messages }, speed) {
  const began = performance.now();
  const dueAt = (/** @type {Recorded} */ message) => began + (message.at - messages[0].at) / speed;
  let next = 0;
  /** @type {NodeJS.Timeout | undefined} */
  let timer;
  const go = () => {
    while (next < messages.length && dueAt(messages[next]) <= performance.now() && !client.isFull) {
      client.send(messageOf(messages[next]));
      next += 1;
    }
    if (next < messages.length) {
      // Two that came in order of time may have gone back in it; a full client is asked again soon.
      timer = setTimeout(go, Math.min(MAX_WAIT_MS, Math.max(1, dueAt(messages[next]) - performance.now())));
    }
  };
  client.onLeave(() => clearTimeout(timer));
  go();
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
    .replace(/(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?=(?:\.\d+)?(?:Z|[+-]\d\d:\d\d))/g, (time) => {
      const later = new Date(Date.parse(`${time}Z`) + seconds * 1000);
      // What is no time, or would be none of four digits for the year, stays as it is.
      const text = Number.isNaN(later.getTime()) ? '' : later.toISOString();
      return /^\d/.test(text) ? text.slice(0, 19) : time;
    })
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
  const own = Math.round((last.at - messages[0].at) / Math.max(1, messages.length - 1));
  return Math.min(EVERY.max, Math.max(EVERY.min, own));
}

/**
 * @param {string} path
 * @param {Recording} recording
 * @param {boolean} isOwnPace whether it goes at its own pace when the query says nothing
 * @returns {import('../types.mjs').Feed}
 */
function replay(path, recording, isOwnPace) {
  const known = recording.settings?.subprotocols ?? [];
  return {
    path,
    example: path,
    about: recording.feed,
    recorded: true,
    answer(query, offered) {
      const loops = flag(query, 'loop');
      const every = whole(query, 'every', loops ? { ...EVERY, initial: ownPace(recording) } : EVERY);
      const speed = whole(query, 'speed', SPEED);
      const atItsPace = !loops && (query.has('speed') || (isOwnPace && !query.has('every')));
      return {
        protocol: offered.find((protocol) => known.includes(protocol)),
        serve: (client) => {
          if (atItsPace) {
            playAtItsPace(client, recording, speed);
          } else {
            client.play(loops ? loop(recording) : once(recording), 1000 / every);
          }
        },
      };
    },
  };
}

/**
 * The feed of a recording that somebody made, at its own pace.
 *
 * @param {string} file
 */
export function replayOf(file) {
  const recording = readRecordingFile(file);
  return replay(replayPath(file), { ...recording, feed: printable(recording.feed || path.basename(file)) }, true);
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

/**
 * A feed for every recording: `?every=20` is the pace in ms, `?speed=1` that at which it was recorded, or so many times
 * faster, and `?loop=1` goes on without end with times of today.
 */
export function replays() {
  return recordingNames().map((name) => replay(`/replay/${name}`, readRecording(name), false));
}
