// Texts on their way into the engine's memory, against the browser's own encoder.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';

import { assembled, held } from '../../../scripts/copy.mjs';
import { launch } from '../support/browser.mjs';
import { forgetBuiltins } from '../support/builtins.mjs';
import { withRandom } from '../support/random.mjs';

/** The module as an address that a page may import. */
const MODULE = `data:text/javascript;base64,${await readFile(new URL('../../../src/wasm/inbox/copy.js', import.meta.url), 'base64')}`;

/** @type {import('playwright-core').Browser} */
let browser;

before(async () => {
  browser = await launch({});
});

/**
 * A page, in a browser that has the builtins or is made to lack them.
 * @param {boolean} builtins
 */
async function open(builtins) {
  const page = await browser.newPage();
  if (!builtins) {
    await page.evaluate(forgetBuiltins);
  }
  return page;
}

after(async () => {
  await browser.close();
});

test('copy.js holds what copy.wat assembles to', async () => {
  assert.equal(await held(), await assembled());
});

test('texts are copied as TextEncoder encodes them, a separator behind, and nothing around them', async () => {
  const page = await open(true);
  await withRandom(page, async () => {
    const { wrong, checked, refused } = await page.evaluate(compareCopies, MODULE);
    assert.equal(wrong, null);
    assert.equal(checked, 20_000);
    assert.ok(refused > 1000 && refused < 19_000, `${refused} did not fit`);
  });
});

test('the longest text is copied whole', async () => {
  const page = await open(true);
  const result = await page.evaluate(async (module) => {
    const { Copier } = await import(module);
    const memory = new WebAssembly.Memory({ initial: 2 });
    const { copy, longest } = new Copier(memory);
    const bytes = new Uint8Array(memory.buffer);
    const fill = (/** @type {string} */ unit) => {
      const end = copy(unit.repeat(longest), 8, bytes.length);
      return new TextDecoder().decode(bytes.slice(8, end)) === `${unit.repeat(longest)}\x1e`;
    };
    return { longest, ascii: fill('a'), wide: fill('€') };
  }, MODULE);
  assert.deepEqual(result, { longest: 16_384, ascii: true, wide: true });
});

test('a browser without the builtins for strings copies no text', async () => {
  const page = await open(false);
  const result = await page.evaluate(async (module) => {
    const { Copier } = await import(module);
    const { copy, longest } = new Copier(new WebAssembly.Memory({ initial: 1 }));
    return { copy: typeof copy, longest };
  }, MODULE);
  assert.deepEqual(result, { copy: 'undefined', longest: -1 });
});

test('texts are written together with separators between them; what does not fit is refused', async () => {
  const page = await open(true);
  const result = await page.evaluate(async (module) => {
    const { Copier } = await import(module);
    const memory = new WebAssembly.Memory({ initial: 5 });
    const copier = new Copier(memory);
    const into = new Uint8Array(memory.buffer, 8, 5);
    const write = (/** @type {string[]} */ ...texts) => copier.write(texts, 0, texts.length, into);
    const written = () => new TextDecoder().decode(into.slice());
    return {
      tooLong: write('abcdefgh'),
      beginning: written(),
      together: [write('ab', 'cde'), write('abcde', ''), write('é°', 'x'), write('ab', 'cd')],
      last: written(),
      some: [copier.write(['a', 'b', 'c', 'd'], 1, 3, into), written().slice(0, 3)],
      long: copier.write(['é'.repeat(90_000)], 0, 1, new Uint8Array(memory.buffer, 0, 200_000)),
    };
  }, MODULE);
  assert.deepEqual(result, {
    tooLong: -1,
    beginning: 'abcde',
    together: [-1, -1, -1, 5],
    last: 'ab\x1ecd',
    some: [3, 'b\x1ec'],
    long: 180_000,
  });
});

/**
 * Runs in the page: texts of every kind of code unit, into too little room now and then.
 * @param {string} module
 */
async function compareCopies(module) {
  const { Copier } = await import(module);
  const memory = new WebAssembly.Memory({ initial: 1 });
  const copier = new Copier(memory);
  const bytes = new Uint8Array(memory.buffer);
  const encoder = new TextEncoder();
  const edges = [0x41, 0x7f, 0x80, 0x7ff, 0x800, 0xd7ff, 0xd800, 0xdbff, 0xdc00, 0xdfff, 0xe000, 0xffff];
  const below = (/** @type {number} */ count) => Math.floor(window.random() * count);
  let refused = 0;
  for (let checked = 0; checked < 20_000; checked++) {
    const plain = window.random();
    const unit = () => (window.random() < plain ? 32 + below(90) : edges[below(edges.length)]);
    const text = String.fromCharCode(...Array.from({ length: below(40) }, unit));
    const wanted = encoder.encode(`${text}\x1e`);
    const start = 1 + below(50);
    const room = below(4 * text.length + 2);
    bytes.fill(7, 0, 512);
    const end = copier.copy(text, start, start + room);
    const untouched = bytes[start - 1] === 7 && bytes.subarray(start + room, 512).every((byte) => byte === 7);
    // From the first unit on that is not ASCII it may take three bytes for one.
    const narrow = Math.max(0, text.search(/[^\0-\x7f]/));
    const most = /^[\0-\x7f]*$/.test(text) ? text.length : narrow + 3 * (text.length - narrow);
    const right =
      end === 0 ? most >= room : end === start + wanted.length && wanted.every((byte, i) => bytes[start + i] === byte);
    if (!right || !untouched) {
      return { wrong: { text, start, room, end, wanted: wanted.length }, checked, refused };
    }
    refused += end === 0 ? 1 : 0;
  }
  return { wrong: null, checked: 20_000, refused };
}
