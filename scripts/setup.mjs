// @ts-check
// Makes a fresh clone ready to build, and leaves alone what is ready. `--tests` also looks for a browser and its driver.
// Node built-ins only: this runs before `npm ci` does.
import process from 'node:process';

import { setUpBrowser } from './setup/browser.mjs';
import { setUpNode } from './setup/node.mjs';
import { done, fail } from './setup/report.mjs';
import { setUpRust } from './setup/rust.mjs';
import { setUpWasmTools } from './setup/wasmTools.mjs';

try {
  await setUpNode();
  await setUpRust();
  await setUpWasmTools();
  if (process.argv.includes('--tests')) {
    await setUpBrowser();
  }
  done();
} catch (error) {
  fail(error);
}
