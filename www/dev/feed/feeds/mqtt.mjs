import { period } from '../query.mjs';
import { jitter, round, sine, wander } from '../signals.mjs';

/** @typedef {import('../client.mjs').Client} Client */

/** What is published, by topic. @type {Record<string, (ts: number) => unknown>} */
const TOPICS = {
  'plant/hall1/temperature': (ts) => round(21 + 3 * wander(901, ts), 2),
  'plant/hall1/humidity': (ts) => round(45 + 12 * wander(902, ts), 1),
  'plant/hall2/temperature': (ts) => round(18 + 4 * wander(903, ts), 2),
  'plant/hall2/humidity': (ts) => round(52 + 10 * wander(904, ts), 1),
  'plant/press/power': (ts) => round(Math.max(0, 14 + 9 * sine(ts, 30_000) + jitter(0.4)), 2),
  'plant/press/pieces': (ts) => Math.floor(ts / 1700) % 60,
};

/** Types of packets (MQTT 5.0 §2.1.2), in the upper half of the first byte. */
const CONNECT = 1;
const SUBSCRIBE = 8;
const UNSUBSCRIBE = 10;
const PINGREQ = 12;

/** A packet of less than 128 bytes, which is all that is sent here. @param {number} head @param {number[]} body */
const packet = (head, body) => Buffer.from([head, body.length, ...body]);

/** A text with its length before it. @param {string} value */
function text(value) {
  const bytes = Buffer.from(value);
  return [bytes.length >> 8, bytes.length & 255, ...bytes];
}

/**
 * The side of the broker, as far as reading goes: versions 3.1.1 and 5, quality of service 0, nothing retained.
 * @type {import('../types.mjs').Feed}
 */
export const mqtt = {
  path: '/mqtt',
  example: '/mqtt?period=500',
  about: `speaks MQTT; topics: ${Object.keys(TOPICS).join(', ')}`,
  answer: (query) => {
    const periodMs = period(query, 500);
    return { protocol: 'mqtt', serve: (client) => new Broker(client).open(periodMs) };
  },
  isRow: () => false,
};

/** What one client has subscribed to. */
class Broker {
  #client;
  #version = 4;
  #waiting = Buffer.alloc(0);
  /** @type {Set<string>} */
  #filters = new Set();

  /** @param {Client} client */
  constructor(client) {
    this.#client = client;
  }

  /** @param {number} periodMs */
  open(periodMs) {
    this.#client.onMessage((message) => this.#take(Buffer.from(message)));
    const publishing = setInterval(() => this.#publish(Date.now()), periodMs);
    this.#client.onLeave(() => clearInterval(publishing));
  }

  /** Packets may be cut anywhere. @param {Buffer} bytes */
  #take(bytes) {
    this.#waiting = Buffer.concat([this.#waiting, bytes]);
    for (let whole = wholePacket(this.#waiting); whole; whole = wholePacket(this.#waiting)) {
      this.#waiting = this.#waiting.subarray(whole.end);
      this.#obey(whole.type, whole.body);
    }
  }

  /** @param {number} type @param {Buffer} body */
  #obey(type, body) {
    const isNew = this.#version === 5;
    // Properties of version 5: none.
    const none = () => (this.#version === 5 ? [0] : []);
    switch (type) {
      case CONNECT:
        this.#version = body[2 + body.readUInt16BE(0)];
        // Subscription identifiers are not available, so that the client tells payloads apart by their topics.
        this.#client.send(packet(0x20, [0, 0, ...(this.#version === 5 ? [2, 0x29, 0] : [])]));
        break;
      case SUBSCRIBE: {
        const filters = topicFilters(body, isNew, 1);
        filters.forEach((filter) => this.#filters.add(filter));
        this.#client.send(packet(0x90, [body[0], body[1], ...none(), ...filters.map(() => 0)]));
        break;
      }
      case UNSUBSCRIBE: {
        const filters = topicFilters(body, isNew, 0);
        filters.forEach((filter) => this.#filters.delete(filter));
        this.#client.send(packet(0xb0, [body[0], body[1], ...none(), ...(isNew ? filters.map(() => 0) : [])]));
        break;
      }
      case PINGREQ:
        this.#client.send(packet(0xd0, []));
    }
  }

  /** @param {number} ts */
  #publish(ts) {
    for (const [topic, value] of Object.entries(TOPICS)) {
      if ([...this.#filters].some((filter) => matches(filter, topic))) {
        const properties = this.#version === 5 ? [0] : [];
        this.#client.send(packet(0x30, [...text(topic), ...properties, ...Buffer.from(JSON.stringify(value(ts)))]));
      }
    }
  }
}

/** The packet that the bytes begin with, if all of it is there. @param {Buffer} bytes */
function wholePacket(bytes) {
  let [length, at] = [0, 1];
  for (let shift = 0; ; shift += 7) {
    if (at >= bytes.length) {
      return undefined;
    }
    length += (bytes[at] & 127) << shift;
    if (bytes[at++] < 128) {
      break;
    }
  }
  const end = at + length;
  return end <= bytes.length ? { type: bytes[0] >> 4, body: bytes.subarray(at, end), end } : undefined;
}

/** The filters of a packet, behind each of which stand so many bytes. @param {Buffer} body @param {boolean} isNew @param {number} options */
function topicFilters(body, isNew, options) {
  // Properties are skipped; they take less than 128 bytes.
  let at = isNew ? 3 + body[2] : 2;
  const filters = [];
  while (at < body.length) {
    const end = at + 2 + body.readUInt16BE(at);
    filters.push(body.toString('utf8', at + 2, end));
    at = end + options;
  }
  return filters;
}

/** @param {string} filter @param {string} topic */
function matches(filter, topic) {
  const [wanted, levels] = [filter.split('/'), topic.split('/')];
  const fits = (/** @type {string} */ part, /** @type {number} */ i) => part === '+' || part === levels[i];
  const open = wanted.at(-1) === '#';
  const fixed = open ? wanted.slice(0, -1) : wanted;
  return fixed.every(fits) && (open ? levels.length >= fixed.length : levels.length === fixed.length);
}
