// docs/feeds.md shows the queries of the recordings, and the recordings are what they say.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { readRecording, recordingNames } from './feeds/replay.mjs';

const DOCS = readFileSync(new URL('../../../docs/feeds.md', import.meta.url), 'utf8');
const TYPES = ['time', 'number', 'string', 'boolean', 'other'];

/** The queries in the document, each with the recording that is linked before it. */
function documented() {
  const found = [...DOCS.matchAll(/\]\(\.\.\/recordings\/([\w-]+)\.json\)[^`]*```json\n([\s\S]*?)\n```/g)];
  return found.map(([, name, query]) => /** @type {[string, unknown]} */ ([name, JSON.parse(query)]));
}

/** As GitHub makes it of a heading. @param {string} heading */
function anchor(heading) {
  return heading
    .toLowerCase()
    .replace(/[^\w\s-]/g, '')
    .replaceAll(' ', '-');
}

test('docs/feeds.md shows each recording once, with its query', () => {
  const all = documented();
  assert.deepEqual(all.map(([name]) => name).sort(), recordingNames());
  all.forEach(([name, query]) => assert.deepEqual(query, readRecording(name).query, name));
});

test('the contents of docs/feeds.md lead to its sections', () => {
  const links = [...DOCS.matchAll(/\]\(#([\w-]+)\)/g)].map(([, link]) => link);
  const sections = [...DOCS.matchAll(/^### (.+)$/gm)].map(([, heading]) => anchor(heading));
  assert.deepEqual(links, sections);
  assert.deepEqual(
    [...DOCS.matchAll(/^### (.+)$/gm)].map(([, heading]) => heading).sort(),
    recordingNames()
      .map((name) => readRecording(name).feed)
      .sort()
  );
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
