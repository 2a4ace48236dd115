import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newestRows } from './history.mjs';
import { Journal, JOURNAL_LENGTH, JOURNAL_MESSAGES } from './journal.mjs';

test('keeps the newest messages in order', () => {
  const journal = new Journal();
  const extra = 150_001;
  for (let n = 0; n < JOURNAL_MESSAGES + extra; n++) {
    journal.record(String(n));
  }
  const messages = journal.messages();
  assert.equal(messages.length, JOURNAL_MESSAGES);
  assert.ok(messages.every((message, i) => message === String(extra + i)));
  assert.deepEqual([...journal.newestFirst()].reverse(), messages);
});

test('is bounded by length too, yet keeps the newest message whatever its size', () => {
  const journal = new Journal();
  const third = 'x'.repeat(JOURNAL_LENGTH / 3);
  for (let n = 0; n < 5; n++) {
    journal.record(n + third);
  }
  assert.deepEqual(
    journal.messages().map((message) => message.toString().slice(0, 1)),
    ['3', '4']
  );
  journal.record('y'.repeat(JOURNAL_LENGTH + 1));
  assert.equal(journal.size, 1);
  assert.equal(journal.messages()[0]?.length, JOURNAL_LENGTH + 1);
});

test('newestRows takes rows out of arrays and bytes, skips what is no row, and ends with the newest', () => {
  const newestFirst = ['[3,4]', 'no JSON', '{"ack":1}', Buffer.from('2'), '[0,1]'];
  const isRow = (/** @type {unknown} */ value) => typeof value === 'number';
  assert.deepEqual(newestRows(newestFirst, 10, isRow), [0, 1, 2, 3, 4]);
  assert.deepEqual(newestRows(newestFirst, 4, isRow), [1, 2, 3, 4]);
  assert.deepEqual(newestRows(newestFirst, 1, isRow), [4]);
  assert.deepEqual(newestRows([], 1), []);
});
