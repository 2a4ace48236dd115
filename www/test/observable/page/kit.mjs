// What the checks find in the page: the engine, real rxjs, and a few words to write checks with.
import init, * as engine from 'engine';
import { Clock } from './clock.mjs';
import { liveTimers } from './timers.mjs';

/**
 * @typedef {typeof kit} Kit
 * @typedef {{ fields: { name: string, values: unknown[] }[] }} Frame
 */

const exports = await init({ module_or_path: new URL('/freshet_bg.wasm', location.href) });

/** @type {string[]} what has reached the window */
const errors = [];
window.addEventListener('error', (event) => {
  errors.push(event.error?.message ?? String(event.error));
  event.preventDefault();
});

/** @param {number} ms @returns {Promise<void>} */
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** @param {() => unknown} condition @param {string} what */
async function until(condition, what, timeoutMs = 5000) {
  const end = performance.now() + timeoutMs;
  while (!condition()) {
    if (performance.now() > end) {
      throw new Error(`waited ${timeoutMs} ms for ${what}`);
    }
    await sleep(5);
  }
}

/**
 * A query of one target; `settings` are the data source's, `request` and the rest go where their names say.
 * @param {string} path
 * @param {{ settings?: object, request?: object } & Record<string, unknown>} [options]
 */
function stream(path, { settings, request, ...target } = {}) {
  const source = { uid: 'feed', name: 'Feed', url: window.feedUrl, settings: { lingerMs: 0, ...settings } };
  const range = { from: Date.now() - 300_000, to: Date.now(), raw: { from: 'now-5m', to: 'now' } };
  return engine.query({ requestId: 'Q100', range, targets: [{ refId: 'A', path, ...target }], ...request }, source);
}

/**
 * Values of a field of a packet's only frame.
 * @param {{ data: Frame[] }} packet
 * @returns {any[]}
 */
const values = (packet, name = 'value') => packet.data[0].fields.find((field) => field.name === name)?.values ?? [];

/** Major collections until what they set free has been reported to the finalizers. */
async function collectGarbage(rounds = 5) {
  for (let round = 0; round < rounds; round++) {
    await window.gc({ type: 'major', execution: 'async' });
    await sleep(10);
  }
}

/** What a leak would show in. */
async function usage() {
  await collectGarbage();
  return {
    heap: performance.memory.usedJSHeapSize,
    wasm: exports.memory.buffer.byteLength,
    references: exports.__wbindgen_externrefs.length,
    timers: liveTimers(),
    connections: engine.connections().length,
  };
}

const kit = {
  Clock,
  engine,
  errors,
  sleep,
  until,
  stream,
  values,
  collectGarbage,
  usage,
  liveTimers,
  feedUrl: window.feedUrl,
  /** What one step of a check leaves for the next. @type {any} */
  shelf: {},
  get rxjs() {
    return window.rxjs;
  },
};
window.kit = kit;
