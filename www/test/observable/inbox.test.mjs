// Messages on their way from a socket into the engine's memory: what comes out of the inbox is what went in.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';

import { launch } from '../support/browser.mjs';
import { withRandom } from '../support/random.mjs';

/** @typedef {import('playwright-core').Page} Page */

/** @param {string} name */
async function address(name) {
  return `data:text/javascript;base64,${await readFile(new URL(`../../../src/wasm/inbox/${name}.js`, import.meta.url), 'base64')}`;
}

const MODULES = { copy: await address('copy'), inbox: await address('inbox') };

/** @type {import('playwright-core').Browser} */
let browser;

before(async () => {
  browser = await launch({});
});

after(async () => {
  await browser.close();
});

/** A page in which `window.inbox` makes an inbox, and what takes everything out of it as the engine does. */
async function open() {
  const page = await browser.newPage();
  await page.evaluate(prepare, MODULES);
  return page;
}

/**
 * Runs in the page.
 * @param {typeof MODULES} modules
 */
async function prepare(modules) {
  const { Inbox } = await import(modules.inbox);
  const { Copier } = await import(modules.copy);
  const decoder = new TextDecoder();
  // Where in the memory stand the times, eight bytes for each of 1,024 messages, and behind them the texts.
  const TIMES = 1024;
  const STAGE = TIMES + 8 * 1024;

  Object.assign(window, {
    /** @param {{ builtins?: boolean, stageBytes?: number }} options */
    inbox({ builtins = true, stageBytes = 1 << 16 } = {}) {
      const memory = new WebAssembly.Memory({ initial: 20 });
      const copier = new Copier(memory);
      if (!builtins) {
        copier.longest = -1;
      }
      const stage = new Uint8Array(memory.buffer, STAGE, stageBytes);
      const times = new Float64Array(memory.buffer, TIMES, 1024);
      const into = () => new Uint8Array(memory.buffer, 1 << 18, 1 << 20);
      /** @type {Array<{ message: string | number[], time: number, kind: number }>} */
      const taken = [];
      const calls = { first: 0, full: 0, flushes: 0 };
      const read = (/** @type {number} */ written) => decoder.decode(into().slice(0, written));
      const waiting = () => {
        if (inbox.kind === 0) {
          if (inbox.endAt(inbox.count - 1) + 1 !== inbox.staged()) {
            throw new Error('behind the last text stands more than a separator');
          }
          return Array.from({ length: inbox.count }, (_, i) => {
            const start = i === 0 ? 0 : inbox.endAt(i - 1) + 1;
            return decoder.decode(new Uint8Array(memory.buffer, STAGE + start, inbox.endAt(i) - start).slice());
          });
        }
        if (inbox.kind === 1) {
          const together = read(inbox.write(into()));
          const singly = Array.from({ length: inbox.count }, (_, i) => read(inbox.writeOne(i, into())));
          if (together !== singly.join('\x1e')) {
            throw new Error('together they are not what they are singly');
          }
          return singly;
        }
        const bytes = new Uint8Array(inbox.waiting);
        const lengths = new Uint32Array(inbox.count);
        inbox.bytes(bytes, lengths);
        let at = 0;
        return Array.from(lengths, (length) => Array.from(bytes.slice(at, (at += length))));
      };
      const flush = () => {
        if (inbox.count === 0) {
          return;
        }
        calls.flushes += 1;
        inbox.writeTimes();
        const now = new Float64Array(memory.buffer, TIMES, inbox.count);
        taken.push(...waiting().map((message, i) => ({ message, time: now[i], kind: inbox.kind })));
        inbox.clear();
      };
      const first = () => (calls.first += 1);
      const full = () => {
        calls.full += 1;
        flush();
      };
      const inbox = new Inbox(first, full, copier, stage, times);
      const socket = new EventTarget();
      inbox.listen(socket);
      const send = (/** @type {unknown} */ data) => {
        const event = new MessageEvent('message', { data });
        socket.dispatchEvent(event);
        return event;
      };
      return { inbox, socket, memory, taken, calls, flush, send };
    },
  });
}

/** What the page's function gives. @typedef {any} Kit */

/**
 * Runs in the page: messages of every kind, taken out now and then.
 * @param {boolean} builtins
 */
function sendAndTake(builtins) {
  const { taken, calls, flush, send } = /** @type {Kit} */ (window).inbox({ builtins });
  const below = (/** @type {number} */ count) => Math.floor(window.random() * count);
  const text = (/** @type {number} */ units) =>
    ['a', 'é', '€', '😀', '\x1e', '"v":1,'][below(6)].repeat(units).slice(0, units);
  const kinds = [
    () => text(below(20)),
    () => text(below(20)),
    () => text(below(400)),
    () => text(16_380 + below(10)),
    () => text(20_000 + below(50_000)),
    () => Uint8Array.from({ length: below(300) }, (_, i) => i).buffer,
    () => new Uint8Array(200_000).fill(below(200)).buffer,
  ];
  const sent = [];
  for (let run = 0; run < 150; run++) {
    // Mostly runs of one kind, as feeds are.
    const make = kinds[below(kinds.length)];
    for (let count = make === kinds[6] || make === kinds[4] ? 1 + below(3) : below(600); count > 0; count--) {
      const data = make();
      const event = send(data);
      sent.push({ data, at: performance.timeOrigin + event.timeStamp });
    }
    if (window.random() < 0.3) {
      flush();
    }
  }
  flush();
  const same = (/** @type {any} */ data, /** @type {any} */ message) =>
    typeof data === 'string'
      ? data === message || new TextDecoder().decode(new TextEncoder().encode(data)) === message
      : String(new Uint8Array(data)) === String(message);
  const wrong = sent.findIndex(({ data }, i) => !taken[i] || !same(data, taken[i].message));
  const apart = Math.max(...sent.map(({ at }, i) => Math.abs(at - taken[i].time)));
  const ascending = taken.every(
    (/** @type {any} */ now, /** @type {number} */ i) => i === 0 || taken[i - 1].time <= now.time
  );
  const used = [...new Set(taken.map((/** @type {any} */ { kind }) => kind))].sort().join();
  return { sent: sent.length, taken: taken.length, wrong, apart, ascending, used, calls };
}

for (const builtins of [true, false]) {
  test(`whatever comes is taken as it came, ${builtins ? 'with' : 'without'} the builtins for strings`, async () => {
    const page = await open();
    await withRandom(page, async () => {
      const result = await page.evaluate(sendAndTake, builtins);
      assert.equal(result.taken, result.sent);
      assert.equal(result.wrong, -1);
      assert.ok(result.apart < 5, `arrival times are ${result.apart} ms apart`);
      assert.ok(result.ascending);
      assert.equal(result.used, builtins ? '0,1,2' : '1,2');
      assert.ok(result.calls.flushes > result.sent / 1024);
    });
  });
}

test('the first of those that wait is announced, and so many are taken at once', async () => {
  const page = await open();
  const result = await page.evaluate(() => {
    const { inbox, taken, calls, send } = /** @type {Kit} */ (window).inbox();
    send('1');
    const afterOne = { ...calls };
    for (let i = 2; i <= 1023; i++) {
      send(String(i));
    }
    const before = { ...calls, count: inbox.count };
    send('1024');
    const after = { ...calls, count: inbox.count };
    send('1025');
    return { afterOne, before, after, first: calls.first, last: taken.at(-1).message };
  });
  assert.deepEqual(result, {
    afterOne: { first: 1, full: 0, flushes: 0 },
    before: { first: 1, full: 0, flushes: 0, count: 1023 },
    after: { first: 1, full: 1, flushes: 1, count: 0 },
    first: 2,
    last: '1024',
  });
});

test('a message of another kind, or one for which there is no room, has those before it taken', async () => {
  const page = await open();
  const result = await page.evaluate(() => {
    const { taken, calls, flush, send } = /** @type {Kit} */ (window).inbox({ stageBytes: 3 * 16_384 + 16 });
    const flushes = (/** @type {unknown[]} */ ...messages) => {
      const before = calls.flushes;
      messages.forEach(send);
      const during = calls.flushes - before;
      flush();
      return during;
    };
    return {
      kinds: flushes('1', new ArrayBuffer(1), '2', 'x'.repeat(20_000), '3'),
      wideInAFullStage: flushes('x'.repeat(16_000), '€'.repeat(16_000), 'y'.repeat(2000)),
      longTexts: flushes('x'.repeat(20_000), 'y'.repeat(20_000)),
      binaries: flushes(new ArrayBuffer(200_000), new ArrayBuffer(200_000), new ArrayBuffer(8)),
      taken: taken.map((/** @type {any} */ { message }) => message.length),
    };
  });
  assert.deepEqual(result, {
    kinds: 4,
    wideInAFullStage: 2,
    longTexts: 1,
    binaries: 1,
    taken: [1, 1, 1, 20_000, 1, 16_000, 16_000, 2000, 20_000, 20_000, 200_000, 200_000, 8],
  });
});

test('an engine that takes nothing any more is handed no more than the stage holds', async () => {
  const page = await open();
  const result = await page.evaluate(() => {
    const { inbox, send } = /** @type {Kit} */ (window).inbox();
    inbox.full = () => {};
    for (let i = 0; i < 20_000; i++) {
      send('a text that nobody takes');
    }
    return { count: inbox.count, staged: inbox.staged() };
  });
  assert.ok(result.staged <= 1 << 16 && result.count <= result.staged / 24, JSON.stringify(result));
});

test('times are written although the memory has grown meanwhile', async () => {
  const page = await open();
  const result = await page.evaluate(() => {
    const { memory, taken, flush, send } = /** @type {Kit} */ (window).inbox();
    send('1');
    memory.grow(1);
    send('2');
    flush();
    return taken.map((/** @type {any} */ { message, time }) => [message, Math.abs(time - Date.now()) < 1000]);
  });
  assert.deepEqual(result, [
    ['1', true],
    ['2', true],
  ]);
});

test('when the wall clock is set, or went on while the machine slept, messages come by the new time', async () => {
  const page = await open();
  const result = await page.evaluate(async () => {
    const { inbox, taken, flush, send } = /** @type {Kit} */ (window).inbox();
    const dateNow = Date.now;
    const off = (/** @type {number} */ by) => Math.abs(taken.at(-1).time - dateNow() - by) < 50;
    send('1');
    flush();
    const before = off(0);
    // As after a night of sleep: at once.
    Date.now = () => dateNow() + 3_600_000;
    send('2');
    flush();
    const slept = off(3_600_000);
    // Set back: at once as well.
    Date.now = () => dateNow() - 3_600_000;
    send('3');
    flush();
    return { before, slept, back: off(-3_600_000), none: inbox.count };
  });
  assert.deepEqual(result, { before: true, slept: true, back: true, none: 0 });
});

test("when the last message came is told by the page's clock, which nobody sets", async () => {
  const page = await open();
  const result = await page.evaluate(() => {
    const { inbox, flush, send } = /** @type {Kit} */ (window).inbox();
    const dateNow = Date.now;
    Date.now = () => dateNow() + 3_600_000;
    const first = send('1').timeStamp;
    const one = inbox.writeTimes() === first;
    const second = send('2').timeStamp;
    const both = inbox.writeTimes() === second;
    flush();
    const third = send('3').timeStamp;
    return { one, both, later: inbox.writeTimes() === third };
  });
  assert.deepEqual(result, { one: true, both: true, later: true });
});

test('a socket that is listened to no more fills no inbox', async () => {
  const page = await open();
  const count = await page.evaluate(() => {
    const { inbox, socket, send } = /** @type {Kit} */ (window).inbox();
    send('1');
    inbox.unlisten(socket);
    send('2');
    return inbox.count;
  });
  assert.equal(count, 1);
});
