// Makes a fresh clone ready to build, and leaves alone what is ready. `--tests` also looks for browsers, their drivers,
// cargo-fuzz, the servers of others and other versions of Grafana's packages; `--servers` besides installs those that are
// large.
// Node built-ins only: this runs before `npm ci` does.
import process from 'node:process';

import { setUpBrowser, setUpFirefox } from './setup/browser.mjs';
import { setUpFuzzing } from './setup/fuzzing.mjs';
import { setUpHosts } from './setup/hosts.mjs';
import { setUpNode } from './setup/node.mjs';
import { setUpOwnFolders } from './setup/ownFolders.mjs';
import { setUpPython } from './setup/python.mjs';
import { done, fail } from './setup/report.mjs';
import { setUpRust } from './setup/rust.mjs';
import { setUpServers } from './setup/servers.mjs';
import { setUpWasmTools } from './setup/wasmTools.mjs';

async function setUpBuild() {
  await setUpRust();
  await setUpWasmTools();
}

async function setUpTests() {
  await setUpBrowser();
  await setUpFirefox();
  await setUpFuzzing();
  await setUpServers();
  await setUpPython();
}

try {
  await setUpNode();
  if (process.argv.includes('--tests')) {
    // They go into folders that nothing else here touches, so the rest need not wait for them.
    await Promise.all([setUpBuild().then(setUpTests), setUpOwnFolders().then(setUpHosts)]);
  } else {
    await setUpBuild();
  }
  done();
} catch (error) {
  fail(error);
}
