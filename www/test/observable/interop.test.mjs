// The engine's streams in the hands of real rxjs.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { until } from '../support/feed.mjs';
import { setStage } from './stage.mjs';

const stage = setStage();
const COUNTER = '/counter?period=10';

/** Each way of loading the page's scripts, and the key that rxjs then looks for. */
const LOADS = {
  'rxjs without Symbol.observable': { scripts: ['rxjs', 'kit'], key: 'string' },
  'Symbol.observable before rxjs': { scripts: ['polyfill', 'rxjs', 'kit'], key: 'symbol' },
  'Symbol.observable between rxjs and the engine': { scripts: ['rxjs', 'polyfill', 'kit'], key: 'string' },
  'Symbol.observable and rxjs after the engine': { scripts: ['kit', 'polyfill', 'rxjs'], key: 'symbol' },
};

for (const [name, { scripts, key }] of Object.entries(LOADS)) {
  test(`from() takes a stream: ${name}`, async (t) => {
    const { run } = await stage.open(t, scripts);
    const seen = await run(async ({ rxjs, stream, values }, path) => {
      const asked = [];
      const probe = new Proxy(/** @type {any} */ ({}), { get: (_, property) => void asked.push(property) });
      try {
        rxjs.from(probe);
      } catch {
        // Only which key rxjs asks for matters here.
      }
      const packet = await rxjs.firstValueFrom(rxjs.from(stream(path)).pipe(rxjs.filter((p) => values(p).length > 0)));
      return { key: typeof asked[0], state: packet.state };
    }, COUNTER);
    assert.deepEqual(seen, { key, state: 'Streaming' });
  });
}

test('a stream is what isObservable looks for, and returns itself under both keys', async (t) => {
  const { run } = await stage.open(t, ['polyfill', 'rxjs', 'kit']);
  const seen = await run(({ rxjs, stream }) => {
    const shim = stream('/counter');
    return {
      isObservable: rxjs.isObservable(shim),
      symbol: shim[Symbol.observable]() === shim,
      string: shim['@@observable']() === shim,
      thenable: 'then' in shim,
      pipedIsObservable: rxjs.isObservable(shim.pipe(rxjs.map((p) => p))),
    };
  });
  assert.deepEqual(seen, { isObservable: true, symbol: true, string: true, thenable: false, pipedIsObservable: true });
});

test('firstValueFrom and lastValueFrom settle, the latter in finite mode', async (t) => {
  const { run } = await stage.open(t);
  const seen = await run(async ({ rxjs, stream, values }, path) => {
    const first = await rxjs.firstValueFrom(stream(path));
    const last = await rxjs.lastValueFrom(stream(path, { request: { finite: true } }));
    return { first: first.state, last: last.state, rows: values(last).length > 0 };
  }, COUNTER);
  assert.deepEqual(seen, { first: 'Streaming', last: 'Done', rows: true });
});

test('forEach sees each packet and settles; a callback that throws closes the socket', async (t) => {
  const { run, feed } = await stage.open(t);
  const seen = await run(async ({ stream }, path) => {
    const states = [];
    await stream(path, { request: { finite: true } }).forEach((packet) => states.push(packet.state));
    const thrown = await stream(path)
      .forEach(() => {
        throw new Error('enough');
      })
      .catch((error) => error.message);
    return { states, thrown };
  }, COUNTER);
  assert.deepEqual(seen, { states: ['Done'], thrown: 'enough' });
  await until(() => feed.stats().connections === 0, 'the socket to close');
});

/** A stream piped directly; each gives what is logged after its first three values. */
const PIPES = {
  map: ({ rxjs, stream }) => stream('/counter').pipe(rxjs.map((packet) => packet.key)),
  share: ({ rxjs, stream }) => stream('/counter').pipe(rxjs.share()),
  switchMap: ({ rxjs, stream }) => stream('/counter').pipe(rxjs.switchMap((packet) => [packet.key])),
  'switchMap into a stream': ({ rxjs, stream }) => rxjs.of(1).pipe(rxjs.switchMap(() => stream('/counter'))),
  throttleTime: ({ rxjs, stream }) => stream('/counter').pipe(rxjs.throttleTime(50)),
  'share of a map': ({ rxjs, stream }) =>
    stream('/counter').pipe(
      rxjs.map((p) => p),
      rxjs.share()
    ),
  merge: ({ rxjs, stream }) => rxjs.merge(stream('/counter'), stream('/simple')),
  combineLatest: ({ rxjs, stream }) => rxjs.combineLatest([stream('/counter'), stream('/simple')]),
  race: ({ rxjs, stream }) => rxjs.race(stream('/counter'), stream('/simple')),
  'from(from())': ({ rxjs, stream }) => rxjs.from(rxjs.from(stream('/counter'))),
  concat: ({ rxjs, stream }) =>
    rxjs.concat(stream('/counter', { request: { finite: true } }), stream('/simple', { maxRate: 15 })),
  repeat: ({ rxjs, stream }) => stream('/counter', { request: { finite: true } }).pipe(rxjs.repeat(4)),
  retry: ({ rxjs, stream }) =>
    stream('/counter', { request: { finite: true } }).pipe(
      rxjs.mergeMap((packet, n) => (n > 0 ? rxjs.throwError(() => new Error()) : rxjs.of(packet))),
      rxjs.concatWith(rxjs.throwError(() => new Error())),
      rxjs.retry({ delay: 10 })
    ),
};

for (const [name, pipe] of Object.entries(PIPES)) {
  test(`${name}: values come, takeUntil ends it, and every socket closes`, async (t) => {
    const { run, feed } = await stage.open(t);
    const seen = await run(async (kit, pipe) => {
      const { rxjs } = kit;
      const stop = new rxjs.Subject();
      let values = 0;
      let completed = false;
      const piped = rxjs.from(pipe(kit)).pipe(rxjs.takeUntil(stop));
      const subscription = piped.subscribe({ next: () => values++, complete: () => (completed = true) });
      await kit.until(() => values >= 3, `three values, of which ${values} came`);
      stop.next(undefined);
      return { completed, closed: subscription.closed };
    }, pipe);
    assert.deepEqual(seen, { completed: true, closed: true });
    await until(() => feed.stats().connections === 0, `${feed.stats().connections} sockets to close`);
    assert.ok(feed.stats().opened > 0, 'the server was never asked for anything');
  });
}

test('takeUntil piped on the stream itself closes the socket, though it discards the subscription', async (t) => {
  const { run, feed } = await stage.open(t);
  await run(({ rxjs, stream, shelf }, path) => {
    shelf.stop = new rxjs.Subject();
    stream(path)
      .pipe(
        rxjs.map((packet) => packet),
        rxjs.takeUntil(shelf.stop)
      )
      .subscribe();
  }, COUNTER);
  await until(() => feed.stats().paths['/counter'].open === 1, 'the socket to open');
  await run(({ shelf }) => shelf.stop.next());
  await until(() => feed.stats().paths['/counter'].open === 0, 'the socket to close');
});

test('operators that switch often do not pile up what they tear down', async (t) => {
  const { run } = await stage.open(t);
  const SWITCHES = 20_000;
  const seen = await run(async ({ rxjs, engine, usage }, count) => {
    /** @type {any} */
    let producer;
    const source = new engine.Observable((subscriber) => void (producer = subscriber));
    const subscription = source.pipe(rxjs.switchMap(() => rxjs.NEVER)).subscribe();
    const before = await usage();
    for (let n = 0; n < count; n++) {
      producer.next(n);
    }
    const after = await usage();
    return { held: after.references - before.references, closed: subscription.closed };
  }, SWITCHES);
  assert.equal(seen.closed, false);
  assert.ok(seen.held < SWITCHES / 10, `${seen.held} references from wasm more after ${SWITCHES} switches`);
});
