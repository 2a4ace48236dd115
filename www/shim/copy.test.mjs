// @ts-check
// Texts on their way into the engine's memory, against the browser's own encoder.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';

import { assembled, held } from '../../scripts/copy.mjs';
import { launch } from '../testing/browser.mjs';

/** The module as an address that a page may import. */
const MODULE = `data:text/javascript;base64,${await readFile(new URL('../../src/wasm/copy.js', import.meta.url), 'base64')}`;

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

for (const builtins of [true, false]) {
  const way = builtins ? 'with the builtins for strings' : 'in a browser without them';

  test(`${way} texts are written as TextEncoder writes them, and nothing around them`, async () => {
    const page = await open(builtins);
    const { copies, wrong, checked } = await page.evaluate(compare, MODULE);
    assert.equal(copies, builtins, 'the module is used where it can be');
    assert.equal(wrong, null);
    assert.equal(checked, 20_000);
  });

  test(`${way} what does not fit is refused, and of one text the beginning is written`, async () => {
    const page = await open(builtins);
    const result = await page.evaluate(async (module) => {
      const { Copier } = await import(module);
      const memory = new WebAssembly.Memory({ initial: 5 });
      const copier = new Copier(memory);
      const into = new Uint8Array(memory.buffer, 8, 5);
      const write = (/** @type {string[]} */ ...texts) => copier.write(texts, 0, texts.length, into);
      return {
        tooLong: write('abcdefgh'),
        beginning: new TextDecoder().decode(into.slice()),
        together: [write('ab', 'cd'), write('ab', 'cde'), write('abcde', ''), write('é°', 'x')],
        // Longer than the module's own room.
        long: copier.write(['é'.repeat(90_000)], 0, 1, new Uint8Array(memory.buffer, 0, 200_000)),
      };
    }, MODULE);
    assert.deepEqual(result, { tooLong: -1, beginning: 'abcde', together: [5, -1, -1, -1], long: 180_000 });
  });
}

/** Runs in the page, which is then like a browser that knows no options of compilation. */
function forgetBuiltins() {
  const { Module, validate } = WebAssembly;
  WebAssembly.validate = (bytes) => validate(bytes);
  WebAssembly.Module = class extends Module {
    constructor(/** @type {BufferSource} */ bytes) {
      super(bytes);
    }
  };
}

/**
 * Runs in the page: texts of every kind of code unit, alone and together.
 * @param {string} module
 */
async function compare(module) {
  const { Copier } = await import(module);
  const memory = new WebAssembly.Memory({ initial: 1 });
  const copier = new Copier(memory);
  const bytes = new Uint8Array(memory.buffer);
  const encoder = new TextEncoder();
  const edges = [0x41, 0x7f, 0x80, 0x7ff, 0x800, 0xd7ff, 0xd800, 0xdbff, 0xdc00, 0xdfff, 0xe000, 0xffff];
  const below = (/** @type {number} */ count) => Math.floor(Math.random() * count);
  const text = () => {
    const plain = Math.random();
    const unit = () => (Math.random() < plain ? 32 + below(90) : edges[below(edges.length)]);
    return String.fromCharCode(...Array.from({ length: below(40) }, unit));
  };
  let checked = 0;
  for (; checked < 20_000; checked++) {
    const texts = Array.from({ length: 1 + below(3) }, text);
    const wanted = encoder.encode(texts.join('\x1e'));
    const start = 1 + below(50);
    const room = 3 * texts.join('\x1e').length;
    bytes.fill(7, 0, 512);
    const written = copier.write(texts, 0, texts.length, bytes.subarray(start, start + room));
    const equal = written === wanted.length && wanted.every((byte, i) => bytes[start + i] === byte);
    if (!equal || bytes[start - 1] !== 7 || bytes[start + room] !== 7) {
      return { copies: copier.copy !== undefined, wrong: { texts, written, wanted: wanted.length }, checked };
    }
  }
  return { copies: copier.copy !== undefined, wrong: null, checked };
}
