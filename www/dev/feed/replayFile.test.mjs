import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';

import { readRecordingFile, replayPath } from './feeds/replay.mjs';
import { startFeedServer } from './server.mjs';
import { read, refusal } from '../../test/support/feed.mjs';

/** @param {import('node:test').TestContext} t @param {string} text @param {string} name */
function file(t, text, name = 'my plant.ndjson') {
  const folder = mkdtempSync(path.join(tmpdir(), 'freshet-'));
  t.after(() => rmSync(folder, { recursive: true }));
  writeFileSync(path.join(folder, name), text);
  return path.join(folder, name);
}

/** @param {object[]} lines */
const ndjson = (...lines) => lines.map((line) => `${JSON.stringify(line)}\n`).join('');

/** @param {import('node:test').TestContext} t @param {string} recording */
async function served(t, recording) {
  const feed = await startFeedServer({ recordings: [recording] });
  t.after(() => feed.close());
  return feed.url + replayPath(recording);
}

const ABOUT = { feed: 'Plant', query: {}, full: false };

test('a recording from the query editor is sent at its own pace, bytes as bytes', async (t) => {
  const messages = [
    { at: 1000, text: '{"v":1}' },
    { at: 1300, base64: 'AP8=' },
    { at: 1300, text: 'two\nlines' },
    { at: 1290, text: 'late' },
  ];
  const url = await served(t, file(t, ndjson(ABOUT, ...messages)));
  assert.ok(url.endsWith('/replay/my-plant'), url);
  const reader = await read(url);
  const sent = await reader.take(4);
  assert.deepEqual(sent, ['{"v":1}', Buffer.from([0, 255]), 'two\nlines', 'late']);
  const took = Number(reader.times[1]) - Number(reader.times[0]);
  assert.ok(took > 200 && took < 1500, `300 ms took ${took} ms`);
});

test('a recording is sent faster, or at a steady pace, when it is asked for', async (t) => {
  const url = await served(t, file(t, ndjson(ABOUT, { at: 0, text: 'a' }, { at: 60_000, text: 'b' })));
  assert.deepEqual(await (await read(`${url}?speed=1000`)).take(2), ['a', 'b']);
  assert.deepEqual(await (await read(`${url}?every=5`)).take(2), ['a', 'b']);
  assert.match((await refusal(`${url}?speed=0`)).error, /speed is "0"/);
});

test('a recording as in recordings/ is a file like any other', (t) => {
  const recording = { feed: 'x', query: {}, messages: [{ at: 1, text: 'a' }] };
  assert.deepEqual(readRecordingFile(file(t, JSON.stringify(recording, null, 2))), recording);
});

test('what is no recording is said', (t) => {
  const cases = [
    { text: ndjson(ABOUT), problem: /has no messages/ },
    { text: `${ndjson(ABOUT)}{"at":1,`, problem: /line 2 of .* is not valid JSON/ },
    { text: ndjson(ABOUT, { at: 1, text: 'a' }, { text: 'b' }), problem: /message 2 of .* needs "at"/ },
  ];
  for (const { text, problem } of cases) {
    assert.throws(() => readRecordingFile(file(t, text)), problem);
  }
  assert.throws(() => readRecordingFile('/nowhere/at/all.ndjson'), /cannot be read/);
});
