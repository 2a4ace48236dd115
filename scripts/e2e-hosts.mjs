// Runs the core of the end-to-end tests with each host besides the one of the full suite, all at a time: the tests wait
// for servers and timers more than they compute. `--update` runs it with that one too and writes the table of versions
// from what passed; names of hosts as arguments run these alone.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';

import { runCore } from './core.mjs';
import { ROOT } from './command.mjs';
import { filledIn, TABLE_PAGE } from './hostsTable.mjs';
import { HOSTS, MAIN_HOST, skipWithoutHost } from './setup/hosts.mjs';

const PAGE = path.join(ROOT, TABLE_PAGE);
const updates = process.argv.includes('--update');
const named = process.argv.slice(2).filter((word) => !word.startsWith('-'));
const wanted = named.length > 0 ? named : HOSTS.filter((name) => name !== MAIN_HOST || updates);

/** How many tests passed with each host, undefined when one failed. @type {Map<string, number | undefined>} */
const passed = new Map();
let failures = 0;

await Promise.all(wanted.map(test));

if (updates) {
  writeFileSync(PAGE, filledIn(readFileSync(PAGE, 'utf8'), passed));
  console.log(`✓ the table in ${TABLE_PAGE} is written`);
}
process.exitCode = failures === 0 ? 0 : 1;

/** @param {string} name */
async function test(name) {
  const missing = skipWithoutHost(name);
  if (missing) {
    console.log(`﹣ Grafana ${name} # ${missing}`);
    return;
  }
  const outcome = await runCore(`Grafana ${name}`, { FRESHET_HOST: name });
  outcome.missing.forEach((test) => console.error(`  ✖ no test is named "${test}" (www/test/e2e/core.mjs)`));
  const wrong = outcome.failed.length + outcome.missing.length;
  const seconds = outcome.seconds.toFixed(0);
  console.log(
    `${wrong === 0 ? '✓' : '✗'} Grafana ${name}: ${outcome.passed.length} passed, ${wrong} not, ${seconds} s`
  );
  failures += wrong;
  passed.set(name, wrong === 0 ? outcome.passed.length : undefined);
}
