// npm run bench:compare -- <folder> [names]: two builds of the engine take turns on the same messages in one page.
// Runs of one build differ by more than most changes bring, so only this tells what a change does.
//
//   cp -r pkg /tmp/before      keep the engine as it is
//   npm run wasm               build the changed one
//   npm run bench:compare -- /tmp/before arrays binance-trade
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { readRecording } from '../dev/feed/feeds/replay.mjs';
import { startFeedServer } from '../dev/feed/server.mjs';
import { bundle, root, serve } from './pages.mjs';

const [before, ...names] = process.argv.slice(2);
if (!before || names.length === 0) {
  console.error(
    'npm run bench:compare -- <folder with the pkg of another build> <arrays, or a name of recordings/> ...'
  );
  process.exit(2);
}

/** The page's script. */
const BOTH = `
  const [before, after] = [await import('/before/page.js'), await import('/after/page.js')];
  window.bench = { compare: (...args) => after.compare(before, ...args) };
`;

const out = path.join(root, 'target/compare');
await bundle({ entry: 'compare.ts', to: path.join(out, 'before'), pkg: path.resolve(before) });
await bundle({ entry: 'compare.ts', to: path.join(out, 'after') });
await writeFile(path.join(out, 'both.js'), BOTH);
const [feed, { run, close }] = [await startFeedServer({ port: 0 }), await serve(out)];
try {
  for (const name of names) {
    const recording = name === 'arrays' ? undefined : readRecording(name);
    const compared = await run(['compare', feed.url, name, recording], { page: '/both.js' });
    const [toBefore, beforeToHand, afterToHand] = [compared.toBefore, compared.beforeToHand, compared.afterToHand].map(
      (ratio) => ratio.toFixed(3)
    );
    console.log(
      `${name.padEnd(20)} after / before ${toBefore}; of JavaScript by hand: before ${beforeToHand}, after ${afterToHand}`
    );
  }
} finally {
  await feed.close();
  close();
}
