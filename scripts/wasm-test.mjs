// Runs the engine's browser tests against a feed server.
import { startFeedServer } from '../www/dev/feed/server.mjs';
import { main, run } from './command.mjs';
import { freePort } from './ports.mjs';

await main(async () => {
  // The tests learn the address when they are compiled, so a port that stays the same saves compiling them again.
  const feed = await startFeedServer({ port: await freePort(9199) });
  try {
    await run('wasm-pack', ['test', '--headless', '--chrome'], { env: { FRESHET_FEED_URL: feed.url } });
  } finally {
    await feed.close();
  }
});
