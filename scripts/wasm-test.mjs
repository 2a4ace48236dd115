// Runs the engine's browser tests against a feed server, in Chromium and in Firefox.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { startFeedServer } from '../www/dev/feed/server.mjs';
import { CommandError, main, ROOT, run } from './command.mjs';
import { GECKODRIVER, lacksForFirefox, saySkipped } from './firefox.mjs';
import { freePort } from './ports.mjs';

/**
 * The server of wasm-bindgen's test runner keeps the connections of a browser, which opens six at a time. A page of more
 * modules waits now and then for one of them for ever, without a word. Two are the runner's own.
 */
const MOST_MODULES = 4;

await main(async () => {
  const modules = modulesOfEngine();
  if (modules.size > MOST_MODULES) {
    const names = [...modules].join(', ');
    throw new CommandError(`The engine imports more JavaScript modules than its tests can load: ${names}`, 1);
  }
  // The tests learn the address when they are compiled, so a port that stays the same saves compiling them again.
  const feed = await startFeedServer({ port: await freePort(9199) });
  try {
    await testIn('--chrome', feed.url);
    const lacking = lacksForFirefox(GECKODRIVER);
    if (lacking) {
      saySkipped('engine in Firefox', lacking);
    } else {
      await testIn('--firefox', feed.url);
    }
  } finally {
    await feed.close();
  }
});

/** @param {'--chrome' | '--firefox'} browser @param {string} feedUrl */
function testIn(browser, feedUrl) {
  return run('wasm-pack', ['test', '--headless', browser], { env: { FRESHET_FEED_URL: feedUrl } });
}

/** The JavaScript modules that the Rust of the engine imports. */
function modulesOfEngine() {
  const folder = path.join(ROOT, 'src', 'wasm');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.rs'));
  const imports = files.flatMap((file) => [
    ...readFileSync(path.join(folder, file), 'utf8').matchAll(/wasm_bindgen\(module = "([^"]+)"\)/g),
  ]);
  return new Set(imports.map(([, module]) => module));
}
