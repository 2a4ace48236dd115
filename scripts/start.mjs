// `npm start`: builds what is out of date, then serves a feed and the playground until Ctrl-C.
import path from 'node:path';
import process from 'node:process';

import { buildOutdated } from './build.mjs';
import { main, ROOT } from './command.mjs';
import { freePort } from './ports.mjs';

const FEED_PORT = 9190;
const PLAYGROUND_PORT = 3999;

await main(async () => {
  await buildOutdated();
  console.log('\n— Building the playground');
  // Imported here and not above: what these need may have been missing until now.
  const playground = await import('../www/dev/playground/build.mjs');
  const { startFeedServer } = await import('../www/dev/feed/server.mjs');
  await playground.build({ watch: false });

  const feed = await startFeedServer({ port: await freePort(FEED_PORT) });
  const distDir = path.join(ROOT, 'dist');
  const site = await playground.serve({ port: await freePort(PLAYGROUND_PORT), feedUrl: feed.url, distDir });
  console.log(`
  Feed server  ${feed.url}   (${feed.httpUrl} lists its feeds)
  Playground   ${site.url}

  Open the playground in a browser. Ctrl-C ends both.
`);
  closeAtEnd(site, feed);
});

/** @param {Array<{ close(): Promise<unknown> }>} servers */
function closeAtEnd(...servers) {
  for (const signal of ['SIGINT', 'SIGTERM']) {
    process.once(signal, async () => {
      await Promise.all(servers.map((server) => server.close()));
      process.exit(0);
    });
  }
}
