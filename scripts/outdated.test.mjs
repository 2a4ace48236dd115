import assert from 'node:assert/strict';
import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';

import { outdated } from './outdated.mjs';

test('a build is outdated when its product is missing or older than a source, wherever the product is', async (t) => {
  const folder = await mkdtemp(path.join(tmpdir(), 'freshet-outdated-'));
  t.after(() => rm(folder, { recursive: true }));
  const product = path.join(folder, 'harness.js');
  assert.equal(outdated('playground', product), true);
  await writeFile(product, '');
  assert.equal(outdated('playground', product), false);
  await utimes(product, 0, 0);
  assert.equal(outdated('playground', product), true);
});
