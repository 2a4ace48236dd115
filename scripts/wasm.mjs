// Compiles the engine into pkg/. Here rather than in package.json so that wasm-pack finds the tools of set-up.
import { existsSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import process from 'node:process';

import { isMain, main, run } from './command.mjs';

const TARGET = 'wasm32-unknown-unknown';

export async function buildWasm() {
  // Unpacks the crates that are not there yet, so that their folders are known.
  await run('cargo', ['fetch', '--quiet', '--locked', '--target', TARGET]);
  const build = ['build', '--release', '--target', 'web', '--out-dir', 'pkg', '--out-name', 'freshet'];
  await run('wasm-pack', [...build, '--', '--locked', '--config', withoutMachinePaths()]);
}

/**
 * Messages of panics name their source. Those in crates would name folders of this machine, and the wasm would be another
 * one on each. Cargo adds these flags to those in .cargo/config.toml.
 */
function withoutMachinePaths() {
  const sources = path.join(process.env.CARGO_HOME ?? path.join(homedir(), '.cargo'), 'registry', 'src');
  const folders = existsSync(sources) ? readdirSync(sources) : [];
  const flags = folders.map((folder) => `--remap-path-prefix=${path.join(sources, folder)}=crates`);
  return `target.${TARGET}.rustflags=${JSON.stringify(flags)}`;
}

if (isMain(import.meta.url)) {
  await main(buildWasm);
}
