// Makes a fresh clone ready to build, and leaves alone what is ready. `--tests` also looks for a browser, its
// driver, cargo-fuzz and the servers of others.
// Node built-ins only: this runs before `npm ci` does.
import process from 'node:process';

import { setUpBrowser } from './setup/browser.mjs';
import { setUpFuzzing } from './setup/fuzzing.mjs';
import { setUpNode } from './setup/node.mjs';
import { setUpPython } from './setup/python.mjs';
import { done, fail } from './setup/report.mjs';
import { setUpRust } from './setup/rust.mjs';
import { setUpServers } from './setup/servers.mjs';
import { setUpWasmTools } from './setup/wasmTools.mjs';

try {
  await setUpNode();
  await setUpRust();
  await setUpWasmTools();
  if (process.argv.includes('--tests')) {
    await setUpBrowser();
    await setUpFuzzing();
    await setUpServers();
    await setUpPython();
  }
  done();
} catch (error) {
  fail(error);
}
