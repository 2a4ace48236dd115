// Runs functions of a test in a browser's page.
import { setTimeout as sleep } from 'node:timers/promises';

/** Switches of the browser: the collector has to be asked for, and rounds its figures unless told otherwise. */
export const SWITCHES = ['--js-flags=--expose-gc', '--enable-precise-memory-info'];

/** A check that is not done by then never will be: a page that loops answers nobody. */
const PATIENCE_MS = 120_000;

/**
 * Calls a function in the page with the page's kit and some values, and answers with its result. The function is sent
 * as text, so it can use nothing from around it; the values may be functions too.
 *
 * @template Kit
 * @typedef {<Result>(check: (kit: Kit, ...values: any[]) => Result, ...values: unknown[]) => Promise<Awaited<Result>>} Run
 */

/**
 * @template Kit what `window.kit` is on this page
 * @param {{ evaluate: (expression: string) => Promise<any> }} page
 * @returns {Run<Kit>}
 */
export function runner(page) {
  return async (check, ...values) => {
    const late = new AbortController();
    try {
      return await Promise.race([
        page.evaluate(`(${check})(${['window.kit', ...values.map(asText)].join(', ')})`),
        sleep(PATIENCE_MS, undefined, late).then(() => {
          throw new Error(`The page has not answered for ${PATIENCE_MS} ms.`);
        }),
      ]);
    } finally {
      late.abort();
    }
  };
}

/** @param {unknown} value */
const asText = (value) => (typeof value === 'function' ? `(${value})` : (JSON.stringify(value) ?? 'undefined'));
