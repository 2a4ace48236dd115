// `npm run soak [minutes] [messages per second]`: four protocols at full rate into 20 panels, with faults at random. Fails
// when a row is lost that was sent on a working connection, when one stands twice, when memory grows, or when anything
// goes wrong on the page. Prints the table for docs/benchmarks.md.
import { readFile } from 'node:fs/promises';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';

import { main } from '../../../scripts/command.mjs';
import { serve } from '../../dev/playground/serve.mjs';
import { seeInstances } from '../e2e/faults/engine.mjs';
import { openTab } from '../e2e/faults/hidden.mjs';
import { DIST, KIT, prepare } from '../e2e/stage.mjs';
import { launch } from '../support/browser.mjs';
import { runner, SWITCHES } from '../support/page.mjs';
import { generator } from '../support/random.mjs';
import { KINDS, SoakFeed } from './feeds.mjs';
import { judge, tableOf } from './judge.mjs';
import { catchErrors, memory, openPanels, report, waitForAll } from './watch.mjs';

/** While all are connected, so that it is 5,000 on average. */
const RATE = 5600;
const [minutes = 20, perSecond = RATE] = process.argv.slice(2).map(Number);
const SETTINGS = { idleTimeoutMs: 3000, reconnect: { minMs: 200, maxMs: 1000 } };
const PANELS = 20;
/** How often memory is measured: a collection of garbage disturbs the page. */
const MEASURE_MS = Math.max(4000, minutes * 1000);
/** The time between two faults of a feed. */
const PEACE_MS = 6000;

const seed = Number(process.env.FRESHET_SEED ?? Math.floor(Math.random() * 2 ** 32));

await main(async () => {
  console.log(`${minutes} minutes, ${perSecond} messages/s, FRESHET_SEED=${seed}`);
  const closing = [];
  try {
    const { faults, lines } = judge(await soak((close) => closing.unshift(close)));
    console.log(tableOf(lines));
    if (faults.length > 0) {
      throw new Error(faults.join('\n'));
    }
    console.log('✓ Nothing was lost, nothing grew, nothing went wrong unseen.');
  } finally {
    for (const close of closing) {
      await close();
    }
  }
});

/** @param {(close: () => unknown) => void} after what is to be closed at the end */
async function soak(after) {
  const feeds = KINDS.map((kind) => new SoakFeed(kind, perSecond / KINDS.length));
  after(() => Promise.all(feeds.map((feed) => feed.close())));
  await Promise.all(feeds.map((feed) => feed.start()));
  const { run, wire } = await openPage(after);
  await wire(feeds);
  feeds.forEach((feed) => feed.flow());

  const begun = Date.now();
  const end = begun + minutes * 60_000;
  const random = generator(seed);
  /** @type {{ heap: number, engine: number }[]} */
  const measured = [];
  const measure = async () => {
    while (Date.now() < end) {
      await sleep(MEASURE_MS);
      measured.push(await run(memory));
    }
  };
  const trouble = feeds.map(async (feed) => {
    const shows = (value) => run(waitForAll, feed.kind.name, value);
    while (Date.now() < end) {
      await sleep(PEACE_MS * (0.5 + random()));
      await feed.fail(random, shows);
    }
    feed.rest();
    await shows(feed.server.next - 1);
  });
  await Promise.all([measure(), ...trouble]);
  const seconds = (Date.now() - begun) / 1000;
  return { feeds, measured, seconds, panels: PANELS, seed, ...(await run(report)) };
}

/** A page without a driver that is told of every frame. @param {(close: () => unknown) => void} after */
async function openPage(after) {
  await prepare();
  const site = await serve({ port: 0, distDir: DIST });
  after(() => site.close());
  const browser = await launch({ args: SWITCHES });
  after(() => browser.close());
  const script = `(${catchErrors})();\n${await readFile(KIT, 'utf8')}`;
  const tab = await openTab(browser, new URL('harness.html', site.url).href, script);
  await tab.ready();
  const run = runner(tab);
  await run(seeInstances);
  /** @param {SoakFeed[]} feeds */
  const wire = async (feeds) => {
    for (const { kind, proxy } of feeds) {
      const settings = { ...SETTINGS, ...kind.settings };
      await run(openPanels, kind.name, proxy.url, settings, kind.target, PANELS / KINDS.length);
    }
  };
  return { run, wire };
}
