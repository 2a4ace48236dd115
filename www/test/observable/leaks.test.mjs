// What is left when subscriptions have come and gone: heap, wasm memory, references, timers, sockets.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { until } from '../support/feed.mjs';
import { setStage } from './stage.mjs';

const stage = setStage();

const ROUND = 10_000;
/** Garbage is collected after so many: what is dead but not yet collected would hide a leak in noise. */
const BATCH = 250;
/** The least that a leaked object costs in each heap; half of it on average is noise. */
const LEAST_OBJECT_BYTES = 16;

/**
 * Measures after a first round, which fills caches and pools, and after two more. A leak shows in
 * both; the smaller of the two growths is compared, so that noise in one fails nothing. The table of
 * references doubles in size, and so is compared over both rounds together.
 */
async function growth(run, cycles) {
  const usages = [];
  for (let round = 0; round < 3; round++) {
    await run(cycles, ROUND, BATCH);
    usages.push(await run(({ usage }) => usage()));
  }
  const [first, second, third] = usages;
  const least = (name) => Math.min(second[name] - first[name], third[name] - second[name]);
  return { usages, heap: least('heap'), wasm: least('wasm'), references: third.references - first.references };
}

function assertNoGrowth({ usages, heap, wasm, references }) {
  const limit = (ROUND * LEAST_OBJECT_BYTES) / 2;
  const told = JSON.stringify(usages);
  assert.ok(heap < limit, `the heap grew by ${heap} bytes in each round of ${ROUND}: ${told}`);
  assert.ok(wasm < limit, `wasm memory grew by ${wasm} bytes in each round of ${ROUND}: ${told}`);
  assert.ok(references < ROUND, `${references} references from wasm to JavaScript more after two rounds: ${told}`);
}

test(`${ROUND} subscriptions ended in the same task leave nothing`, async (t) => {
  const { run, feed } = await stage.open(t);
  const grown = await growth(run, async ({ stream, sleep, collectGarbage }, count, BATCH) => {
    for (let n = 0; n < count; n++) {
      const subscription = stream('/counter').subscribe(() => undefined);
      subscription.add(() => undefined);
      subscription.unsubscribe();
      if (n % BATCH === 0) {
        await collectGarbage(1);
      }
    }
    await sleep(50);
  });
  assertNoGrowth(grown);
  const { timers, connections } = grown.usages[2];
  assert.deepEqual({ timers, connections }, { timers: 0, connections: 0 });
  assert.equal(feed.stats().opened, 0, 'sockets opened by subscriptions that ended at once');
});

test(`${ROUND} subscriptions that each get their first packet leave nothing`, async (t) => {
  const { run, feed } = await stage.open(t);
  const grown = await growth(run, async ({ stream, sleep, collectGarbage }, count, BATCH) => {
    const settings = { lingerMs: 100 };
    for (let n = 0; n < count; n++) {
      await new Promise((resolve) => {
        const subscription = stream('/echo', { settings, capacity: 10 }).subscribe(() => {
          subscription.unsubscribe();
          resolve(undefined);
        });
      });
      if (n % BATCH === 0) {
        await collectGarbage(1);
      }
    }
    await sleep(300);
  });
  assertNoGrowth(grown);
  const { timers, connections } = grown.usages[2];
  assert.deepEqual({ timers, connections }, { timers: 0, connections: 0 });
  await until(() => feed.stats().connections === 0, `${feed.stats().connections} sockets to close`);
  assert.ok(feed.stats().opened < 10, `${feed.stats().opened} sockets opened, though the first lingers`);
});

test(`${ROUND} streams through rxjs and straight pipes leave nothing`, async (t) => {
  const { run } = await stage.open(t);
  const grown = await growth(run, async ({ rxjs, stream, sleep, collectGarbage }, count, BATCH) => {
    for (let n = 0; n < count; n++) {
      const shim = stream('/counter');
      const straight = shim
        .pipe(
          rxjs.map((packet) => packet),
          rxjs.share()
        )
        .subscribe();
      const wrapped = rxjs
        .from(shim)
        .pipe(rxjs.switchMap((packet) => [packet]))
        .subscribe();
      straight.unsubscribe();
      wrapped.unsubscribe();
      if (n % BATCH === 0) {
        await collectGarbage(1);
      }
    }
    await sleep(50);
  });
  assertNoGrowth(grown);
  assert.equal(grown.usages[2].timers, 0);
});

test('100 sockets opened and closed one after the other are all gone, with their timers', async (t) => {
  const { run, feed } = await stage.open(t);
  const left = await run(async ({ stream, until, values, usage, sleep }) => {
    for (let n = 0; n < 100; n++) {
      let rows = 0;
      const path = `/simple?period=5&n=${n}`;
      const subscription = stream(path, { maxRate: 15 }).subscribe((packet) => (rows += values(packet).length));
      // Each third is ended while it connects.
      await (n % 3 === 0 ? sleep(1) : until(() => rows > 0, 'a row'));
      subscription.unsubscribe();
    }
    const { timers, connections } = await usage();
    return { timers, connections };
  });
  assert.deepEqual(left, { timers: 0, connections: 0 });
  await until(() => feed.stats().connections === 0, `${feed.stats().connections} sockets to close`);
  assert.ok(feed.stats().opened >= 66, `only ${feed.stats().opened} sockets were opened`);
});

/** Ways to end a subscription. */
const ENDS = {
  unsubscribe: (subscription) => subscription.unsubscribe(),
  complete: (_, producer) => producer.complete(),
  error: (_, producer) => producer.error(new Error('over')),
};

for (const [name, end] of Object.entries(ENDS)) {
  test(`after ${name} nothing of the consumer is held, though it keeps its subscription`, async (t) => {
    const { run } = await stage.open(t);
    const collected = await run(async ({ engine, collectGarbage }, end) => {
      /** @type {any} */
      let producer;
      /** @type {any} */
      const source = new engine.Observable((subscriber) => void (producer = subscriber));
      const ref = (() => {
        /** @type {any} */
        const panel = { seen: 0 };
        panel.subscription = source.subscribe({ next: () => panel.seen++, error: () => panel.seen++ });
        panel.subscription.add(() => panel.seen++);
        end(panel.subscription, producer);
        return new WeakRef(panel);
      })();
      await collectGarbage();
      return ref.deref() === undefined;
    }, end);
    assert.equal(collected, true, 'the consumer is still held');
  });
}

test(`${ROUND} exceptions of a consumer leave nothing`, async (t) => {
  const { run } = await stage.open(t);
  const grown = await growth(run, async ({ engine, until, errors }, count) => {
    const source = new engine.Observable((subscriber) => {
      for (let n = 0; n < count; n++) {
        subscriber.next(n);
      }
      subscriber.complete();
    });
    source.subscribe(() => {
      throw new Error('thrown');
    });
    await until(() => errors.length === count, 'the exceptions to be reported', 30_000);
    errors.length = 0;
  });
  assertNoGrowth(grown);
  assert.equal(grown.usages[2].timers, 0);
});

test('abandon closes every socket and timer of the engine', async (t) => {
  const { run, feed } = await stage.open(t);
  await run(async ({ stream, shelf, until }) => {
    shelf.packets = 0;
    shelf.subscriptions = ['/counter', '/simple', '/drop?after=1', '/slow'].map((path) =>
      stream(path, { settings: { lingerMs: 60_000 } }).subscribe(() => shelf.packets++)
    );
    await until(() => shelf.packets > 8, 'packets');
  });
  await until(() => feed.stats().connections >= 2, 'sockets to open');
  const left = await run(async ({ engine, shelf, sleep, liveTimers }) => {
    engine.abandon();
    shelf.subscriptions.forEach((subscription) => subscription.unsubscribe());
    await sleep(100);
    return { connections: engine.connections().length, timers: liveTimers() };
  });
  assert.deepEqual(left, { connections: 0, timers: 0 });
  await until(() => feed.stats().connections === 0, `${feed.stats().connections} sockets to close`);
});
