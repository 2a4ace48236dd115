// npm run bench: every claim about speed and size; what a row compares is measured side by side in one browser.
// Prints ratios first and writes them to target/bench.json.
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { SIZE_LIMITS, sizesOf } from '../../scripts/sizes.mjs';
import { readRecording } from '../dev/feed/feeds/replay.mjs';
import { startFeedServer } from '../dev/feed/server.mjs';
import { bundle, root, serve } from './pages.mjs';

const out = path.join(root, 'target/bench');

/** @type {{ name: string, ratio: number, target: number, better: Better, pass: boolean }[]} */
const rows = [];

/** @typedef {'higher' | 'lower'} Better */

/** @param {string} name @param {number} ratio @param {number} target @param {Better} better @param {string} detail */
function row(name, ratio, target, better, detail) {
  const pass = better === 'higher' ? ratio >= target : ratio <= target;
  rows.push({ name, ratio: Number(ratio.toPrecision(4)), target, better, pass });
  const sign = better === 'higher' ? '>=' : '<=';
  console.log(
    `${pass ? 'ok  ' : 'MISS'} ${ratio.toPrecision(3).padStart(8)} ${sign} ${String(target).padEnd(5)} ${name}\n${' '.repeat(23)}${detail}`
  );
}

/** @param {number} value */
const ns = (value) => `${value.toFixed(0)} ns`;

/** One of the feeds of recordings/. @param {string} name */
async function feedShape(name) {
  const { ratio, ours, hand } = await run(['feedShape', feed.url, name, readRecording(name)]);
  const detail = `a message, 100 at a time: ours ${ns(ours)}, by hand ${ns(hand)}`;
  row(`${name}: ours / JSON.parse and arrays by hand`, ratio, 0.7, 'lower', detail);
}

/** One of the protocols with a client of its own. @param {string} name */
async function protocol(name) {
  const { client, ratio, ours, hand, spread } = await run(['protocol', feed.url, name]);
  const detail = `a message: ours ${ns(ours)}, ${client} ${ns(hand)}; half of the turns within ${within(spread)}`;
  row(`${name}: ours / ${client} and arrays by hand`, ratio, 0.7, 'lower', detail);
}

/** One socket with ten subscriptions. @param {string} name */
async function sharedSocket(name) {
  const { ratio, one, ten, spread } = await run(['sharedSocket', feed.url, name]);
  const detail = `a message: ${ns(one)} for 1 target, ${ns(ten)} for 10; half of the turns within ${within(spread)}`;
  row(`${name}: 10 targets on a shared socket: cost / cost of 1 target`, ratio, 1.3, 'lower', detail);
}

/** @param {number[]} spread */
const within = (spread) => spread.map((ratio) => ratio.toFixed(2)).join(' to ');

/** What a measurement of the heap needs. */
const PRECISE = { flags: ['--js-flags=--expose-gc', '--enable-precise-memory-info'] };

/**
 * The measurements by name; `npm run bench -- arrays flood` runs some of them, `-- loki-tail` one of the feeds.
 * @type {Record<string, () => Promise<void>>}
 */
const measurements = {
  async arrays() {
    const many = await run(['arraysOfRows', feed.url]);
    const detail = `a row: ours ${ns(many.ours)}, JSON.parse ${ns(many.parse)}, tutorial ${ns(many.tutorial)}, StreamingDataFrame ${ns(many.streaming)}, Perspective ${ns(many.perspective)}`;
    row('arrays of 1,000 rows: the tutorial / ours', many.toTutorial, 7, 'higher', detail);
    row('arrays of 1,000 rows: ours / bare JSON.parse', many.toParse, 0.75, 'lower', detail);
  },
  async flood() {
    const single = await run(['oneRowMessages', feed.url]);
    const detail = `a message: ours ${ns(single.ours)}, JSON.parse ${ns(single.parse)}, tutorial ${ns(single.tutorial)}, StreamingDataFrame ${ns(single.streaming)}`;
    row('20,000 one-row messages at full flood: ours / bare JSON.parse', single.toParse, 0.8, 'lower', detail);
  },
  async delivery() {
    const rate = await run(['delivery', feed.url]);
    const { toLooking, lookingToNothing } = rate;
    const detail =
      `messages a second over a socket: do-nothing handler ${rate.nothing.toFixed(0)}, ours ${rate.ours.toFixed(0)}, ` +
      `tutorial ${rate.tutorial.toFixed(0)}; a handler that looks at event.data: ${rate.looking.toFixed(0)}, ` +
      `${lookingToNothing.toFixed(2)} of doing nothing; ours / that ${toLooking.toFixed(2)}`;
    row('end to end: our rate / the rate of a handler that does nothing', rate.ratio, 0.95, 'higher', detail);
  },
  async mistakes() {
    const rate = await run(['deliveryWithMistakes', feed.url]);
    const reading = await run(['oneInAHundred', feed.url]);
    const detail =
      `messages a second over a socket: ${rate.right.toFixed(0)} when all are right, ${rate.mistaken.toFixed(0)}; ` +
      `reading alone: ${ns(reading.right)} a message, ${ns(reading.mistaken)}`;
    row('one message in a hundred is no JSON: rate / rate without', rate.ratio, 0.98, 'higher', detail);
  },
  async targets() {
    const { one, fifty, ratio } = await run(['fiftyTargets', feed.url]);
    const detail = `20,000 messages: ${one.toFixed(1)} ms for 1 target, ${fifty.toFixed(1)} ms for 50`;
    row('50 targets reading one feed: cost / cost of 1 target', ratio, 3, 'lower', detail);
  },
  async fields() {
    const { one, fifty, ratio } = await run(['differentFields', feed.url]);
    const detail = `2,000 messages of 50 fields: ${one.toFixed(1)} ms for 1 target, ${fifty.toFixed(1)} ms for 50`;
    row('50 targets with 50 different field lists: cost / cost of 1 target', ratio, 3, 'lower', detail);
  },
  async feeds() {
    for (const name of await run(['feedShapes'])) {
      await feedShape(name);
    }
  },
  async protocols() {
    for (const name of await run(['protocols'])) {
      await protocol(name);
    }
  },
  async shared() {
    for (const name of await run(['protocols'])) {
      await sharedSocket(name);
    }
  },
  async wide() {
    const { ratio, ours, parse } = await run(['wide', feed.url]);
    const detail = `a message: ours ${ns(ours)}, JSON.parse ${ns(parse)}`;
    row('200 keys, 2 of them wanted: ours / bare JSON.parse', ratio, 0.35, 'lower', detail);
  },
  async megabytes() {
    const kinds = { rows: 'an array of objects', nested: 'deeply nested', text: 'one huge string' };
    for (const [kind, name] of Object.entries(kinds)) {
      const { longest, usual } = await run(['megabytes', feed.url, kind]);
      row(`milliseconds per megabyte at a stretch, ${name}`, longest, 16, 'lower', `usually ${usual.toFixed(1)} ms`);
    }
  },
  async memory() {
    const retained = await run(['retainedRow', feed.url]);
    const detail = 'growth of wasm memory while the ring fills to 1,000,000 rows';
    row('bytes of memory per retained row of 2 numbers', retained.bytesPerRow, 24, 'lower', detail);
  },
  async growth() {
    const long = await run(['longRun', feed.url], PRECISE);
    const detail = `JavaScript ${(long.heap / 1e3).toFixed(0)} kB, wasm ${(long.wasm / 1e3).toFixed(0)} kB, ${long.packets} packets`;
    const megabytes = Math.max(0, long.heap + long.wasm) / 1e6;
    row('megabytes of heap growth over 2,000,000 messages', megabytes, 1, 'lower', detail);
  },
  async size() {
    for (const { pattern, limit } of SIZE_LIMITS) {
      for (const { name, kilobytes } of sizesOf(path.join(root, 'dist'), pattern)) {
        row(`${name}, gzip -9, KB`, kilobytes, limit, 'lower', `dist/${name}`);
      }
    }
  },
  async first() {
    const first = await run(['firstPacket', feed.url]);
    const detail = `first row after ${first.row.toFixed(0)} ms (the feed sends one every 20 ms)`;
    row('milliseconds from query() to the first packet', first.packet, 50, 'lower', detail);
  },
};

await bundle({ entry: 'page.ts', to: out });
const [feed, { run, close }] = [await startFeedServer({ port: 0 }), await serve(out)];
try {
  for (const name of process.argv.length > 2 ? process.argv.slice(2) : Object.keys(measurements)) {
    await (measurements[name] ?? (() => feedShape(name)))();
  }
} finally {
  await feed.close();
  close();
}
await mkdir(path.join(root, 'target'), { recursive: true });
await writeFile(path.join(root, 'target/bench.json'), `${JSON.stringify(rows, null, 2)}\n`);
const missed = rows.filter((entry) => !entry.pass);
console.log(`\n${rows.length - missed.length} of ${rows.length} targets met; written to target/bench.json`);
process.exitCode = missed.length > 0 ? 1 : 0;
