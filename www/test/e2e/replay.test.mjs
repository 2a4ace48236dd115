// Feeds that exist: the messages of every recording, sent by a real server, come out as the frames that the recording
// says. Those were worked out apart from Freshet, from the messages alone.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { readRecording, recordingNames } from '../../dev/feed/feeds/replay.mjs';
import { until } from '../support/feed.mjs';
import { setStage } from './stage.mjs';

const stage = setStage();

/** Times of day in double precision are a quarter of a microsecond apart, and there are several ways to round. */
const TIME_TOLERANCE_MS = 0.001;

const rowsIn = (frames) => frames.reduce((sum, { fields }) => sum + (fields[0]?.values.length ?? 0), 0);

/** Begins to read, for `readFrames`. */
async function begin({ source, packets, shelf }, target, settings) {
  shelf.reading = packets(await source(settings), target);
}

/** The last packet's frames, once it holds so many rows. What has come instead says more than that it took too long. */
async function readFrames({ until, sleep, notices, shelf: { reading } }, rows) {
  const count = () => (reading.latest?.data ?? []).reduce((sum, { length }) => sum + length, 0);
  await until(() => count() >= rows, `${rows} rows`, 2_000).catch(() => undefined);
  // One more packet, should a message have come since.
  await sleep(300);
  const { data, error, errors = [] } = reading.stop().latest;
  const plain = ({ name, type, labels, values }) => ({ name, type, labels, values });
  return {
    frames: data.map(({ name, fields }) => ({ name, fields: fields.map(plain) })),
    notices: data.flatMap((frame) => notices({ data: [frame] })),
    errors: [reading.error, error?.message, ...errors.map(({ message }) => message)].filter(Boolean),
  };
}

/** @param {unknown[]} actual @param {unknown[]} expected @param {{ isTime: boolean, countOnly: boolean }} how @param {string} where */
function assertValues(actual, expected, { isTime, countOnly }, where) {
  assert.equal(actual.length, expected.length, `${where}: number of values`);
  if (countOnly) {
    return;
  }
  const same = (a, b) =>
    isTime && typeof a === 'number' && typeof b === 'number' ? Math.abs(a - b) < TIME_TOLERANCE_MS : Object.is(a, b);
  expected.forEach((value, i) => {
    if (typeof value === 'object' && value !== null) {
      assert.deepEqual(actual[i], value, `${where}[${i}]`);
    } else {
      assert.ok(same(actual[i], value), `${where}[${i}] is ${JSON.stringify(actual[i])}, not ${JSON.stringify(value)}`);
    }
  });
}

function assertFrame(frame, expected, arrivalTime, where) {
  const outline = ({ fields }) => fields.map(({ name, type, labels }) => ({ name, type, labels: labels ?? {} }));
  assert.deepEqual(outline(frame), outline(expected), `${where}: fields`);
  if (expected.name !== undefined) {
    assert.equal(frame.name, expected.name, `${where}: name`);
  }
  expected.fields.forEach(({ name, type, values }, i) => {
    const how = { isTime: type === 'time', countOnly: arrivalTime === true && i === 0 };
    assertValues(frame.fields[i].values, values, how, `${where}, field "${name}"`);
  });
}

for (const name of recordingNames()) {
  test(`${name}: what the feed sends is what the panel shows`, async (t) => {
    const { run, feed } = await stage.open(t);
    const { query, frames, messages, notices = [], arrivalTime, settings = {} } = readRecording(name);
    const target = { ...query, path: `/replay/${name}?every=5` };
    // The recording answers to nothing, so there is nothing to wait for and to reply to.
    const { subprotocols } = settings;
    await run(begin, target, { subprotocols });
    const sent = () => feed.sent(`/replay/${name}`).length;
    await until(() => sent() === messages.length, 'all messages', 3_000).catch(() => undefined);
    const shown = await run(readFrames, rowsIn(frames));
    const seen = JSON.stringify(shown.notices);
    assert.deepEqual(shown.errors, []);
    assert.equal(sent(), messages.length, `messages sent; notices: ${seen}`);
    assert.equal(shown.frames.length, frames.length, `number of frames; notices: ${seen}`);
    frames.forEach((expected, i) => assertFrame(shown.frames[i], expected, arrivalTime, `frame ${i}`));
    notices.forEach((text) => assert.ok(seen.includes(text), `"${text}" is missing in the notices ${seen}`));
  });
}
