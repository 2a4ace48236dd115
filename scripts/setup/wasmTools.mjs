// @ts-check
import { readFileSync } from 'node:fs';
import path from 'node:path';

import { ask, ROOT, run, TOOLS } from '../command.mjs';
import { ready, SetupError, working } from './report.mjs';

/** wasm-pack, and the wasm-bindgen that fits the crate: versions that differ do not work together. */
export async function setUpWasmTools() {
  const pack = ask('wasm-pack', '--version');
  if (!pack) {
    await install('wasm-pack', '--locked');
  }
  ready(pack ?? 'wasm-pack');

  const wanted = pinnedWasmBindgen();
  if (ask('wasm-bindgen', '--version') !== `wasm-bindgen ${wanted}`) {
    // Without --locked: its lock file names releases that are no longer to be had.
    await install('wasm-bindgen-cli', '--version', wanted);
  }
  ready(`wasm-bindgen ${wanted}`);
}

/** @param {string} crate @param {string[]} options */
async function install(crate, ...options) {
  working(`building ${crate} into .cache/tools (a few minutes, once)`);
  await run('cargo', ['install', crate, ...options, '--root', TOOLS]);
}

/** The version that Cargo.toml pins with "=". */
function pinnedWasmBindgen() {
  const manifest = readFileSync(path.join(ROOT, 'Cargo.toml'), 'utf8');
  const version = /^wasm-bindgen\s*=\s*(?:\{[^}]*version\s*=\s*)?"=([^"]+)"/m.exec(manifest)?.[1];
  if (!version) {
    throw new SetupError('Cargo.toml does not pin wasm-bindgen with "=", as it must.');
  }
  return version;
}
