// Looks at what is used of others: `npm run audit`. Without the network: licences, sources, duplicates and checksums, and
// cargo-deny where it is installed. `npm run audit -- --online` asks for known faults too, which needs the databases of
// RustSec and npm.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { parse } from 'smol-toml';

import { ask, find, isMain, main, ROOT, run } from './command.mjs';
import {
  cargoLockFaults,
  duplicateFaults,
  installScriptFaults,
  licenceFaults,
  npmLockFaults,
  sourceFaults,
} from './audit/checks.mjs';
import { components } from './package/components.mjs';
import { cargoMetadata, spdx } from './package/crates.mjs';

/** @typedef {{ licenses: { allow: string[] }, bans: { skip: Array<{ crate: string }> } }} Policy */

/** Packages that may run something when they are installed. All look for what is built for this system, or see that it is there. */
const MAY_RUN = ['@parcel/watcher', '@swc/core', 'esbuild', 'protobufjs', 'unrs-resolver'];

const read = (/** @type {string} */ file) => readFileSync(path.join(ROOT, file), 'utf8');

async function audit() {
  const faults = await offlineFaults();
  faults.forEach((fault) => console.log(`  ✗ ${fault}`));
  if (faults.length > 0) {
    process.exitCode = 1;
    return;
  }
  console.log(
    '  ✓ licences, sources and duplicates are as deny.toml wants them, checksums are complete, nothing new runs at installation'
  );
  await cargoDeny(['bans', 'licenses', 'sources']);
  if (process.argv.includes('--online')) {
    await cargoDeny(['advisories']);
    await run('npm', ['audit', '--audit-level=high']);
    await run('npm', ['audit', 'signatures']);
  } else {
    console.log('  - not asked for known faults and signatures: that needs the network (npm run audit -- --online)');
  }
}

/** What can be told from what is here. */
async function offlineFaults() {
  const policy = /** @type {Policy} */ (/** @type {unknown} */ (parse(read('deny.toml'))));
  const crates = cargoMetadata().packages.map((crate) => ({ ...crate, licence: spdx(crate.license) }));
  const bundled = components().filter(({ ecosystem }) => ecosystem === 'npm');
  const locks = lockFiles();
  return [
    ...licenceFaults([...crates, ...bundled], policy.licenses.allow),
    ...sourceFaults(crates),
    ...duplicateFaults(
      crates,
      policy.bans.skip.map(({ crate }) => crate)
    ),
    ...locks.npm.flatMap((file) => npmLockFaults(file, JSON.parse(read(file)))),
    // The other lock files are of servers for tests, which are installed with --ignore-scripts.
    ...installScriptFaults(JSON.parse(read('package-lock.json')), MAY_RUN),
    ...locks.cargo.flatMap((file) => cargoLockFaults(file, parse(read(file)))),
  ];
}

function lockFiles() {
  const files = (ask('git', '-c', 'safe.directory=*', 'ls-files') ?? '').split('\n');
  return {
    npm: files.filter((file) => path.basename(file) === 'package-lock.json'),
    cargo: files.filter((file) => path.basename(file) === 'Cargo.lock'),
  };
}

/** @param {string[]} checks */
async function cargoDeny(checks) {
  if (!find('cargo-deny')) {
    console.log(
      `  - cargo-deny is not installed (cargo install --locked cargo-deny), so it did not check ${checks.join(', ')}`
    );
    return;
  }
  const offline = checks.includes('advisories') ? [] : ['--offline'];
  await run('cargo', ['deny', '--log-level', 'error', ...offline, 'check', ...checks]);
  console.log(`  ✓ cargo-deny: ${checks.join(', ')}`);
}

if (isMain(import.meta.url)) {
  await main(audit);
}
