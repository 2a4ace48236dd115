import assert from 'node:assert/strict';
import { lstatSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';

import { ask, ROOT } from './command.mjs';
import { faultsIn } from './tree.mjs';

/** @param {string} name */
const file = (name, bytes = 1) => ({ path: name, bytes });

test('what is checked in belongs here', () => {
  // Whose folder it is does not matter here, and in a container it is often somebody else's.
  const names = ask('git', '-c', 'safe.directory=*', 'ls-files', '-z')?.split('\0').filter(Boolean);
  assert.ok(names?.length, 'git lists no files');
  const files = names.map((name) => file(name, lstatSync(path.join(ROOT, name), { throwIfNoEntry: false })?.size ?? 0));
  assert.deepEqual(faultsIn(files), []);
});

test('an entry at the top level that is not on the list is a fault, named once', () => {
  const [fault, ...others] = faultsIn([file('src/lib.rs'), file('jit-1.dump'), file('out/a'), file('out/b')]);
  assert.match(fault, /^jit-1\.dump is not on the list/);
  assert.deepEqual(others, [fault.replace('jit-1.dump', 'out')]);
});

test('a large file is a fault unless it is a picture or a lock file', () => {
  const large = ['docs/a.json', 'www/a.png', 'fuzz/Cargo.lock', 'package-lock.json'].map((name) => file(name, 524_289));
  assert.match(faultsIn(large).join(), /^docs\/a\.json has 524289 bytes[^,]*$/);
  assert.deepEqual(faultsIn([file('docs/a.json', 524_288)]), []);
});

test('1400 files are too many', () => {
  const files = Array.from({ length: 1400 }, (_, i) => file(`src/${i}.rs`));
  assert.match(faultsIn(files).join(), /^There are 1400 files/);
  assert.deepEqual(faultsIn(files.slice(1)), []);
});
