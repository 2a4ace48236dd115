// npm run bench:scale [load …]: dashboards that draw, as the playground shows them: how much of the main thread they take,
// how late frames come, and how much heap there is. Beside Freshet stand the plugin of Grafana's tutorial, the drawing
// alone, and the drawing beside a socket whose handler does nothing. Prints the table for docs/benchmarks.md.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { main } from '../../scripts/command.mjs';
import { outdated } from '../../scripts/outdated.mjs';
import { startFeedServer } from '../dev/feed/server.mjs';
import { build } from '../dev/playground/build.mjs';
import { serve } from '../dev/playground/serve.mjs';
import { bundle, root } from './pages.mjs';
import { openTab } from './tab.mjs';

/** Before it is measured: until code is compiled well and rings are full. */
const WARM_UP_MS = 8000;
const MEASURED_MS = 15_000;

const FIELDS = [
  { path: '$.time', role: 'time' },
  { path: '$.value', type: 'number' },
];
const LABELLED = [...FIELDS, { path: '$.id', role: 'label' }];

/**
 * @typedef {import('./scalePage').Contestant} Contestant
 * @typedef {Partial<import('./scalePage').Load> & { title: string, path: string, fields?: object[], ms?: number }} Row
 *   `path` of the feed; what is left out is one panel of one series with 1,000 rows
 */

/** @type {Record<string, Row>} */
const LOADS = {
  quiet: { title: '3 panels, 10 messages/s', panels: 3, path: '/burst?rate=10' },
  thousands: { title: '3 panels, 5,000 messages/s', panels: 3, path: '/burst?rate=5000' },
  flood: { title: '3 panels, 20,000 messages/s', panels: 3, path: '/burst?rate=20000' },
  megabyte: { title: '3 panels, 1 MB/s in 20 messages', panels: 3, path: '/burst?rate=20&rows=1000' },
  panels: { title: '100 panels, 100 messages/s', panels: 100, path: '/burst?rate=100' },
  series: {
    title: '1,000 series of 10 rows, 1,000 messages/s',
    series: 1000,
    rows: 10,
    path: '/burst?rate=1000&series=1000',
    fields: LABELLED,
  },
  rows: { title: '100,000 rows, 20 messages/s of 1,000', rows: 100_000, path: '/burst?rate=20&rows=1000' },
  // As many messages as ten a second make in eight hours.
  hours: { title: '3 panels, 8 hours in 2 minutes', panels: 3, path: '/burst?rate=2400', ms: 120_000 },
};

/** @type {Contestant[]} */
const CONTESTANTS = ['freshet', 'browser', 'drawing', 'tutorial'];

/** @typedef {{ rate: number, share: number, late: number, longest: number, heap: number, growth: number }} Result */

await main(async () => {
  const names = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(LOADS);
  const unknown = names.filter((name) => !(name in LOADS));
  if (unknown.length > 0) {
    throw new Error(`There is no load ${unknown.join(', ')}. There are ${Object.keys(LOADS).join(', ')}.`);
  }
  if (outdated('playground')) {
    await build();
  }
  const out = path.join(root, 'target/bench/scale');
  await bundle({ entry: 'scalePage.ts', to: out });
  const script = await readFile(path.join(out, 'page.js'), 'base64');
  console.log('| Load | Filled by | Messages/s | Main thread | Frame gap, 99 % | Longest | Heap | Heap grew by |');
  console.log('| ---- | --------- | ---------- | ----------- | --------------- | ------- | ---- | ------------ |');
  for (const name of names) {
    for (const contestant of CONTESTANTS) {
      console.log(lineOf(LOADS[name].title, contestant, await measure(script, contestant, LOADS[name])));
    }
  }
});

/**
 * @param {string} script of the page
 * @param {Contestant} contestant
 * @param {Row} row
 * @returns {Promise<Result>}
 */
async function measure(script, contestant, row) {
  const { panels = 1, rows = 1000, series = 1, fields = FIELDS, ms = MEASURED_MS } = row;
  const feed = await startFeedServer();
  const site = await serve({ port: 0, distDir: path.join(root, 'dist'), feedUrl: feed.url });
  const tab = await openTab(new URL('harness.html', site.url).href, ['--window-size=1400,900']);
  try {
    while (!(await tab.evaluate(`'harnessReady' in window`))) {
      await sleep(50);
    }
    await tab.evaluate(`import('data:text/javascript;base64,${script}').then(() => undefined)`);
    const load = { panels, rows, series, query: { path: row.path, fields, capacity: rows * series } };
    await tab.evaluate(
      `window.scale.start(${JSON.stringify(contestant)}, ${JSON.stringify(feed.url)}, ${JSON.stringify(load)})`
    );
    await sleep(WARM_UP_MS);
    await tab.collectGarbage();
    const before = await tab.figures();
    const [begun, sent] = [performance.now(), sentBy(feed)];
    await tab.evaluate('window.scale.frameGaps() && undefined');
    await sleep(ms);
    const { late, longest } = await tab.evaluate('window.scale.frameGaps()');
    const seconds = (performance.now() - begun) / 1000;
    const { busy } = await tab.figures();
    const rate = (sentBy(feed) - sent) / seconds;
    await tab.collectGarbage();
    const { heap } = await tab.figures();
    return { rate, share: (busy - before.busy) / seconds, late, longest, heap, growth: heap - before.heap };
  } finally {
    await tab.close();
    await site.close();
    await feed.close();
  }
}

/** Messages that went out. @param {import('../dev/feed/server.mjs').FeedServer} feed */
function sentBy(feed) {
  return feed.stats().paths['/burst']?.sent ?? 0;
}

/** @param {string} title @param {Contestant} contestant @param {Result} result */
function lineOf(title, contestant, { rate, share, late, longest, heap, growth }) {
  const who = {
    freshet: 'Freshet',
    browser: 'drawing and a socket',
    drawing: 'drawing alone',
    tutorial: 'the tutorial',
  }[contestant];
  const [percent, megabytes] = [
    `${(share * 100).toFixed(0)} %`,
    (/** @type {number} */ bytes) => `${(bytes / 1e6).toFixed(1)} MB`,
  ];
  const cells = [
    title,
    who,
    rate.toFixed(0),
    percent,
    `${late.toFixed(0)} ms`,
    `${longest.toFixed(0)} ms`,
    megabytes(heap),
    megabytes(growth),
  ];
  return `| ${cells.join(' | ')} |`;
}
