// `npm test`: every check there is, in an order in which the cheap ones fail first. Stops at the first failure.
import process from 'node:process';
import { stripVTControlCharacters } from 'node:util';

import { CommandError, run } from './command.mjs';

/** @typedef {{ name: string, command: [string, ...string[]], closing: RegExp }} Step */

const CARGO = /^\s*Finished /;
const RUST_TESTS = /^test result:/;
// Of what was skipped, why.
const NODE_TESTS = /^([ℹ#] (tests|pass|fail|skipped|duration_ms) |\s*﹣ .* # )/;
// And which browser each result is of.
const BROWSERS = /^(test result:|Running headless tests in|﹣ )/;
const LAST = /\S/;

/** @type {Step[]} */
const STEPS = [
  { name: 'what is checked in', command: npm('test:tree'), closing: NODE_TESTS },
  { name: 'rustfmt', command: ['cargo', 'fmt', '--all', '--check'], closing: LAST },
  {
    name: 'clippy, host',
    command: ['cargo', 'clippy', '--all-targets', '--', '-D', 'warnings'],
    closing: CARGO,
  },
  {
    name: 'clippy, wasm32',
    command: ['cargo', 'clippy', '--target', 'wasm32-unknown-unknown', '--tests', '--lib', '--', '-D', 'warnings'],
    closing: CARGO,
  },
  { name: 'cargo test', command: ['cargo', 'test'], closing: RUST_TESTS },
  { name: 'engine to wasm', command: npm('wasm'), closing: LAST },
  { name: 'engine in browsers', command: npm('wasm:test'), closing: BROWSERS },
  { name: 'prettier', command: npm('format:check'), closing: LAST },
  { name: 'eslint', command: npm('lint'), closing: LAST },
  { name: 'tsc', command: npm('typecheck'), closing: LAST },
  { name: 'use of other versions of Grafana', command: npm('compat'), closing: /^[✓✗﹣]/ },
  { name: 'jest', command: npm('test:www'), closing: /^(Test Suites|Tests|Snapshots|Time):/ },
  { name: 'feed server, playground server, TCP proxy', command: npm('test:feed'), closing: NODE_TESTS },
  { name: 'plugin build', command: npm('build'), closing: /compiled|✓/ },
  { name: 'size', command: npm('size'), closing: /✓/ },
  { name: 'licences, sources, checksums', command: npm('audit'), closing: /^\s*[✓-] / },
  { name: 'package', command: npm('test:package'), closing: NODE_TESTS },
  { name: 'fuzz', command: npm('fuzz'), closing: /✓/ },
  { name: 'shim against rxjs', command: npm('test:shim'), closing: NODE_TESTS },
  { name: 'end to end', command: npm('test:e2e'), closing: NODE_TESTS },
  { name: 'core, end to end, with other versions of Grafana', command: npm('test:hosts'), closing: /^[✓✗﹣]/ },
  { name: 'end to end in Firefox', command: npm('test:firefox'), closing: NODE_TESTS },
  { name: 'soak, two minutes', command: [...npm('soak'), '--', '2'], closing: /^(\||✓)/ },
];

/** @param {string} script @returns {[string, ...string[]]} */
function npm(script) {
  return ['npm', 'run', '--silent', script];
}

const started = Date.now();
/** @type {Array<{ step: Step, seconds: string, lines: string[] }>} */
const results = [];

for (const [index, step] of STEPS.entries()) {
  console.log(`\n━━ ${index + 1}/${STEPS.length} ${step.name} ━━`);
  const failure = await perform(step);
  const { seconds } = results[results.length - 1];
  console.log(`━━ ${failure ? '✗' : '✓'} ${step.name}, ${seconds} s`);
  if (failure) {
    summarise();
    console.error(`\n✗ ${step.name}: ${failure.message}`);
    process.exit(failure.code || 1);
  }
}
summarise();
console.log(`\n✓ All ${STEPS.length} steps passed.`);

/** @param {Step} step @returns {Promise<CommandError | undefined>} */
async function perform(step) {
  const begun = Date.now();
  let output = '';
  /** @type {CommandError | undefined} */
  let failure;
  try {
    const [command, ...args] = step.command;
    await run(command, args, { onOutput: (text) => (output += text) });
  } catch (error) {
    if (!(error instanceof CommandError)) {
      throw error;
    }
    failure = error;
  }
  const seconds = ((Date.now() - begun) / 1000).toFixed(1);
  results.push({ step, seconds, lines: closingLines(output, step.closing) });
  return failure;
}

/** The lines in which a program sums up what it did. @param {string} output @param {RegExp} closing */
function closingLines(output, closing) {
  const lines = stripVTControlCharacters(output).split(/\r?\n/);
  const found = lines.filter((line) => closing.test(line)).map((line) => line.trim());
  return closing === LAST ? found.slice(-1) : found;
}

function summarise() {
  console.log('\n━━ Summary ━━');
  for (const { step, seconds, lines } of results) {
    console.log(`${step.name}, ${seconds} s`);
    lines.forEach((line) => console.log(`    ${line}`));
  }
  console.log(`${results.length} of ${STEPS.length} steps in ${((Date.now() - started) / 1000).toFixed(0)} s`);
}
