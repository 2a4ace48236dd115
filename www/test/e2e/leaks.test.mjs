// What is left of ten thousand panels that came and went, each through the plugin's own query().
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { until } from '../support/feed.mjs';
import { setStage } from './stage.mjs';

const stage = setStage();

const ROUND = 10_000;
/** Less than any object costs: what is smaller than that on average is noise. */
const BYTES_PER_CYCLE = 16;

/** One round of panels; half of them leave before their first packet, half after it. */
async function comeAndGo({ harness, shelf, sleep }, cycles) {
  const request = () =>
    harness.makeRequest([
      { refId: 'A', path: '/echo', capacity: 10 },
      { refId: 'B', path: '/echo' },
    ]);
  for (let n = 0; n < cycles; n += 1) {
    if (n % 2 === 0) {
      shelf.dataSource.query(request()).subscribe().unsubscribe();
    } else {
      await new Promise((resolve) => {
        const subscription = shelf.dataSource.query(request()).subscribe(() => {
          subscription.unsubscribe();
          resolve(undefined);
        });
      });
    }
    if (n % 500 === 0) {
      await sleep(0);
    }
  }
}

async function usage({ collectGarbage }) {
  await collectGarbage();
  return performance.memory.usedJSHeapSize;
}

test(`${ROUND} times subscribe and unsubscribe leave heap and sockets where they were`, async (t) => {
  const { run, feed } = await stage.open(t, { fresh: true });
  await run(async ({ source, shelf }) => void (shelf.dataSource = await source({ lingerMs: 1000 })));
  const heap = [];
  for (let round = 0; round < 3; round++) {
    await run(comeAndGo, ROUND);
    await until(() => feed.stats().connections === 0, 'the sockets to close');
    heap.push(await run(usage));
  }
  // The first round fills caches. A leak shows in both of the others, so the smaller growth is what counts.
  const growth = Math.min(heap[1] - heap[0], heap[2] - heap[1]);
  assert.ok(growth < ROUND * BYTES_PER_CYCLE, `the heap grew by ${growth} bytes in each round: ${heap}`);
  assert.ok(feed.stats().opened < 30, `${feed.stats().opened} sockets were opened, though the first lingers`);
  assert.equal(feed.stats().connections, 0);
});

test('200 panels on 40 dashboards, mounted and taken away leave no socket', async (t) => {
  const { run, feed } = await stage.open(t, { fresh: true });
  await run(async ({ source, mount, until, sleep }) => {
    const { uid } = await source({ lingerMs: 100 });
    const target = { refId: 'A', path: '/counter?period=10' };
    for (let n = 0; n < 40; n += 1) {
      const board = mount({ dataSource: uid, panels: Array.from({ length: 5 }, () => ({ targets: [target] })) });
      if (n % 4 === 0) {
        await until(() => board.data(4)?.series.length > 0, 'a packet');
      } else {
        await sleep(1);
      }
      board.unmount();
    }
  });
  await until(() => feed.stats().connections === 0, 'the sockets to close');
  assert.ok(feed.stats().opened < 40, `${feed.stats().opened} sockets were opened`);
});
