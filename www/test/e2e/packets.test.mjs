// How packets come: their pace, their shape, and that each is the consumer's own.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { assertConsecutive } from './compare.mjs';
import { detected, openPanel, PLAIN_TEXT } from './panel.mjs';
import { startScript } from './script.mjs';
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

test('a panel that draws slowly gets fewer packets, loses no row, and is told in its statistics', async (t) => {
  const { run } = await stage.open(t);
  const found = await run(async ({ source, packets, until, rows }) => {
    const slow = () => {
      const end = performance.now() + 100;
      while (performance.now() < end) {
        // As a panel does that is slow to draw.
      }
    };
    const reading = packets(await source(), { path: '/counter?period=5', capacity: 10_000 }, { onValue: slow });
    await until(() => reading.count > 8, '8 packets', 30_000);
    const { times, latest } = reading.stop();
    return {
      gaps: times.slice(4).map((time, i) => time - times[i + 3]),
      values: rows(latest).map(({ value }) => value),
      stats: latest.data[0].meta.stats.filter(({ displayName }) => displayName.startsWith('Drawing')),
    };
  });
  assertGaps(found.gaps, 400);
  assertConsecutive(found.values);
  const [time, rate] = found.stats;
  assert.equal(time.displayName, 'Drawing: time for each packet');
  assert.ok(time.value >= 100 && time.unit === 'ms', JSON.stringify(time));
  assert.equal(rate.displayName, 'Drawing: packets per second because of that');
  assert.ok(rate.value <= 2.5, JSON.stringify(rate));
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

/**
 * Updates a second at somebody who waits for 50 ms without a packet, as Grafana's "-- Dashboard --" data source does.
 * @param {Function} run
 * @param {string} url
 * @param {object[]} targets
 */
function heardInSilence(run, url, targets) {
  return run(
    async ({ source, harness, sleep, until }, url, targets) => {
      const { debounceTime } = harness.rxjs;
      const complete = targets.map((target, i) => ({ refId: 'ABCDEFGH'[i], format: 'json', ...target }));
      const heard = [];
      const request = harness.makeRequest(complete);
      const reader = (await source({}, { url }))
        .query(request)
        .pipe(debounceTime(50))
        .subscribe(() => heard.push(performance.now()));
      await until(() => heard.length > 3, 'some updates');
      heard.length = 0;
      await sleep(3000);
      reader.unsubscribe();
      return heard.length / 3;
    },
    url,
    targets
  );
}

/** Sends a row on each path in turn. @param {import('node:test').TestContext} t */
async function startInTurn(t, paths, everyMs) {
  const script = await startScript(t);
  let n = 0;
  const beat = setInterval(() => script.sendOn(paths[n % paths.length], { n: n++ }), everyMs);
  t.after(() => clearInterval(beat));
  return script;
}

const PATHS = ['/a', '/b', '/c', '/d', '/e', '/f', '/g', '/h'];

test('three targets on feeds of 120 ms, 40 ms apart, leave silence for eight updates a second', async (t) => {
  const { run } = await stage.open(t);
  const paths = PATHS.slice(0, 3);
  const script = await startInTurn(t, paths, 40);
  const rate = await heardInSilence(
    run,
    script.url,
    paths.map((path) => ({ path }))
  );
  assert.ok(rate >= 8, `${rate} updates a second`);
});

test('so do three targets that a filter takes from one feed of 40 ms', async (t) => {
  const { run } = await stage.open(t);
  const script = await startScript(t);
  let n = 0;
  const beat = setInterval(() => script.send({ kind: n % 3, n: n++ }), 40);
  t.after(() => clearInterval(beat));
  const rate = await heardInSilence(
    run,
    script.url,
    [0, 1, 2].map((kind) => ({ filter: [{ path: '$.kind', op: '==', value: kind }] }))
  );
  assert.ok(rate >= 8, `${rate} updates a second`);
  assert.equal(script.opened, 1);
});

test('so do eight targets on feeds of 250 ms', async (t) => {
  const { run } = await stage.open(t);
  const script = await startInTurn(t, PATHS, 250 / PATHS.length);
  const rate = await heardInSilence(
    run,
    script.url,
    PATHS.map((path) => ({ path }))
  );
  assert.ok(rate >= 8, `${rate} updates a second`);
});

test('log lines in Explore come at most twice a second, unless it is live, and elsewhere as ever', async (t) => {
  const { run } = await stage.open(t);
  const script = await startScript(t);
  const beat = setInterval(() => script.send({ msg: 'line' }), 20);
  t.after(() => clearInterval(beat));
  const counted = (request, view = 'logs') =>
    run(
      async ({ source, packets, sleep, until }, url, request, view) => {
        const reading = packets(await source({}, { url }), { format: 'json', view }, request);
        await until(() => reading.count > 1, 'packets');
        const before = reading.count;
        await sleep(3000);
        return reading.stop().count - before;
      },
      script.url,
      request,
      view
    );
  const explore = { app: 'explore' };
  const slow = await counted(explore);
  assert.ok(slow >= 4 && slow <= 6, `${slow} packets of log lines in 3 s`);
  for (const { view, ...request } of [
    { ...explore, view: 'logs', liveStreaming: true },
    { app: 'dashboard', view: 'logs' },
    { ...explore, view: 'table' },
  ]) {
    const count = await counted(request, view);
    assert.ok(count >= 18, `${count} packets in 3 s with ${JSON.stringify(request)} and the view ${view}`);
  }
});

test('a panel that is well tells nothing; what auto found is in its statistics', async (t) => {
  const { run } = await stage.open(t);
  const script = await startScript(t);
  const panel = await openPanel(run, script, {});
  script.send({ n: 1 }, { n: 2 });
  const { frames, notices } = await panel.showsRows(2);
  assert.deepEqual(notices, []);
  assert.deepEqual(detected(frames[0]), ['Format detected: JSON (messages)']);
});

test('a feed of plain text tells how it is read', async (t) => {
  const { run } = await stage.open(t);
  const script = await startScript(t);
  const panel = await openPanel(run, script, {});
  script.send('pump started', 'pump stopped');
  const { notices } = await panel.showsRows(2);
  assert.deepEqual(notices, [{ severity: 'info', text: PLAIN_TEXT }]);
});

test('a data source that sets what is not carried out tells so on every panel, by name', async (t) => {
  const { run } = await stage.open(t);
  const script = await startScript(t);
  script.greet({ n: 1 });
  const one = await openPanel(run, script, {}, { settings: { preset: 'mqqt' } });
  assert.deepEqual((await one.showsRows(1)).notices, [
    {
      severity: 'warning',
      text: 'The data source sets preset, which is not supported in this version and is ignored.',
    },
  ]);
  assert.deepEqual(script.received, [], 'what is sent to the server');
});
