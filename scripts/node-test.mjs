// @ts-check
// Runs the *.test.mjs files under a folder with Node's own runner. Which patterns `node --test` takes differs between
// Node 20 and 22, so the files are found here.
import { readdirSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';

import { main, ROOT, run } from './command.mjs';

const [folder, ...options] = process.argv.slice(2);
const files = readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.test.mjs'))
  .map((name) => path.join(folder, name))
  .sort();
if (files.length === 0) {
  throw new Error(`There are no tests in ${folder}.`);
}
await main(() => run(process.execPath, ['--test', '--test-reporter=spec', ...options, ...files]));
