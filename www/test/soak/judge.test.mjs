import assert from 'node:assert/strict';
import { test } from 'node:test';

import { SoakFeed } from './feeds.mjs';
import { judge, tableOf } from './judge.mjs';

/** A connection that was sent these values, of which the first `sure` must arrive. */
const connection = (/** @type {number} */ from, /** @type {number} */ to, sure = Infinity) =>
  /** @type {any} */ ({ sent: Array.from({ length: to - from }, (_, n) => from + n), sure });

/** A soak with one feed: 100 rows on a connection, the last 20 of them in doubt, none on the next, and then 100. */
function soak(watch = {}, more = {}) {
  const feed = new SoakFeed({ name: 'JSON', target: {}, speak: () => undefined }, 1000);
  feed.server.connections = [connection(0, 100, 80), connection(100, 100), connection(100, 200)];
  feed.server.next = 200;
  feed.happened = { cut: 1 };
  feed.resumed = [500];
  const measured = Array.from({ length: 8 }, () => ({ heap: 20e6, engine: 10e6 }));
  const seen = { rows: 200, packets: 10, gaps: [], wrong: [], ...watch };
  return { feeds: [feed], watches: { JSON: [seen] }, errors: [], measured, seconds: 2, ...more };
}

test('rows that were in doubt may be missing', () => {
  const { faults, lines } = judge(soak({ gaps: [[80, 100]] }));
  assert.deepEqual(faults, []);
  assert.match(tableOf(lines), /\| JSON \| 200 \| 100 \| 1 \| 1 \| 0\.5 s \| 0\.5 s \| 0 \|/);
});

test('rows that were sent on a working connection may not be missing, on either side of a fault', () => {
  assert.match(judge(soak({ gaps: [[78, 103]] })).faults.join(), /JSON: the panels lost 5 rows/);
});

test('rows may not stand twice', () => {
  assert.match(judge(soak({ wrong: [[50, 49]] })).faults.join(), /JSON: rows stand twice/);
});

test('memory may not grow, neither of the page nor of the engine', () => {
  const measured = Array.from({ length: 8 }, (_, n) => ({ heap: 20e6 + n * 2e6, engine: 10e6 + n * 2e6 }));
  const { faults } = judge(soak({}, { measured }));
  assert.match(faults.join(), /The heap grew from 24\.0 MB to 32\.0 MB\.,The engine grew/);
});

test('what was never measured is no proof', () => {
  assert.equal(judge(soak({}, { measured: [] })).faults.length, 2);
});

test('errors on the page are faults', () => {
  assert.deepEqual(judge(soak({}, { errors: ['TypeError: x'] })).faults, ['On the page: TypeError: x']);
});
