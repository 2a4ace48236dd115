import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';

import { ask, ROOT } from './command.mjs';
import { anchorsOf, entriesOf, faultsInLinks, linksOf } from './links.mjs';

test('every link of the documentation leads somewhere', () => {
  // With what is new and not added yet, so that a page can be tested before it is checked in.
  const listed = ask('git', '-c', 'safe.directory=*', 'ls-files', '-z', '--cached', '--others', '--exclude-standard');
  const files = (listed ?? '').split('\0').filter((name) => name !== '' && existsSync(path.join(ROOT, name)));
  const names = files.filter((name) => name.endsWith('.md'));
  assert.ok(names.length > 20, `git lists ${names.length} pages`);
  const pages = new Map(names.map((name) => [name, readFileSync(path.join(ROOT, name), 'utf8')]));
  const count = [...pages.values()].reduce((sum, text) => sum + linksOf(text).length, 0);
  assert.ok(count > 200, `${count} links`);
  assert.deepEqual(faultsInLinks(pages, entriesOf(files)), []);
});

/** @param {string} text @param {string} [other] */
const faults = (text, other = '# Other\n\n## A heading\n') =>
  faultsInLinks(
    new Map([
      ['docs/page.md', text],
      ['docs/more/other.md', other],
    ]),
    entriesOf(['docs/page.md', 'docs/more/other.md', 'img/a.png'])
  );

test('links to files, folders, pictures and headings are looked up from the page they stand in', () => {
  const good =
    '# Page\n[a](more/other.md) [b](more/other.md#a-heading) [c](#page) ![d](../img/a.png) [e](more/) [f](more)';
  assert.deepEqual(faults(good), []);
  assert.deepEqual(faults('[a](other.md)'), ['docs/page.md: other.md leads to no file.']);
  assert.deepEqual(faults('[a](more/other.md#another)'), ['docs/page.md: more/other.md#another leads to no heading.']);
  assert.deepEqual(faults('[a](#page)'), ['docs/page.md: #page leads to no heading.']);
  assert.deepEqual(faults('<img src="../img/b.png">\n\n[a]: gone.md').length, 2);
  assert.deepEqual(faults('[a][b] [c][d]\n\n[B]: more/other.md'), [
    'docs/page.md: [d] is defined nowhere on the page.',
  ]);
});

test('addresses elsewhere are https and whole', () => {
  assert.deepEqual(faults('[a](https://example.org/a?b=1#c) <https://example.org>'), []);
  for (const address of ['http://example.org', 'https://', 'https:/example.org', '//example.org', 'https://example']) {
    assert.equal(faults(`[a](<${address}>)`).length, 1, address);
  }
});

test('code has no links', () => {
  assert.deepEqual(faults('`[a](b.md)`\n\n```sh\n[c](d.md)\n```\n\n``[`e`](f.md)``'), []);
});

test('anchors are those that GitHub makes', () => {
  const text = '# It’s `a.b`, [so](x.md)\n## Twice\n```\n# no heading\n```\n## Twice\n### Ã© 47.9 °C\n';
  assert.deepEqual(anchorsOf(text), ['its-ab-so', 'twice', 'twice-1', 'ã-479-c']);
});
