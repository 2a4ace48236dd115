// Runs the *.test.mjs files under some folders with Node's own runner. Which patterns `node --test` takes differs between
// Node 20 and 22, so the files are found here.
import { readdirSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';

import { main, ROOT, run } from './command.mjs';

const folders = process.argv.slice(2).filter((word) => !word.startsWith('-'));
const options = process.argv.slice(2).filter((word) => word.startsWith('-'));
const files = folders.flatMap(testsIn);
await main(() => run(process.execPath, ['--test', '--test-reporter=spec', ...options, ...files]));

/** @param {string} folder */
function testsIn(folder) {
  const files = readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.mjs'))
    .map((name) => path.join(folder, name))
    .sort();
  if (files.length === 0) {
    throw new Error(`There are no tests in ${folder}.`);
  }
  return files;
}
