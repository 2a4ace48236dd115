// What is left when subscriptions have come and gone: heap, wasm memory, references, timers, sockets.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { until } from '../feed/testing.mjs';
import { setStage } from './stage.mjs';

const stage = setStage();

const ROUND = 10_000;
/** Less than any object costs, in each round; what is smaller than that on average is noise. */
const BYTES_PER_CYCLE = 16;

/**
 * Measures after a first round, which fills caches and pools, and after two more. A leak shows in
 * both; the smaller of the two growths is compared, so that noise in one fails nothing.
 */
async function growth(run, cycles) {
  const usages = [];
  for (let round = 0; round < 3; round++) {
    await run(cycles, ROUND);
    usages.push(await run(({ usage }) => usage()));
  }
  const least = (name) => Math.min(usages[1][name] - usages[0][name], usages[2][name] - usages[1][name]);
  return { usages, heap: least('heap'), wasm: least('wasm'), references: least('references') };
}

function assertNoGrowth({ usages, heap, wasm, references }) {
  const told = JSON.stringify(usages);
  assert.ok(heap < ROUND * BYTES_PER_CYCLE, `the heap grew by ${heap} bytes in each round of ${ROUND}: ${told}`);
  assert.equal(wasm, 0, `wasm memory grew in each round of ${ROUND}: ${told}`);
  assert.equal(references, 0, `references from wasm to JavaScript grew in each round of ${ROUND}: ${told}`);
}

test(`${ROUND} subscriptions ended in the same task leave nothing`, async (t) => {
  const { run, feed } = await stage.open(t);
  const grown = await growth(run, async ({ stream, sleep }, count) => {
    for (let n = 0; n < count; n++) {
      const subscription = stream('/counter').subscribe(() => undefined);
      subscription.add(() => undefined);
      subscription.unsubscribe();
      if (n % 500 === 0) {
        await sleep(0);
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
  const grown = await growth(run, async ({ stream, sleep }, count) => {
    const settings = { lingerMs: 100 };
    for (let n = 0; n < count; n++) {
      await new Promise((resolve) => {
        const subscription = stream('/silent', { settings, capacity: 10 }).subscribe(() => {
          subscription.unsubscribe();
          resolve();
        });
      });
      if (n % 500 === 0) {
        await sleep(0);
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
  const grown = await growth(run, async ({ rxjs, stream, sleep }, count) => {
    for (let n = 0; n < count; n++) {
      const shim = stream('/counter');
      const straight = shim.pipe(rxjs.map((packet) => packet), rxjs.share()).subscribe();
      const wrapped = rxjs.from(shim).pipe(rxjs.switchMap((packet) => [packet])).subscribe();
      straight.unsubscribe();
      wrapped.unsubscribe();
      if (n % 500 === 0) {
        await sleep(0);
      }
    }
    await sleep(50);
  });
  assertNoGrowth(grown);
  assert.equal(grown.usages[2].timers, 0);
});

test('300 sockets opened and closed one after the other are all gone, with their timers', async (t) => {
  const { run, feed } = await stage.open(t);
  const left = await run(async ({ stream, until, values, usage }) => {
    for (let n = 0; n < 300; n++) {
      let rows = 0;
      const subscription = stream(`/simple?period=5&n=${n}`).subscribe((packet) => (rows += values(packet).length));
      if (n % 3 > 0) {
        await until(() => rows > 0, 'a row');
      } else {
        await until(() => true, 'nothing: it is ended while it connects');
      }
      subscription.unsubscribe();
    }
    const { timers, connections } = await usage();
    return { timers, connections };
  });
  assert.deepEqual(left, { timers: 0, connections: 0 });
  await until(() => feed.stats().connections === 0, `${feed.stats().connections} sockets to close`);
  assert.ok(feed.stats().opened >= 200, `only ${feed.stats().opened} sockets were opened`);
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
    const collected = await run(
      async ({ engine, collectGarbage }, end) => {
        let producer;
        const source = new engine.Observable((subscriber) => void (producer = subscriber));
        const ref = (() => {
          const panel = { seen: 0 };
          panel.subscription = source.subscribe({ next: () => panel.seen++, error: () => panel.seen++ });
          panel.subscription.add(() => panel.seen++);
          (0, eval)(`(${end})`)(panel.subscription, producer);
          return new WeakRef(panel);
        })();
        await collectGarbage();
        return ref.deref() === undefined;
      },
      String(end)
    );
    assert.equal(collected, true, 'the consumer is still held');
  });
}

test('the window and a pipe of throwing consumers hold nothing either', async (t) => {
  const { run } = await stage.open(t);
  const { usages } = await growth(run, async ({ engine, sleep, errors }, count) => {
    const source = new engine.Observable((subscriber) => {
      for (let n = 0; n < count / 10; n++) {
        subscriber.next(n);
      }
      subscriber.complete();
    });
    source.subscribe(() => {
      throw new Error('thrown');
    });
    await sleep(200);
    errors.length = 0;
  });
  const references = usages.map((usage) => usage.references);
  assert.equal(references[2], references[1], `references from wasm to JavaScript after each round: ${references}`);
  assert.equal(usages[2].timers, 0);
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
