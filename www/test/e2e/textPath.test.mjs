// Which way texts take into the engine's memory: the builtins for strings where the browser has them, else its
// TextEncoder. What is shown is the same.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { BROWSER } from '../support/browser.mjs';
import { assertSameRows, sentRows } from './compare.mjs';
import { setStage } from './stage.mjs';

const stage = setStage();

const WAYS = [
  { name: 'the builtins for strings', builtins: true, taken: { byBuiltins: true, byEncoder: false } },
  { name: 'TextEncoder, in a browser without them', builtins: false, taken: { byBuiltins: false, byEncoder: true } },
];

for (const { name, builtins, taken } of WAYS) {
  test(`texts are taken by ${name}`, async (t) => {
    const { run, feed } = await stage.open(t, { fresh: true, builtins });
    const { rows, counts } = await run(async ({ source, read, until, length, rows }) => {
      const reading = read(await source(), { path: '/counter?period=5' });
      await until(() => length(reading.latest) >= 100, '100 rows');
      return { rows: rows(reading.stop().latest), counts: window.textsTaken };
    });
    assertSameRows(rows, sentRows(feed, '/counter').slice(0, rows.length));
    t.diagnostic(`${BROWSER}: ${counts.byBuiltins} texts by the builtins, ${counts.byEncoder} by the encoder`);
    assert.deepEqual({ byBuiltins: counts.byBuiltins > 0, byEncoder: counts.byEncoder > 0 }, taken);
  });
}
