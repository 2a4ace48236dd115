// The pipelines that Grafana builds around a data source, and the packets that it expects of one.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { until } from '../support/feed.mjs';
import { setStage } from './stage.mjs';

const stage = setStage();
const COUNTER = '/counter?period=10';

/** What Grafana's query runner does with a data source's answer: the shape of it, in its order of operators. */
function runRequest(rxjs, answer, events) {
  let packets = {};
  const data = rxjs.from(answer).pipe(
    rxjs.map((packet) => {
      packets = { ...packets, [packet.key ?? packet.data[0]?.refId ?? 'A']: packet };
      return { state: packet.state ?? 'Done', series: Object.values(packets).flatMap((each) => each.data) };
    }),
    rxjs.catchError((error) => rxjs.of({ state: 'Error', error, series: [] })),
    rxjs.tap(() => events.push('tap')),
    rxjs.finalize(() => events.push('finalize')),
    rxjs.share()
  );
  return rxjs.merge(
    rxjs.timer(200).pipe(
      rxjs.map(() => ({ state: 'Loading', series: [] })),
      rxjs.takeUntil(data)
    ),
    data
  );
}

test('a query runner gets its first packet before it would say Loading, over one subscription and one socket', async (t) => {
  const { run, feed } = await stage.open(t);
  const seen = await run(
    async ({ rxjs, stream, shelf, engine, until }, path, runRequest) => {
      const states = [];
      const events = [];
      const piped = runRequest(rxjs, stream(path), events);
      shelf.subscription = piped.subscribe((data) => states.push(data.state));
      await until(() => states.length >= 5, 'five packets');
      const readers = engine.connections().map((connection) => connection.readers);
      shelf.events = events;
      return { states: [...new Set(states)], readers, finalized: events.includes('finalize') };
    },
    COUNTER,
    runRequest
  );
  assert.deepEqual(seen, { states: ['Streaming'], readers: [1], finalized: false });
  assert.equal(feed.stats().paths['/counter'].opened, 1);
  const events = await run(({ shelf }) => (shelf.subscription.unsubscribe(), shelf.events.at(-1)));
  assert.equal(events, 'finalize');
  await until(() => feed.stats().connections === 0, 'the socket to close');
});

test('a refresh unsubscribes, waits and asks again: the rows are still there in the first packet', async (t) => {
  const { run, feed } = await stage.open(t);
  const seen = await run(
    async ({ rxjs, stream, values, until, sleep }, path, runRequest) => {
      const ask = (next) => runRequest(rxjs, stream(path, { settings: { lingerMs: 2000 } }), []).subscribe(next);
      let rows = [];
      const first = ask((data) => (rows = values({ data: data.series })));
      await until(() => rows.length > 20, 'rows');
      first.unsubscribe();
      await sleep(100);
      const packets = [];
      const second = ask((data) => packets.push(values({ data: data.series })));
      await until(() => packets.length > 0, 'the first packet after the refresh');
      second.unsubscribe();
      return { before: rows, after: packets[0] };
    },
    COUNTER,
    runRequest
  );
  assert.deepEqual(seen.after.slice(0, seen.before.length), seen.before, 'rows after the refresh, rows before it');
  assert.ok(seen.after.length > seen.before.length, 'what arrived between the two is missing');
  assert.equal(feed.stats().paths['/counter'].opened, 1, 'sockets opened');
});

test('who waits for completion, such as Mixed, is given one packet, Done', async (t) => {
  const { run, feed } = await stage.open(t);
  const seen = await run(async ({ rxjs, stream, values }, path) => {
    const ask = () => rxjs.from(stream(path, { request: { finite: true } })).pipe(rxjs.toArray());
    const both = await rxjs.lastValueFrom(rxjs.forkJoin([ask(), ask()]));
    return both.map((packets) => packets.map((packet) => [packet.state, values(packet).length > 0]));
  }, COUNTER);
  assert.deepEqual(seen, [[['Done', true]], [['Done', true]]]);
  await until(() => feed.stats().connections === 0, 'the socket to close');
});

test('a variable waits for Done: finite streams give it, one packet a target, then complete', async (t) => {
  const { run } = await stage.open(t);
  const seen = await run(async ({ rxjs, stream }, path) => {
    const targets = ['A', 'B'].map((refId) => ({ refId, path }));
    const request = { finite: true, targets };
    const one = stream(path, { request }).pipe(
      rxjs.filter((packet) => packet.state === 'Done'),
      rxjs.take(1)
    );
    const all = stream(path, { request }).pipe(rxjs.toArray());
    const [first, packets] = [await rxjs.firstValueFrom(one), await rxjs.lastValueFrom(all)];
    return { first: first.state, refIds: packets.map((packet) => packet.data[0].refId).sort() };
  }, COUNTER);
  assert.deepEqual(seen, { first: 'Done', refIds: ['A', 'B'] });
});

test('a finite query of a feed that says nothing ends after finiteTimeoutMs', async (t) => {
  const { run } = await stage.open(t);
  const seen = await run(async ({ rxjs, stream }) => {
    const begun = performance.now();
    const request = { finite: true };
    const packets = await rxjs.lastValueFrom(
      stream('/silent', { request, settings: { finiteTimeoutMs: 300 } }).pipe(rxjs.toArray())
    );
    return { states: packets.map((packet) => packet.state), took: performance.now() - begun };
  });
  assert.deepEqual(seen.states, ['Done']);
  assert.ok(seen.took >= 290 && seen.took < 3000, `took ${seen.took} ms`);
});

test('packets are plain: own properties, real Arrays, nothing of wasm in them', async (t) => {
  const { run } = await stage.open(t);
  const problems = await run(async ({ rxjs, stream, values }) => {
    const packet = await rxjs.firstValueFrom(
      stream('/logs?period=20').pipe(rxjs.filter((p) => values(p, 'level').length > 2))
    );
    const problems = [];
    const walk = (value, place) => {
      if (value === null || ['string', 'number', 'boolean'].includes(typeof value)) {
        return;
      }
      const plain = Array.isArray(value) ? Array.prototype : Object.prototype;
      if (typeof value !== 'object' || Object.getPrototypeOf(value) !== plain) {
        problems.push(`${place} is ${Object.prototype.toString.call(value)}`);
      } else {
        if (Object.isFrozen(value)) {
          problems.push(`${place} is frozen`);
        }
        Object.keys(value).forEach((key) => walk(value[key], `${place}.${key}`));
      }
    };
    walk(packet, 'packet');
    structuredClone(packet);
    return problems;
  });
  assert.deepEqual(problems, []);
});

test('every packet is fresh, for each subscriber: nothing in one is in another', async (t) => {
  const { run } = await stage.open(t);
  const shared = await run(async ({ stream, until, values }, path) => {
    const shim = stream(path, { maxRate: 15 });
    /** @type {any[][]} */
    const got = [[], []];
    const subscriptions = got.map((packets) => shim.subscribe((packet) => packets.push(packet)));
    await until(() => got.every((packets) => packets.length >= 4 && values(packets[3]).length > 0), 'packets');
    subscriptions.forEach((subscription) => subscription.unsubscribe());
    const seen = new Map();
    const shared = [];
    const walk = (value, place, owner) => {
      if (value !== null && typeof value === 'object') {
        if (seen.has(value)) {
          shared.push(`${place} is ${seen.get(value)} of another packet`);
        }
        seen.set(value, place);
        Object.keys(value).forEach((key) => walk(value[key], `${place}.${key}`, owner));
      }
    };
    got.flat().forEach((packet, index) => walk(packet, 'packet', index));
    return shared;
  }, COUNTER);
  assert.deepEqual(shared, []);
});

test('what was emitted does not change afterwards, and changing it does no harm', async (t) => {
  const { run } = await stage.open(t);
  const seen = await run(async ({ stream, until, values, sleep }, path) => {
    const packets = [];
    const subscription = stream(path, { maxRate: 15 }).subscribe((packet) => packets.push(packet));
    await until(() => packets.some((packet) => values(packet).length > 3), 'rows');
    const kept = packets.findIndex((packet) => values(packet).length > 3);
    const before = JSON.stringify(packets[kept]);
    await sleep(300);
    const unchanged = JSON.stringify(packets[kept]) === before;
    values(packets[kept]).length = 0;
    packets[kept].data[0].fields.forEach((field) => (field.state = null));
    const count = packets.length;
    await until(() => packets.length > count, 'another packet');
    subscription.unsubscribe();
    return { unchanged, rows: values(packets.at(-1)).length > 3 };
  }, COUNTER);
  assert.deepEqual(seen, { unchanged: true, rows: true });
});

test('key is unique per target and the same in each packet; refId and state are right', async (t) => {
  const { run, feed } = await stage.open(t);
  const seen = await run(async ({ stream, until }) => {
    const targets = [
      { refId: 'A', path: '/counter?period=10' },
      { refId: 'B', path: '/counter?period=10' },
      { refId: 'A', path: '/counter?period=10' },
    ];
    const packets = [];
    const subscription = stream('', { request: { targets } }).subscribe((packet) => packets.push(packet));
    await until(() => packets.length >= 12, 'packets');
    subscription.unsubscribe();
    const keys = [...new Set(packets.map((packet) => packet.key))];
    return {
      keys: keys.length,
      refIds: keys.map((key) => [
        ...new Set(packets.filter((packet) => packet.key === key).map((packet) => packet.data[0].refId)),
      ]),
      states: [...new Set(packets.map((packet) => packet.state))],
      frames: [...new Set(packets.map((packet) => packet.data.length))],
    };
  });
  assert.equal(seen.keys, 3, 'keys of three targets');
  assert.deepEqual(seen.refIds.map((refIds) => refIds.join()).sort(), ['A', 'A', 'B']);
  assert.deepEqual([seen.states, seen.frames], [['Streaming'], [1]]);
  assert.equal(feed.stats().paths['/counter'].opened, 1);
});

test('packets are coalesced: no closer than 60 ms, and no value is lost, doubled or out of order', async (t) => {
  const { run } = await stage.open(t);
  const seen = await run(async ({ stream, until, values }) => {
    const packets = [];
    const times = [];
    const subscription = stream('/counter?period=2', { maxRate: 100 }).subscribe((packet) => {
      times.push(performance.now());
      packets.push(values(packet));
    });
    await until(() => packets.length >= 12, 'packets');
    subscription.unsubscribe();
    const gaps = times.slice(1).map((time, index) => time - times[index]);
    return { last: packets.at(-1), gap: Math.min(...gaps.slice(1)) };
  });
  assert.ok(seen.gap > 55, `two packets came ${seen.gap} ms apart`);
  const expected = seen.last.map((_, index) => seen.last[0] + index);
  assert.deepEqual(seen.last, expected, 'values in the last packet, and the counter from its first one');
  assert.ok(seen.last.length > 100, `${seen.last.length} rows`);
});

test('a lasting failure is a packet and no error(): the other target goes on', async (t) => {
  const { run } = await stage.open(t);
  const seen = await run(async ({ stream, until, values }, path) => {
    const targets = [
      { refId: 'A', path, capacity: -1 },
      { refId: 'B', path },
    ];
    const packets = [];
    const subscription = stream('', { request: { targets } }).subscribe({
      next: (packet) => packets.push(packet),
      error: () => packets.push('error()'),
      complete: () => packets.push('complete()'),
    });
    await until(
      () => packets.filter((packet) => packet.key?.endsWith('B') && values(packet).length > 0).length > 2,
      'B'
    );
    subscription.unsubscribe();
    const bad = packets.filter((packet) => packet.errors);
    return { ended: packets.filter((packet) => typeof packet === 'string'), bad, closed: subscription.closed };
  }, COUNTER);
  assert.deepEqual(seen.ended, []);
  assert.equal(seen.bad.length, 1);
  const [{ state, errors, error }] = seen.bad;
  assert.equal(state, 'Error');
  assert.deepEqual([errors[0], errors.length], [error, 1]);
  assert.equal(error.refId, 'A');
  assert.match(error.message, /capacity is "-1": must be a whole number of rows/);
});
