// How packets come: their pace, their shape, and that each is the consumer's own.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { assertConsecutive } from './compare.mjs';
import { setStage } from './stage.mjs';

const stage = setStage();

/** Gaps between the packets of a feed that has news every 2 ms. */
async function gapsOf({ source, packets, until }, maxRate, count) {
  const reading = packets(await source(), { path: '/counter?period=2', capacity: 10, maxRate });
  await until(() => reading.count > count, `${count} packets`, 60_000);
  const { times } = reading.stop();
  return times.slice(1).map((time, i) => time - times[i]);
}

const mean = (numbers) => numbers.reduce((sum, number) => sum + number, 0) / numbers.length;

/** A program that is interrupted between deciding and delivering shortens one gap; it cannot shorten many. */
function assertGaps(gaps, least) {
  const short = gaps.filter((gap) => gap < least - 2);
  assert.ok(
    short.length <= gaps.length / 10,
    `${short.length} of ${gaps.length} gaps are shorter than ${least}: ${gaps}`
  );
  assert.ok(mean(gaps) >= least - 1, `the gaps have a mean of ${mean(gaps)} ms`);
}

test('at most ten packets a second unless the query says otherwise', async (t) => {
  const { run } = await stage.open(t);
  assertGaps(await run(gapsOf, undefined, 20), 100);
});

test('maxRate is kept', async (t) => {
  const { run } = await stage.open(t);
  assertGaps(await run(gapsOf, 4, 6), 250);
});

test('packets are never closer than 60 ms, whatever maxRate says', async (t) => {
  const { run } = await stage.open(t);
  assertGaps(await run(gapsOf, 1000, 40), 60);
});

test('packets are plain objects with real arrays, a refId, a key that stays, and the state Streaming', async (t) => {
  const { run } = await stage.open(t);
  const found = await run(async ({ source, packets, until }) => {
    const targets = ['A', 'B'].map((refId) => ({ refId, path: '/counter?period=10' }));
    const kept = [];
    const reading = packets(await source(), targets, { onValue: (packet) => kept.push(packet) });
    await until(() => kept.length >= 12, '12 packets');
    reading.stop();
    const plain = (value) => Object.getPrototypeOf(value) === Object.prototype;
    const frames = kept.map((packet) => packet.data[0]);
    const fields = frames.flatMap((frame) => frame.fields);
    return {
      states: [...new Set(kept.map(({ state }) => state))],
      keys: [...new Set(kept.map(({ key, data }) => `${key} ${data[0].refId}`))],
      framesPerPacket: [...new Set(kept.map(({ data }) => data.length))],
      plain: [...kept, ...frames, ...fields, ...fields.map(({ config }) => config)].every(plain),
      arrays: fields.every(({ values }) => Array.isArray(values) && Object.getPrototypeOf(values) === Array.prototype),
      lengths: frames.every((frame) => frame.fields.every(({ values }) => values.length === frame.length)),
      structured: JSON.stringify(frames) === JSON.stringify(structuredClone(frames)),
    };
  });
  assert.equal(new Set(found.keys.map((key) => key.split(' ')[0])).size, 2, `keys: ${found.keys}`);
  assert.deepEqual(
    { ...found, keys: found.keys.length },
    {
      states: ['Streaming'],
      keys: 2,
      framesPerPacket: [1],
      plain: true,
      arrays: true,
      lengths: true,
      structured: true,
    }
  );
});

test('every packet is fresh: what a consumer does to one shows in no other, and none changes later', async (t) => {
  const { run } = await stage.open(t);
  const { changed, others, shared } = await run(async ({ source, packets, until, values }) => {
    const dataSource = await source();
    const kept = [];
    const copies = [];
    const vandal = packets(
      dataSource,
      { path: '/counter?period=10' },
      {
        onValue: ({ data: [frame] }) => {
          frame.fields.forEach(({ values }) => values.fill('spoilt') && values.push('more'));
          frame.fields.length = 1;
        },
      }
    );
    const other = packets(
      dataSource,
      { path: '/counter?period=10' },
      {
        onValue: (packet) => {
          kept.push(packet);
          copies.push(JSON.stringify(packet));
        },
      }
    );
    await until(() => kept.length > 10 && vandal.count > 10, '10 packets each');
    vandal.stop();
    other.stop();
    const arrays = kept.flatMap(({ data }) => data[0].fields.map((field) => field.values));
    return {
      changed: kept.filter((packet, i) => JSON.stringify(packet) !== copies[i]).length,
      others: values(kept.at(-1)),
      shared: arrays.length - new Set(arrays).size,
    };
  });
  assert.equal(changed, 0, 'packets that changed after they were delivered');
  assert.equal(shared, 0, 'arrays that stand in two packets');
  assert.ok(others.length > 50);
  assertConsecutive(others, 0);
});

test('nothing is delivered before subscribe returns', async (t) => {
  const { run } = await stage.open(t);
  const during = await run(async ({ source, harness, until }) => {
    const dataSource = await source();
    const query = () => dataSource.query(harness.makeRequest([{ refId: 'A', path: '/counter' }]));
    const first = query().subscribe();
    await until(() => dataSource, 'the engine to load');
    let inside = true;
    let early = 0;
    let later = 0;
    const second = query().subscribe(() => (inside ? (early += 1) : (later += 1)));
    inside = false;
    await until(() => later > 0, 'a packet');
    first.unsubscribe();
    second.unsubscribe();
    return early;
  });
  assert.equal(during, 0);
});

test('a silent feed still gives a packet at once and one a second, so that the time axis moves on', async (t) => {
  const { run } = await stage.open(t);
  const { gaps, first, ends } = await run(async ({ source, read, until }) => {
    const dataSource = await source();
    const ends = [];
    const begun = performance.now();
    const reading = read(
      dataSource,
      { path: '/silent' },
      { onValue: (data) => ends.push(data.timeRange.to.valueOf()) }
    );
    await until(() => reading.states.filter((state) => state === 'Streaming').length >= 5, 'five packets');
    const { times } = reading.stop();
    return { gaps: times.slice(1).map((time, i) => time - times[i]), first: times[0] - begun, ends };
  });
  // The first of them loads the engine.
  assert.ok(first < 3000, `the first packet came after ${first} ms`);
  gaps.slice(-3).forEach((gap) => assert.ok(gap > 900 && gap < 5000, `gaps: ${gaps}`));
  assert.ok(ends.at(-1) - ends[0] > 2500, 'the range slides with the packets');
});

test('with the engine warm the first packet comes within 50 ms of query()', async (t) => {
  const { run } = await stage.open(t);
  const waits = await run(async ({ source, packets, until }) => {
    const dataSource = await source();
    const warm = packets(dataSource, { path: '/counter' });
    await until(() => warm.count > 2, 'the engine');
    const waits = [];
    for (let n = 0; n < 5; n += 1) {
      const begun = performance.now();
      const reading = packets(dataSource, { path: `/simple?period=100&n=${n}` });
      await until(() => reading.count > 0, 'a packet');
      waits.push(reading.stop().times[0] - begun);
    }
    warm.stop();
    return waits;
  });
  assert.ok(Math.min(...waits) <= 50, `first packets after ${waits} ms`);
});
