// What a panel shows, seen from the test's own process, so that feed and panel can be told in one story.
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * @typedef {{ name: string, type: string, labels?: Record<string, string>, config: Record<string, unknown>,
 *   values: any[] }} Field
 * @typedef {{ refId: string, name?: string, length: number, fields: Field[],
 *   meta: { preferredVisualisationType: string, type?: string, typeVersion?: number[], notices?: Notice[], stats?: Stat[] } }} Frame
 * @typedef {{ severity: string, text: string }} Notice
 * @typedef {{ displayName: string, value: number }} Stat
 * @typedef {{ frames: Frame[], notices: Notice[], states: string[], errors: { refId: string, message: string }[],
 *   packets: number, completed: boolean, faults: string[] }} Shown
 * @typedef {{ settings?: object, request?: object, shared?: string }} PanelOptions `shared`: panels of one name share a
 *   data source
 */

const PATIENCE_MS = 8_000;
let panels = 0;

/**
 * Has a panel read a scripted feed, and waits for the connection.
 * @param {Function} run of the stage
 * @param {import('./script.mjs').Script} script
 * @param {object | object[]} targets
 * @param {PanelOptions} [options]
 */
export async function openPanel(run, script, targets, options) {
  const panel = await openUnconnected(run, script, targets, options);
  await script.connected();
  return panel;
}

/**
 * As `openPanel`, for queries that may never connect.
 * @param {Function} run
 * @param {import('./script.mjs').Script} script
 * @param {object | object[]} targets
 * @param {PanelOptions} [options]
 */
async function openUnconnected(run, script, targets, { settings = {}, request = {}, shared } = {}) {
  const id = `panel ${(panels += 1)}`;
  await run(begin, { id, url: script.url, targets, settings, request, shared });
  return new Panel(run, id);
}

async function begin(
  /** @type {any} */ { source, watch, shelf },
  /** @type {any} */ { id, url, targets, settings, request, shared }
) {
  const known = shared && shelf[shared];
  const dataSource = known ?? (await source(settings, { url }));
  if (shared) {
    shelf[shared] = dataSource;
  }
  shelf[id] = watch(dataSource, targets, request);
}

/** One panel. */
class Panel {
  #run;
  #id;

  /** @param {Function} run @param {string} id */
  constructor(run, id) {
    this.#run = run;
    this.#id = id;
  }

  /** @returns {Promise<Shown>} what the newest packets show */
  async look() {
    const shown = await this.#run(
      (/** @type {any} */ { shelf }, /** @type {string} */ id) => shelf[id].shown(),
      this.#id
    );
    assert.deepEqual(shown.faults, [], 'packets that break the contract of frames');
    return shown;
  }

  /**
   * Waits until what is shown meets a condition.
   * @param {(shown: Shown) => unknown} condition
   * @param {string} what
   * @param {number} [timeoutMs]
   */
  async shows(condition, what, timeoutMs = PATIENCE_MS) {
    const end = performance.now() + timeoutMs;
    for (;;) {
      const shown = await this.look();
      if (condition(shown)) {
        return shown;
      }
      if (performance.now() > end) {
        throw new Error(`waited ${timeoutMs} ms for ${what}; there is ${JSON.stringify(shown).slice(0, 2000)}`);
      }
      await sleep(15);
    }
  }

  /** Waits for so many rows in all frames together. @param {number} count */
  showsRows(count) {
    return this.shows(({ frames }) => rowCount(frames) >= count, `${count} rows`);
  }

  /** The panel leaves the page. */
  async close() {
    await this.#run(
      (/** @type {any} */ { shelf }, /** @type {string} */ id) => void shelf[id].reading.stop(),
      this.#id
    );
  }
}

/** @param {Frame[]} frames */
export const rowCount = (frames) => frames.reduce((sum, { length }) => sum + length, 0);

/** The rows of a frame as objects. @param {Frame} frame @returns {Record<string, unknown>[]} */
export function rowsOf({ fields, length }) {
  return Array.from({ length }, (_, i) => Object.fromEntries(fields.map(({ name, values }) => [name, values[i]])));
}

/** The values of a field, by its name. @param {Frame} frame @param {string} name */
export function column(frame, name) {
  const found = frame.fields.find((field) => field.name === name);
  assert.ok(found, `no field ${name} among ${frame.fields.map((field) => field.name)}`);
  return found.values;
}

/** Texts of the notices that warn. @param {Shown} shown */
export const warnings = ({ notices }) => notices.filter(({ severity }) => severity !== 'info').map(({ text }) => text);

/** What `auto` says of a feed that it reads as plain text. */
export const PLAIN_TEXT =
  'Format detected: Text. Each line is one value. If the feed has another format, choose it in the query.';

/** What the panel inspector says `auto` has found. @param {Frame} frame */
export const detected = ({ meta }) =>
  (meta.stats ?? []).map(({ displayName }) => displayName).filter((name) => name.startsWith('Format detected: '));

/** A counter of the panel inspector. @param {Shown} shown @param {string} name */
export function stat({ frames }, name) {
  return frames[0]?.meta.stats?.find(({ displayName }) => displayName === name)?.value;
}
