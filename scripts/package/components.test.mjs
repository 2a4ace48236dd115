import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Spec, Validation } from '@cyclonedx/cyclonedx-library';

import { linked, linkedCrates, spdx } from './crates.mjs';
import { packageFolders } from './npmPackages.mjs';
import { sbom } from './sbom.mjs';

test('packages are found in what webpack calls its sources', () => {
  const sources = [
    'webpack://plugin/./module.ts',
    'webpack://plugin/external amd "react"',
    'webpack://plugin/../../pkg/freshet.js',
    'webpack://plugin/../../node_modules/a/lib/x.js',
    'webpack://plugin/../../node_modules/a/lib/y.js',
    'webpack://plugin/../../node_modules/@b/c/index.js',
    'webpack://plugin/../../node_modules/a/node_modules/d/index.js',
    'webpack://plugin/webpack/runtime/load script',
  ];
  assert.deepEqual(packageFolders(sources), [
    'node_modules/@b/c',
    'node_modules/a',
    'node_modules/a/node_modules/d',
    'node_modules/webpack',
  ]);
});

test('of crates, only those count whose code is linked', () => {
  const crate = (/** @type {string} */ name, kind = 'lib') => ({
    id: name,
    name,
    version: '1.0.0',
    license: 'MIT',
    source: null,
    description: null,
    manifest_path: `${name}/Cargo.toml`,
    targets: [{ kind: [kind] }],
  });
  const dependency = (/** @type {string} */ pkg, /** @type {string | null} */ kind = null) => ({
    pkg,
    dep_kinds: [{ kind }],
  });
  const nodes = [
    {
      id: 'root',
      deps: [dependency('a'), dependency('tests', 'dev'), dependency('build', 'build'), dependency('macro')],
    },
    { id: 'a', deps: [dependency('b')] },
    { id: 'b', deps: [] },
    { id: 'macro', deps: [dependency('syn')] },
  ];
  const packages = ['root', 'a', 'b', 'tests', 'build', 'syn'].map((name) => crate(name));
  const found = linked({ packages: [...packages, crate('macro', 'proc-macro')], resolve: { root: 'root', nodes } });
  assert.deepEqual(
    found.map(({ name }) => name),
    ['a', 'b']
  );
});

test('what is compiled into the engine is known, with texts of licences', () => {
  const crates = linkedCrates();
  const named = (/** @type {string} */ name) => crates.find((crate) => crate.name === name);
  assert.match(named('memchr')?.texts.join() ?? '', /The MIT License/);
  assert.equal(named('std')?.ecosystem, 'rust');
  // One is for tests, one for macros, and the last one is us.
  assert.deepEqual([named('proptest'), named('serde_derive'), named('freshet')], [undefined, undefined, undefined]);
});

test('a slash in a licence means OR', () => {
  assert.equal(spdx('Unlicense/MIT'), 'Unlicense OR MIT');
  assert.equal(spdx(null), 'NOASSERTION');
});

test('the bill of materials is valid CycloneDX, and the same each time', async () => {
  const plugin = { name: 'plugin', version: '1.0.0', licence: 'Apache-2.0' };
  const parts = [
    { ecosystem: /** @type {const} */ ('cargo'), name: 'a', version: '1.0.0', licence: 'MIT', texts: [] },
    { ecosystem: /** @type {const} */ ('npm'), name: '@b/c', version: '2.0.0', licence: 'MIT OR Zlib', texts: [] },
    { ecosystem: /** @type {const} */ ('rust'), name: 'std', version: '1.95.0', licence: 'MIT', texts: [] },
  ];
  const bill = sbom(plugin, parts, new Date(0));
  assert.equal(sbom(plugin, parts, new Date(0)), bill);
  assert.equal(await new Validation.JsonStrictValidator(Spec.Version.v1dot6).validate(bill), null);
  const { components, dependencies } = JSON.parse(bill);
  assert.deepEqual(
    components.map((/** @type {{ purl?: string }} */ { purl }) => purl),
    ['pkg:cargo/a@1.0.0', 'pkg:npm/%40b/c@2.0.0', undefined]
  );
  const own = dependencies.find((/** @type {{ ref: string }} */ { ref }) => ref === 'plugin');
  assert.deepEqual(own.dependsOn, ['cargo:a@1.0.0', 'npm:@b/c@2.0.0', 'rust:std@1.95.0']);
});
