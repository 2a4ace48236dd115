// Compiles the engine into pkg/. Here rather than in package.json so that wasm-pack finds the tools of set-up.
import { isMain, main, run } from './command.mjs';

export async function buildWasm() {
  await run('wasm-pack', ['build', '--release', '--target', 'web', '--out-dir', 'pkg', '--out-name', 'freshet']);
}

if (isMain(import.meta.url)) {
  await main(buildWasm);
}
