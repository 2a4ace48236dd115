import assert from 'node:assert/strict';
import { test } from 'node:test';

import { builtReadme, catalogueReadme } from './catalogueReadme.mjs';
import { pluginManifest } from './pluginManifest.mjs';
import { releaseDate } from './releaseDate.mjs';
import { settledSourceMap } from './sourceMap.mjs';
import { thirdPartyText } from './thirdPartyText.mjs';

/** @typedef {import('./components.mjs').Component} Component */

const README = `# Plugin

![A picture](img/a.png)

See [the docs](docs/a.md#b), [a page](https://example.org) and [below](#below).

\`\`\`md
[as it is](docs/a.md)
\`\`\`
`;

test('in the catalogue, links lead to the repository', () => {
  const readme = catalogueReadme(README, 'https://example.org/r/blob/v1');
  assert.match(readme, /!\[A picture\]\(https:\/\/example\.org\/r\/blob\/v1\/img\/a\.png\?raw=true\)/);
  assert.match(readme, /\[the docs\]\(https:\/\/example\.org\/r\/blob\/v1\/docs\/a\.md#b\)/);
  assert.match(readme, /\[a page\]\(https:\/\/example\.org\) and \[below\]\(#below\)/);
  assert.match(readme, /^\[as it is\]\(docs\/a\.md\)$/m);
});

test('without a repository, links are text and pictures are left out', () => {
  assert.equal(
    catalogueReadme(README, undefined),
    README.replace('![A picture](img/a.png)\n\n', '').replace('[the docs](docs/a.md#b)', 'the docs')
  );
});

test('what is built has the pictures beside it, and links to where the documents are, or none', () => {
  const readme = README.replace('(img/', '(www/plugin/img/');
  assert.equal(builtReadme(readme, undefined), README.replace('[the docs](docs/a.md#b)', 'the docs'));
  const linked = README.replace('(docs/a.md#b)', '(https://example.org/r/docs/a.md#b)');
  assert.equal(builtReadme(readme, 'https://example.org/r'), linked);
});

test('plugin.json gets the day, and the links that package.json has', () => {
  const manifest = JSON.stringify({ id: 'a', info: { links: [], updated: '2000-01-01' } });
  const repository = { url: 'git+https://example.org/r.git' };
  const made = JSON.parse(pluginManifest(manifest, { version: '1.0.0', repository }, '2026-01-02'));
  assert.deepEqual(made.info, { links: [{ name: 'Source', url: 'https://example.org/r' }], updated: '2026-01-02' });
});

test('the date is that of SOURCE_DATE_EPOCH, else of the commit, and never of today', () => {
  assert.equal(releaseDate({ SOURCE_DATE_EPOCH: '1700000000' }).toISOString(), '2023-11-14T22:13:20.000Z');
  assert.ok(releaseDate({}) < new Date());
  assert.throws(() => releaseDate({ SOURCE_DATE_EPOCH: 'now' }), /SOURCE_DATE_EPOCH is "now".*seconds since 1970/);
  assert.throws(() => releaseDate({ SOURCE_DATE_EPOCH: '86400' }), /from 315619200 on/);
});

test('a source map has the name of its script, and nothing that webpack wrote while it had another one', () => {
  const sources = ['webpack://plugin/./module.ts', 'webpack://plugin/webpack/runtime/load script'];
  const map = { version: 3, file: 'a.111.js', sources, sourcesContent: ['let a', '"a.111.js"'], mappings: 'AAAA' };
  assert.deepEqual(JSON.parse(settledSourceMap(JSON.stringify(map), 'a.222.js')), {
    ...map,
    file: 'a.222.js',
    sourcesContent: ['let a', null],
  });
});

test('a text of a licence stands once, with all packages that carry it', () => {
  const text = thirdPartyText([
    component('a', 'MIT', ['do']),
    component('b', 'MIT', ['do']),
    component('c', 'Apache-2.0'),
  ]);
  assert.match(text, /^a 1\.0\.0 \(crate\): MIT$/m);
  assert.equal(text.split('\ndo\n').length, 2);
  assert.match(text, /\na 1\.0\.0\nb 1\.0\.0\n-+\n\ndo\n/);
});

test('a package without the text of its licence is refused, unless LICENSE is that text', () => {
  assert.throws(() => thirdPartyText([component('a', 'MIT')]), /a 1\.0\.0 comes without the text of its licence, MIT/);
  assert.match(thirdPartyText([component('a', 'MIT OR Apache-2.0')]), /^a 1\.0\.0/m);
});

/** @param {string} name @param {string} licence @param {string[]} [texts] @returns {Component} */
function component(name, licence, texts = []) {
  return { ecosystem: 'cargo', name, version: '1.0.0', licence, texts };
}
