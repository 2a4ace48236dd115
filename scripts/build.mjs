// Builds the engine and the plugin where they are missing or older than their sources.
import { isMain, main, run } from './command.mjs';
import { outdated } from './outdated.mjs';
import { buildWasm } from './wasm.mjs';

export async function buildOutdated() {
  if (outdated('wasm')) {
    console.log('\n— Building the engine');
    await buildWasm();
  }
  if (outdated('plugin')) {
    console.log('\n— Building the plugin');
    await run('webpack', ['--env', 'production']);
  }
}

if (isMain(import.meta.url)) {
  await main(buildOutdated);
}
