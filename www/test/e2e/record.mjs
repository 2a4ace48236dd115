// Records feeds of the feed server into recordings/*.json, the input of differential.test.mjs:
//   node www/test/e2e/record.mjs
// What is checked in stays as it is, so that a difference found once can be looked at again.
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { startFeedServer } from '../../dev/feed/server.mjs';
import { read } from '../support/feed.mjs';

/**
 * @typedef {object} Recording
 * @property {string} about
 * @property {Record<string, string>} fields the columns and their types as the tutorial declares them
 * @property {string[]} messages
 */

const PLAIN = { time: 'time', value: 'number' };
const SENSOR = { time: 'time', device: 'string', temperature: 'number', line: 'number', ok: 'boolean' };
const COUNT = 150;

/** @param {Record<string, any>} message a message of /sensors */
const flat = ({ ts, device, site, readings, ok }) => ({
  time: ts,
  device,
  temperature: readings.temperature,
  line: site.line,
  ok,
});

/** Every value is null now and then, in every column but the time. @param {Record<string, unknown>} row @param {number} n */
function withNull(row, n) {
  const names = Object.keys(row).slice(1);
  // The first row is whole: a column whose first values are null has no type yet.
  return n > 0 && n % 3 === 0 ? { ...row, [names[(n / 3) % names.length]]: null } : row;
}

/** A key is missing now and then. @param {Record<string, unknown>} row @param {number} n */
function withGap(row, n) {
  const names = Object.keys(row).slice(1);
  const left = names[(n / 3) % names.length];
  return n > 0 && n % 3 === 0 ? Object.fromEntries(Object.entries(row).filter(([name]) => name !== left)) : row;
}

const feed = await startFeedServer();

/** @param {string} url @param {number} count */
async function record(url, count) {
  const reader = await read(feed.url + url);
  const messages = (await reader.take(count)).map(String);
  await reader.leave();
  return messages;
}

/**
 * Arrays whose rows ascend in time throughout. A timer that comes early makes two arrays overlap, and Freshet sorts
 * rows by time while the tutorial does not.
 */
async function recordArrays() {
  for (;;) {
    const messages = await record('/simple?burst=10&period=100', COUNT / 10);
    const times = messages.flatMap((message) => JSON.parse(message)).map(({ time }) => time);
    if (times.every((time, i) => i === 0 || time >= times[i - 1])) {
      return messages;
    }
  }
}

/** Sends rows to /echo and records what comes back. @param {Array<Record<string, unknown>>} rows */
async function recordEcho(rows) {
  const reader = await read(`${feed.url}/echo`);
  rows.forEach((row) => reader.ws.send(JSON.stringify(row)));
  const messages = (await reader.take(rows.length)).map(String);
  await reader.leave();
  return messages;
}

const sensors = (await record('/sensors?period=20&devices=3', COUNT)).map((message) => flat(JSON.parse(message)));

/** @type {Record<string, Recording>} */
const recordings = {
  simple: { about: 'one {time, value} per message', fields: PLAIN, messages: await record('/simple?period=10', COUNT) },
  counter: { about: 'whole numbers', fields: PLAIN, messages: await record('/counter?period=10', COUNT) },
  arrays: {
    about: 'arrays of ten rows',
    fields: PLAIN,
    messages: await recordArrays(),
  },
  types: { about: 'numbers, texts and booleans', fields: SENSOR, messages: await recordEcho(sensors) },
  nulls: { about: 'values that are null', fields: SENSOR, messages: await recordEcho(sensors.map(withNull)) },
  missing: { about: 'keys that are missing', fields: SENSOR, messages: await recordEcho(sensors.map(withGap)) },
};
await feed.close();

const folder = fileURLToPath(new URL('tutorial-recordings/', import.meta.url));
await mkdir(folder, { recursive: true });
for (const [name, recording] of Object.entries(recordings)) {
  await writeFile(path.join(folder, `${name}.json`), `${JSON.stringify(recording, null, 2)}\n`);
}
