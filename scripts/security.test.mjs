import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';

import { ROOT } from './command.mjs';

/** @param {string} text */
const literally = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** The tests that a page names: a title in backticks, `in`, and a link to its file. @param {string} page */
const namedIn = (page) =>
  [...page.matchAll(/`([^`]+)` in \[[^\]]*\]\(([^)]+)\)/g)].map(([, title, file]) => ({ title, file }));

/** Whether the text of a test file has a test of this title. @param {string} file @param {string} text @param {string} title */
function hasTest(file, text, title) {
  const name = literally(title);
  const pattern = file.endsWith('.rs')
    ? `#\\[test\\]\\s+fn ${name}\\(`
    : `\\b(?:it|test)(?:\\.each\\([^\\n]*\\))?\\(\\s*(['"])${name}\\1,`;
  return new RegExp(pattern).test(text);
}

test('every test that SECURITY.md names exists', () => {
  const page = readFileSync(path.join(ROOT, 'SECURITY.md'), 'utf8');
  const named = namedIn(page);
  assert.ok(named.length > 30, `${named.length} tests are named`);
  const missing = named.filter(({ title, file }) => {
    const place = path.join(ROOT, file);
    return !existsSync(place) || !hasTest(file, readFileSync(place, 'utf8'), title);
  });
  assert.deepEqual(missing, []);
});

test('every row of the threat model names a test', () => {
  const page = readFileSync(path.join(ROOT, 'SECURITY.md'), 'utf8');
  const rows = page.split('\n').filter((line) => line.startsWith('| ') && !line.startsWith('| What '));
  const without = rows.filter((row) => !/^\| -+/.test(row) && namedIn(row).length === 0);
  assert.ok(rows.length > 15, `${rows.length} rows`);
  assert.deepEqual(without, []);
});

test('a test is told from a mention of it, and from one of another title', () => {
  assert.ok(hasTest('a.rs', '#[test]\nfn b_c() {', 'b_c'));
  assert.ok(!hasTest('a.rs', 'fn b_c() {', 'b_c'));
  assert.ok(!hasTest('a.rs', '#[test]\nfn b_c_d() {', 'b_c'));
  assert.ok(hasTest('a.ts', "it.each([1, 2])('b (%s)', () => {", 'b (%s)'));
  assert.ok(hasTest('a.mjs', 'test("b\'s", async () => {', "b's"));
  assert.ok(!hasTest('a.mjs', "// test 'b'", 'b'));
  assert.ok(!hasTest('a.mjs', "test('b and c', () => {", 'b'));
});
