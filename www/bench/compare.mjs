// npm run bench:compare -- <folder> [names]: two builds of the engine take turns on the same messages in one page.
// Runs of one build differ by more than most changes bring, so only this tells what a change does.
//
//   cp -r pkg /tmp/before      keep the engine as it is
//   npm run wasm               build the changed one
//   npm run bench:compare -- /tmp/before arrays binance-trade
import path from 'node:path';
import { readRecording } from '../feed/feeds/replay.mjs';
import { startFeedServer } from '../feed/server.mjs';
import { launch } from '../testing/browser.mjs';
import { bundle, root, serve } from './pages.mjs';

const [before, ...names] = process.argv.slice(2);
if (!before || names.length === 0) {
  console.error(
    'npm run bench:compare -- <folder with the pkg of another build> <arrays, or a name of recordings/> ...'
  );
  process.exit(2);
}

const out = path.join(root, 'target/compare');
await bundle({ entry: 'compare.ts', to: path.join(out, 'before'), pkg: path.resolve(before) });
await bundle({ entry: 'compare.ts', to: path.join(out, 'after') });
const [feed, server] = [await startFeedServer({ port: 0 }), await serve(out)];
const browser = await launch();
try {
  for (const name of names) {
    const recording = name === 'arrays' ? undefined : readRecording(name);
    // Code that something else has run through is compiled otherwise, hence a page for each.
    const page = await browser.newPage();
    page.on('pageerror', (error) => console.error(error));
    await page.goto(server.url);
    const compared = await page.evaluate(
      async ([feedUrl, name, recording]) => {
        const [before, after] = [await import('/before/page.js'), await import('/after/page.js')];
        return after.compare(before, feedUrl, name, recording);
      },
      [feed.url, name, recording]
    );
    const [toBefore, beforeToHand, afterToHand] = [compared.toBefore, compared.beforeToHand, compared.afterToHand].map(
      (ratio) => ratio.toFixed(3)
    );
    console.log(
      `${name.padEnd(20)} after / before ${toBefore}; of JavaScript by hand: before ${beforeToHand}, after ${afterToHand}`
    );
    await page.close();
  }
} finally {
  await browser.close();
  await feed.close();
  server.close();
}
