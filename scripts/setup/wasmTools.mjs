import { readFileSync } from 'node:fs';
import path from 'node:path';

import { ask, ROOT } from '../command.mjs';
import { installCrate, installStarter } from './crates.mjs';
import { ready, SetupError } from './report.mjs';

/** wasm-pack, and the wasm-bindgen that fits the crate: versions that differ do not work together. */
export async function setUpWasmTools() {
  const pack = ask('wasm-pack', '--version');
  if (!pack) {
    await installStarter('wasm-pack');
  }
  ready(pack ?? 'wasm-pack');

  const wanted = pinnedWasmBindgen();
  if (ask('wasm-bindgen', '--version') !== `wasm-bindgen ${wanted}`) {
    // Without --locked: its lock file names releases that are no longer to be had.
    await installCrate('wasm-bindgen-cli', '--version', wanted);
  }
  ready(`wasm-bindgen ${wanted}`);
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
