// The end-to-end tests that run in Firefox too: those of what browsers do each in their own way, which is sockets,
// requests, WebAssembly, timers and fields in which people type. What the engine makes of messages is the same
// everywhere. Downloads are not among them, of which Playwright hears nothing over WebDriver BiDi.
import process from 'node:process';

import { main, run } from './command.mjs';
import { lacksForFirefox, saySkipped } from './firefox.mjs';

const FILES = [
  'editors',
  'feedView',
  'formats',
  'health',
  'history',
  'http',
  'loading',
  'packets',
  'series',
  'sockets',
  'textPath',
  'values',
];
/** Once more, as in a browser without WebAssembly's builtins for strings; see src/wasm/inbox/copy.wat. */
const WITHOUT_BUILTINS = ['formats'];

await main(async () => {
  const lacking = lacksForFirefox();
  if (lacking) {
    saySkipped('end to end in Firefox', lacking);
    return;
  }
  await test(FILES, {});
  console.log('\n— Without builtins for strings');
  await test(WITHOUT_BUILTINS, { FRESHET_BUILTINS: 'none' });
});

/** @param {string[]} names @param {Record<string, string>} env */
async function test(names, env) {
  const files = names.map((name) => `www/test/e2e/${name}.test.mjs`);
  const options = ['--test', '--test-reporter=spec', '--test-concurrency=2'];
  await run(process.execPath, [...options, ...files], { env: { FRESHET_BROWSER: 'firefox', ...env } });
}
