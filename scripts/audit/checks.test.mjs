import assert from 'node:assert/strict';
import { test } from 'node:test';

import {
  cargoLockFaults,
  duplicateFaults,
  installScriptFaults,
  licenceFaults,
  npmLockFaults,
  sourceFaults,
} from './checks.mjs';

const crate = (/** @type {object} */ fields) => ({
  name: 'a',
  version: '1.2.3',
  licence: 'MIT',
  source: null,
  ...fields,
});

test('a licence is allowed if one of its alternatives is, and all that it joins are', () => {
  const allowed = ['MIT', 'Unicode-3.0', 'Apache-2.0 WITH LLVM-exception'];
  const fine = ['MIT', 'GPL-3.0-only OR MIT', '(MIT OR Zlib) AND Unicode-3.0', 'Apache-2.0 WITH LLVM-exception'];
  const bad = ['GPL-3.0-only', 'MIT AND Zlib', 'NOASSERTION', 'SEE LICENSE IN LICENSE'];
  assert.deepEqual(
    licenceFaults(
      [...fine, ...bad].map((licence) => crate({ licence })),
      allowed
    ),
    bad.map((licence) => `a 1.2.3: the licence ${licence} is not in deny.toml.`)
  );
});

test('crates come from one registry', () => {
  const own = [crate({}), crate({ source: 'registry+https://one.example/' })];
  assert.deepEqual(sourceFaults(own), []);
  assert.match(
    sourceFaults([...own, crate({ source: 'git+https://git.example/a' })]).join(),
    /a 1\.2\.3 comes from git\+/
  );
  assert.match(sourceFaults([...own, crate({ source: 'registry+https://two.example/' })]).join(), /from 2 registries/);
});

test('two versions of a crate are a fault unless one is skipped, and so is a skip that nothing uses', () => {
  const twice = [crate({}), crate({ version: '2.0.0' }), crate({ name: 'b' }), crate({ name: 'b' })];
  assert.deepEqual(duplicateFaults(twice, []), ['a is there in 1.2.3 and 2.0.0.']);
  assert.deepEqual(duplicateFaults(twice, ['a@1']), []);
  assert.deepEqual(duplicateFaults(twice, ['a@1.2.3', 'a@12']), ['deny.toml skips a@12, which nothing uses.']);
});

test('lock files say what each package has to be', () => {
  const packages = { '': {}, 'node_modules/a': { integrity: 'sha512-x' }, 'node_modules/b': { integrity: 'sha1-x' } };
  assert.match(npmLockFaults('package-lock.json', { packages }).join(), /^package-lock\.json: node_modules\/b has no/);
  const checksum = '0'.repeat(64);
  const crates = [{ name: 'own' }, { name: 'a', source: 'registry', checksum }, { name: 'b', source: 'registry' }];
  assert.deepEqual(cargoLockFaults('Cargo.lock', { package: crates }), ['Cargo.lock: b has no SHA-256 checksum.']);
});

test('what runs at installation is on a list, and only that', () => {
  const packages = { 'node_modules/a/node_modules/b': { hasInstallScript: true }, 'node_modules/c': {} };
  assert.deepEqual(installScriptFaults({ packages }, ['b']), []);
  assert.match(installScriptFaults({ packages }, []).join(), /^b runs a program when it is installed/);
  assert.match(installScriptFaults({ packages }, ['b', 'c']).join(), /^c runs nothing/);
});
