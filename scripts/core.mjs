// Runs the core of the end-to-end tests in a process of its own, whose environment says with what.
import path from 'node:path';
import process from 'node:process';
import { run } from 'node:test';

import { CORE } from '../www/test/e2e/core.mjs';
import { ROOT } from './command.mjs';

/**
 * @typedef {object} Outcome
 * @property {string[]} passed names of tests
 * @property {string[]} failed
 * @property {string[]} missing on the list, and no test
 * @property {number} seconds
 */

/**
 * Prints every test as it ends.
 * @param {Record<string, string>} env what the tests are told besides, such as `FRESHET_HOST`
 * @returns {Promise<Outcome>}
 */
export async function runCore(env) {
  const begun = Date.now();
  const names = Object.values(CORE).flat();
  /** @type {Outcome} */
  const outcome = { passed: [], failed: [], missing: [], seconds: 0 };
  // The tests' process inherits the environment.
  Object.assign(process.env, env);
  const tests = run({
    files: [path.join(ROOT, 'www/test/e2e/allOfCore.mjs')],
    testNamePatterns: names.map((name) => new RegExp(`^${escaped(name)}$`)),
  });
  for await (const { type, data } of tests) {
    if (type === 'test:stderr' || type === 'test:stdout') {
      process.stderr.write(data.message);
    } else if (type === 'test:pass' && names.includes(data.name) && data.skip === undefined) {
      outcome.passed.push(data.name);
      console.log(`  ✔ ${data.name} (${Math.round(data.details.duration_ms)} ms)`);
    } else if (type === 'test:fail') {
      outcome.failed.push(data.name);
      console.log(`  ✖ ${data.name}`, data.details.error.cause ?? data.details.error);
    }
  }
  const ran = new Set([...outcome.passed, ...outcome.failed]);
  outcome.missing = names.filter((name) => !ran.has(name));
  outcome.seconds = (Date.now() - begun) / 1000;
  return outcome;
}

/** @param {string} text */
const escaped = (text) => text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
