// Subscribing to the engine itself: when sockets open and close, and what consumers may do meanwhile.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { until } from '../support/feed.mjs';
import { setStage } from './stage.mjs';

const stage = setStage();
const COUNTER = '/counter?period=10';

/** How often a path was asked for, and is held open. */
const socketsOf = (feed, path = '/counter') => {
  const { open, opened } = feed.stats().paths[path];
  return { open, opened };
};

test('a stream is cold: without subscribe there is no socket, no timer, no connection', async (t) => {
  const { run, feed } = await stage.open(t);
  const seen = await run(async ({ rxjs, stream, engine, liveTimers, sleep }, path) => {
    const before = liveTimers();
    const shims = [stream(path), rxjs.from(stream(path)), stream(path).pipe(rxjs.map((packet) => packet))];
    const timers = liveTimers() - before;
    await sleep(200);
    return { shims: shims.length, timers, connections: engine.connections().length };
  }, COUNTER);
  assert.deepEqual(seen, { shims: 3, timers: 0, connections: 0 });
  assert.equal(feed.stats().opened, 0, 'sockets opened by making streams');
});

test('a subscription that is ended in the same task opens no socket', async (t) => {
  const { run, feed } = await stage.open(t);
  const left = await run(async ({ stream, engine, sleep, liveTimers }, path) => {
    stream(path).subscribe().unsubscribe();
    await sleep(200);
    return { connections: engine.connections().length, timers: liveTimers() };
  }, COUNTER);
  assert.deepEqual(left, { connections: 0, timers: 0 });
  assert.equal(feed.stats().opened, 0);
});

test('each subscribe is a reader of its own, and one socket serves both until the last has gone', async (t) => {
  const { run, feed } = await stage.open(t);
  await run(async ({ stream, shelf, engine, until, values }, path) => {
    const shim = stream(path);
    shelf.packets = [[], []];
    shelf.subscriptions = shelf.packets.map((packets) => shim.subscribe((packet) => packets.push(packet)));
    await until(() => shelf.packets.every((packets) => packets.some((p) => values(p).length > 0)), 'both to get rows');
    shelf.readers = engine.connections().map((connection) => connection.readers);
  }, COUNTER);
  assert.deepEqual(await run(({ shelf }) => shelf.readers), [2]);
  await run(({ shelf }) => shelf.subscriptions[0].unsubscribe());
  const grew = await run(async ({ shelf, sleep }) => {
    const before = shelf.packets.map((packets) => packets.length);
    await sleep(400);
    return shelf.packets.map((packets, index) => packets.length > before[index]);
  });
  assert.deepEqual(grew, [false, true], 'packets after the first of two was unsubscribed');
  assert.deepEqual(socketsOf(feed), { open: 1, opened: 1 });
  await run(({ shelf }) => shelf.subscriptions[1].unsubscribe());
  await until(() => socketsOf(feed).open === 0, 'the socket to close');
});

test('the first packet never comes inside subscribe, whatever is there already', async (t) => {
  const { run } = await stage.open(t);
  const seen = await run(async ({ stream, until, values, rxjs }, path) => {
    const shim = stream(path, { settings: { lingerMs: 5000 } });
    const keeper = shim.subscribe((packet) => (rows = values(packet).length));
    let rows = 0;
    await until(() => rows > 10, 'rows');
    let inside = 0;
    let subscribing = true;
    const count = () => (inside += subscribing ? 1 : 0);
    let packets = 0;
    const subscriptions = [shim, rxjs.from(shim), shim.pipe(rxjs.tap(count))].map((source) =>
      source.subscribe(() => (count(), packets++))
    );
    subscribing = false;
    await until(() => packets >= 3, 'packets');
    [keeper, ...subscriptions].forEach((subscription) => subscription.unsubscribe());
    return { inside };
  }, COUNTER);
  assert.deepEqual(seen, { inside: 0 });
});

test('unsubscribe inside next: nothing more comes, and the socket closes', async (t) => {
  const { run, feed } = await stage.open(t);
  const seen = await run(async ({ stream, sleep, until }, path) => {
    let packets = 0;
    const subscription = stream(path, { maxRate: 15 }).subscribe(() => {
      if (++packets === 2) {
        subscription.unsubscribe();
        subscription.unsubscribe();
      }
    });
    await until(() => subscription.closed, 'the second packet');
    await sleep(300);
    return packets;
  }, COUNTER);
  assert.equal(seen, 2);
  await until(() => socketsOf(feed).open === 0, 'the socket to close');
});

test('subscribe and a new query inside next work, and leave the outer stream running', async (t) => {
  const { run, feed } = await stage.open(t);
  const seen = await run(async ({ stream, until, values }, path) => {
    const shim = stream(path);
    const got = { outer: 0, same: 0, other: 0 };
    const inner = [];
    const outer = shim.subscribe((packet) => {
      if (inner.length === 0 && values(packet).length > 0) {
        inner.push(shim.subscribe(() => got.same++));
        inner.push(stream('/simple?period=20').subscribe((other) => (got.other += values(other).length)));
      }
      got.outer += inner.length > 0 ? 1 : 0;
    });
    await until(() => Object.values(got).every((count) => count >= 3), `packets of all three: ${JSON.stringify(got)}`);
    [outer, ...inner].forEach((subscription) => subscription.unsubscribe());
    return true;
  }, COUNTER);
  assert.ok(seen);
  assert.deepEqual([socketsOf(feed).opened, socketsOf(feed, '/simple').opened], [1, 1], 'sockets opened per path');
});

test('a consumer that throws is reported, gets its next packets, and others get theirs', async (t) => {
  const { run } = await stage.open(t);
  const seen = await run(async ({ stream, until, errors }, path) => {
    const shim = stream(path);
    let thrown = 0;
    let others = 0;
    const bad = shim.subscribe(() => {
      throw new Error(`packet ${++thrown}`);
    });
    const good = shim.subscribe(() => others++);
    await until(() => thrown >= 3 && others >= 3, 'three packets each');
    const result = { closed: [bad.closed, good.closed] };
    [bad, good].forEach((subscription) => subscription.unsubscribe());
    await until(() => errors.length === thrown, 'the errors to be reported');
    return { ...result, errors: errors.slice(0, 3) };
  }, COUNTER);
  assert.deepEqual(seen, { closed: [false, false], errors: ['packet 1', 'packet 2', 'packet 3'] });
});

test('what was added to a subscription runs once when it ends, also when the stream completes', async (t) => {
  const { run } = await stage.open(t);
  const log = await run(async ({ stream, until, rxjs }, path) => {
    const log = [];
    const subscription = stream(path).subscribe();
    const removed = () => log.push('removed');
    subscription.add(() => log.push('function'));
    subscription.add(removed);
    subscription.remove(removed);
    subscription.add(new rxjs.Subscription(() => log.push('subscription')));
    subscription.unsubscribe();
    subscription.unsubscribe();
    subscription.add(() => log.push('late'));
    const finite = stream(path, { request: { finite: true } }).subscribe({ complete: () => log.push('complete') });
    finite.add(() => log.push('after complete'));
    await until(() => finite.closed, 'the finite stream to complete');
    return log;
  }, COUNTER);
  assert.deepEqual(log, ['function', 'subscription', 'late', 'complete', 'after complete']);
});

test('the stream goes on when every handle to it has been garbage-collected', async (t) => {
  const { run, feed } = await stage.open(t);
  const seen = await run(async ({ stream, collectGarbage, until, values, sleep }, path) => {
    let last = -1;
    let packets = 0;
    const refs = (() => {
      const shim = stream(path);
      const subscription = shim.subscribe((packet) => {
        packets++;
        last = values(packet).at(-1) ?? last;
      });
      return [new WeakRef(shim), new WeakRef(subscription)];
    })();
    await until(() => packets > 2, 'packets');
    await collectGarbage();
    const collected = refs.map((ref) => ref.deref() === undefined);
    const before = { packets, last };
    await sleep(500);
    return { collected, more: packets - before.packets, newer: last > before.last };
  }, COUNTER);
  assert.deepEqual(seen.collected, [true, true], 'whether the stream and the subscription were collected');
  assert.ok(seen.more >= 3, `${seen.more} packets in half a second after the collection`);
  assert.ok(seen.newer, 'the values stand still');
  assert.deepEqual(socketsOf(feed), { open: 1, opened: 1 });
});
