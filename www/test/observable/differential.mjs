import assert from 'node:assert/strict';
import { test } from 'node:test';

/**
 * Runs each check twice in a page, with rxjs's Observable and with ours, and compares what they wrote to their logs.
 * A check is `async ({ Observable, rx, log, sleep }) => …`; exceptions that reached the window end its log.
 *
 * @param {ReturnType<typeof import('./stage.mjs').setStage>} stage
 * @param {string} title
 * @param {Record<string, Function>} checks
 */
export function sameAsRxjs(stage, title, checks) {
  test(title, async (t) => {
    const { run } = await stage.open(t);
    for (const [name, check] of Object.entries(checks)) {
      await t.test(name, async () => {
        const { ours, theirs } = await run(compare, check);
        assert.ok(theirs.length > 0, 'the check wrote nothing, so it compares nothing');
        assert.deepEqual(ours, theirs, 'left: what Freshet’s Observable did; right: what rxjs’s did');
      });
    }
  });
}

/**
 * Runs in the page.
 * @param {any} kit
 * @param {Function} check
 */
async function compare(kit, check) {
  const clock = new kit.Clock();
  const sleep = (/** @type {number} */ ms) => new Promise((resolve) => setTimeout(resolve, ms));
  const logOf = async (/** @type {Function} */ Observable) => {
    const log = /** @type {unknown[]} */ ([]);
    const before = kit.errors.length;
    let running = true;
    const run = (async () => check({ Observable, rx: kit.rxjs, log, sleep }))().finally(() => (running = false));
    for (let steps = 0; steps < 1000 && (running || !clock.isIdle); steps++) {
      await clock.step();
    }
    if (running) {
      throw new Error(`The check never ends. So far: ${JSON.stringify(log)}`);
    }
    await run;
    // Each engine words this one in its own way.
    const uncaught = kit.errors
      .slice(before)
      .map((/** @type {string} */ error) => error.replace(/^\S+ (?=is not a function)/, ''));
    return [...log, ...uncaught.map((/** @type {string} */ error) => `uncaught: ${error}`)];
  };
  clock.install();
  try {
    return { theirs: await logOf(kit.rxjs.Observable), ours: await logOf(kit.engine.Observable) };
  } finally {
    clock.uninstall();
  }
}
