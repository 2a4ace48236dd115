// Runs the core of the end-to-end tests in a process of its own, whose environment says with what. The module is both:
// what starts the process, and the program in it.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import process from 'node:process';
import { run } from 'node:test';
import { fileURLToPath } from 'node:url';

import { CORE } from '../www/test/e2e/core.mjs';
import { CommandError, environment, isMain, ROOT } from './command.mjs';

/**
 * @typedef {object} Outcome
 * @property {string[]} passed names of tests
 * @property {string[]} failed
 * @property {string[]} missing on the list, and no test
 * @property {number} seconds
 */

/**
 * Prints every test as it ends. Several may run at a time.
 * @param {string} title what stands before each line
 * @param {Record<string, string>} env what the tests are told besides, such as `FRESHET_HOST`
 * @returns {Promise<Outcome>}
 */
export async function runCore(title, env) {
  const begun = Date.now();
  const child = fork(fileURLToPath(import.meta.url), [title], { cwd: ROOT, env: { ...environment, ...env } });
  /** @type {Omit<Outcome, 'seconds'> | undefined} */
  let outcome;
  child.on('message', (message) => void (outcome = /** @type {Outcome} */ (message)));
  const [code, signal] = await once(child, 'close');
  if (!outcome || code !== 0) {
    throw new CommandError(`The tests of ${title} ended before they were through`, code ?? 1, signal);
  }
  return { ...outcome, seconds: (Date.now() - begun) / 1000 };
}

/** @param {string} title @returns {Promise<Omit<Outcome, 'seconds'>>} */
async function program(title) {
  const names = Object.values(CORE).flat();
  /** @type {{ passed: string[], failed: string[] }} */
  const outcome = { passed: [], failed: [] };
  const tests = run({
    files: [path.join(ROOT, 'www/test/e2e/allOfCore.mjs')],
    testNamePatterns: names.map((name) => new RegExp(`^${escaped(name)}$`)),
  });
  for await (const { type, data } of tests) {
    if (type === 'test:stderr' || type === 'test:stdout') {
      process.stderr.write(data.message);
    } else if (type === 'test:pass' && names.includes(data.name) && data.skip === undefined) {
      outcome.passed.push(data.name);
      console.log(`  ✔ ${title}: ${data.name} (${Math.round(data.details.duration_ms)} ms)`);
    } else if (type === 'test:fail') {
      outcome.failed.push(data.name);
      console.log(`  ✖ ${title}: ${data.name}`, data.details.error.cause ?? data.details.error);
    }
  }
  const ran = new Set([...outcome.passed, ...outcome.failed]);
  return { ...outcome, missing: names.filter((name) => !ran.has(name)) };
}

/** @param {string} text */
const escaped = (text) => text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');

if (isMain(import.meta.url)) {
  process.send?.(await program(process.argv[2]));
}
