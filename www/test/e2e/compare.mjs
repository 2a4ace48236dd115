import assert from 'node:assert/strict';

/**
 * What a feed server says it has sent, as rows; messages that hold an array are taken apart.
 * @param {import('../../dev/feed/server.mjs').FeedServer} feed
 * @param {string} path
 */
export function sentRows(feed, path) {
  return feed.sent(path).flatMap((message) => JSON.parse(message.toString()));
}

/**
 * Rows of a panel against rows that were sent: the same, each once, in the same order.
 * @param {Array<Record<string, unknown>>} rows
 * @param {Array<Record<string, unknown>>} sent
 */
export function assertSameRows(rows, sent) {
  const length = Math.min(rows.length, sent.length);
  for (let i = 0; i < length; i++) {
    assert.deepEqual(rows[i], sent[i], `row ${i} of ${rows.length} (${sent.length} were sent)`);
  }
  assert.equal(rows.length, sent.length, 'number of rows');
}

/**
 * The numbers from `first` on, one after the other: nothing lost, nothing twice, in order.
 * @param {number[]} values
 * @param {number} [first]
 */
export function assertConsecutive(values, first = values[0]) {
  const wrong = values.findIndex((value, i) => value !== first + i);
  const around = wrong === -1 ? [] : values.slice(Math.max(0, wrong - 2), wrong + 3);
  assert.equal(
    wrong,
    -1,
    `at ${wrong} of ${values.length} values stands … ${around} … and should stand ${first + wrong}`
  );
}
