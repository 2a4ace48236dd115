// The pages of docs/feeds show the queries of the recordings, and the recordings are what they say.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { readRecording, recordingNames } from './feeds/replay.mjs';

const DOCS = new URL('../../../docs/', import.meta.url);
const INDEX = readFileSync(new URL('feeds.md', DOCS), 'utf8');
const PAGES = readdirSync(new URL('feeds/', DOCS)).map((name) => ({
  name,
  text: readFileSync(new URL(`feeds/${name}`, DOCS), 'utf8'),
}));
const TYPES = ['time', 'number', 'string', 'boolean', 'other'];

/** Sections that every page has, besides its examples. */
const COMMON = ['In clicks', 'When it does not work'];

/** The queries of recordings in the pages, each with the recording that is linked before it. */
function documented() {
  const found = PAGES.flatMap(({ text }) => [
    ...text.matchAll(/\]\(\.\.\/\.\.\/recordings\/([\w-]+)\.json\)[^`]*```json\n([\s\S]*?)\n```/g),
  ]);
  return found.map(([, name, query]) => /** @type {[string, unknown]} */ ([name, JSON.parse(query)]));
}

/** @param {string} text */
const headings = (text) => [...text.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading);

test('docs/feeds shows each recording once, with its query', () => {
  const all = documented();
  assert.deepEqual(all.map(([name]) => name).sort(), recordingNames());
  all.forEach(([name, query]) => assert.deepEqual(query, readRecording(name).query, name));
});

test('each feed of a recording has a section', () => {
  const sections = PAGES.flatMap(({ text }) => headings(text));
  const feeds = recordingNames().map((name) => readRecording(name).feed);
  assert.deepEqual(
    feeds.filter((feed) => !sections.includes(feed)),
    []
  );
});

test('every page of a feed says how to click it together and what goes wrong', () => {
  PAGES.forEach(({ name, text }) => COMMON.forEach((heading) => assert.ok(headings(text).includes(heading), name)));
});

test('docs/feeds.md lists every page with its examples, in order', () => {
  PAGES.forEach(({ name, text }) => {
    const begin = INDEX.indexOf(`](feeds/${name})\n`);
    assert.ok(begin >= 0, name);
    const listed = INDEX.slice(begin).split('\n- ')[0];
    assert.deepEqual(
      [...listed.matchAll(/^ {2}- \[(.+)\]\(feeds\//gm)].map(([, heading]) => heading),
      headings(text).filter((heading) => !COMMON.includes(heading))
    );
  });
});

/** @typedef {{ name: string, type: string, values: unknown[] }} Field */

for (const name of recordingNames()) {
  test(`${name} is a recording`, () => {
    const { messages, frames, ...rest } = /** @type {any} */ (readRecording(name));
    const known = ['feed', 'source', 'settings', 'arrivalTime', 'query', 'notices'];
    assert.deepEqual(
      Object.keys(rest).filter((key) => !known.includes(key)),
      []
    );
    assert.ok(messages.length >= 8 && messages.length <= 30, `${messages.length} messages`);
    const times = messages.map((/** @type {{ at: number }} */ { at }) => at);
    assert.deepEqual(
      times,
      [...times].sort((a, b) => a - b)
    );
    assert.ok(frames.length > 0);
    frames.forEach((/** @type {{ fields: Field[] }} */ { fields }) => {
      const [time] = fields;
      assert.equal(time?.type, 'time');
      assert.ok(fields.length > 1 && fields.every(({ values }) => values.length === time?.values.length));
      assert.ok(fields.every(({ type }) => TYPES.includes(type)));
      // A clock that differs by a minute would be a notice of its own.
      const first = times[0] - 60_000;
      const last = /** @type {number} */ (times.at(-1)) + 60_000;
      time?.values.forEach((value) => assert.ok(Number(value) > first && Number(value) < last, `time ${value}`));
    });
  });
}
