import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import mqttClient from 'mqtt';
import { wander } from './signals.mjs';
import { read, refusal, serve } from '../../test/support/feed.mjs';

/**
 * @param {{ time: number, value: number }} row
 */
function assertRow(row) {
  assert.deepEqual(Object.keys(row), ['time', 'value']);
  assert.ok(Math.abs(row.time - Date.now()) < 10_000, `time ${row.time}`);
  assert.ok(row.value >= 20 && row.value <= 80, `value ${row.value}`);
}

test('/simple sends one row per message, at its period, as it says it sent', async (t) => {
  const feed = await serve(t);
  const reader = await read(`${feed.url}/simple?period=20`);
  const rows = await reader.takeJson(51);
  rows.forEach(assertRow);
  const took = /** @type {number} */ (reader.times[50]) - /** @type {number} */ (reader.times[0]);
  assert.ok(took > 900 && took < 1300, `50 periods of 20 ms took ${took} ms`);
  await reader.leave();
  assert.deepEqual(feed.sent('/simple').slice(0, reader.messages.length), reader.messages);
});

test('the bare address is the simple feed, so that a data source without a path shows something', async (t) => {
  const feed = await serve(t);
  const bare = await read(feed.url);
  const withQuery = await read(`${feed.url}/?period=20&count=2`);
  (await bare.takeJson(2)).forEach(assertRow);
  await withQuery.take(2);
  assert.equal(feed.stats().paths['/simple']?.open, 2);
  await Promise.all([bare.leave(), withQuery.leave()]);
  assert.deepEqual(feed.sent('/simple').length, bare.messages.length + withQuery.messages.length);
});

test('/simple stops after count and stays open', async (t) => {
  const feed = await serve(t);
  const reader = await read(`${feed.url}/simple?period=1&count=7`);
  await reader.take(7);
  await sleep(100);
  assert.equal(reader.messages.length, 7);
  assert.equal(reader.closed, undefined);
  assert.equal(feed.stats().paths['/simple']?.open, 1);
});

test('/simple sends arrays of rows in order of time', async (t) => {
  const feed = await serve(t);
  const reader = await read(`${feed.url}/simple?period=50&burst=1000`);
  for (const rows of await reader.takeJson(3)) {
    assert.equal(rows.length, 1000);
    rows.forEach(assertRow);
    for (let i = 1; i < rows.length; i++) {
      assert.ok(rows[i].time >= rows[i - 1].time);
    }
    assert.ok(rows[999].time - rows[0].time <= 50);
  }
  const single = await read(`${feed.url}/simple?burst=1`);
  assert.equal((await single.takeJson(1))[0].length, 1);
});

test('/binary sends the same as bytes', async (t) => {
  const feed = await serve(t);
  const reader = await read(`${feed.url}/binary?period=5&count=4`);
  const messages = await reader.take(4);
  assert.ok(messages.every(Buffer.isBuffer));
  messages.forEach((message) => assertRow(JSON.parse(message.toString())));
  assert.deepEqual(feed.sent('/binary'), messages);
});

test('/sensors reports every device once in a period, in nested JSON', async (t) => {
  const feed = await serve(t);
  const reader = await read(`${feed.url}/sensors?period=100&devices=5`);
  const reports = await reader.takeJson(25);
  assert.deepEqual(
    reports.slice(0, 6).map(({ device }) => device),
    ['pump-1', 'pump-2', 'pump-3', 'pump-4', 'pump-5', 'pump-1']
  );
  for (const { ts, site, readings, ok } of reports) {
    assert.ok(Math.abs(ts - Date.now()) < 10_000);
    assert.match(site.name, /^(north|south|east|west)$/);
    assert.ok(site.line >= 1 && site.line <= 3);
    assert.ok(readings.temperature > 30 && readings.temperature < 100, `temperature ${readings.temperature}`);
    assert.ok(readings.pressure > 1 && readings.pressure < 6, `pressure ${readings.pressure}`);
    assert.ok(readings.vibration >= 0 && readings.vibration < 10, `vibration ${readings.vibration}`);
    assert.equal(ok, readings.vibration < 5);
  }
  const took = /** @type {number} */ (reader.times[24]) - /** @type {number} */ (reader.times[0]);
  assert.ok(took > 380 && took < 800, `five periods of 100 ms took ${took} ms`);
});

test('a random walk stays in bounds, moves, and has no jumps', () => {
  const walk = Array.from({ length: 20_000 }, (_, i) => wander(1, 1_700_000_000_000 + i * 500));
  assert.ok(walk.every((value) => value >= -1 && value <= 1));
  assert.ok(Math.max(...walk) - Math.min(...walk) > 0.8);
  assert.ok(walk.every((value, i) => i === 0 || Math.abs(value - /** @type {number} */ (walk[i - 1])) < 0.1));
  assert.notDeepEqual(
    walk.slice(0, 10),
    Array.from({ length: 10 }, (_, i) => wander(2, 1_700_000_000_000 + i * 500))
  );
});

test('/logs sends lines with a time, a level and a service', async (t) => {
  const feed = await serve(t);
  const reader = await read(`${feed.url}/logs?period=1&count=200`);
  const lines = await reader.takeJson(200);
  for (const { timestamp, level, service, message } of lines) {
    assert.equal(new Date(timestamp).toISOString(), timestamp);
    assert.match(level, /^(debug|info|warn|error)$/);
    assert.match(service, /^(api|web|billing|worker)$/);
    assert.ok(message.length > 5);
  }
  assert.ok(new Set(lines.map(({ level }) => level)).size >= 3);
});

for (const rate of [1000, 20_000]) {
  test(`/burst holds ${rate} messages per second`, async (t) => {
    const feed = await serve(t);
    const reader = await read(`${feed.url}/burst?rate=${rate}`);
    await reader.take(1);
    const start = performance.now();
    const before = reader.messages.length;
    await sleep(1500);
    const perSecond = ((reader.messages.length - before) / (performance.now() - start)) * 1000;
    reader.ws.terminate();
    assert.ok(Math.abs(perSecond / rate - 1) < 0.1, `${perSecond} per second`);
    assertRow(JSON.parse(String(reader.messages[0])));
  });
}

test('/burst sends exactly count messages, and arrays when asked for rows', async (t) => {
  const feed = await serve(t);
  const reader = await read(`${feed.url}/burst?rate=50000&count=5000`);
  await reader.take(5000);
  await sleep(50);
  assert.equal(reader.messages.length, 5000);
  assert.deepEqual(feed.sent('/burst'), reader.messages);
  const rows = await read(`${feed.url}/burst?rate=100&rows=10&count=2`);
  assert.deepEqual(
    (await rows.takeJson(2)).map((message) => message.length),
    [10, 10]
  );
});

test('/burst makes a mistake in every so many messages when asked for', async (t) => {
  const feed = await serve(t);
  const reader = await read(`${feed.url}/burst?rate=1000&count=6&mistakes=3`);
  const texts = (await reader.take(6)).map(String);
  assert.deepEqual(
    texts.map((text) => text.endsWith(',"value":NaN}')),
    [false, false, true, false, false, true]
  );
});

test('/burst gives each row an id of so many when asked for', async (t) => {
  const feed = await serve(t);
  const reader = await read(`${feed.url}/burst?rate=1000&count=3&series=2`);
  const messages = await reader.takeJson(3);
  assert.deepEqual(
    messages.map(({ id }) => id),
    ['s0', 's1', 's0']
  );
  messages.forEach(({ time, value }) => assertRow({ time, value }));
});

test('/burst waits for a client that does not read, and goes on when it does', async (t) => {
  const feed = await serve(t);
  const reader = await read(`${feed.url}/burst?rate=20000&rows=20`);
  await reader.take(1);
  reader.ws.pause();
  const sent = () => feed.stats().paths['/burst']?.sent ?? 0;
  // Until the buffers of the system and of the server are full, the count still rises.
  let paused = -1;
  for (const end = performance.now() + 10_000; paused !== sent() && performance.now() < end; await sleep(200)) {
    paused = sent();
  }
  await sleep(500);
  assert.equal(sent(), paused);
  reader.ws.resume();
  await reader.take(paused + 100);
  reader.ws.terminate();
  assert.deepEqual(feed.sent('/burst').slice(0, reader.messages.length), reader.messages);
});

test('/counter gives every client the same numbers and goes on where it was', async (t) => {
  const feed = await serve(t);
  const first = await read(`${feed.url}/counter?period=5`);
  await first.take(5);
  const second = await read(`${feed.url}/counter?period=5`);
  await second.take(20);
  const seen = new Set(first.messages);
  await second.leave();
  await first.take(40);
  second.messages.slice(0, -5).forEach((message) => assert.ok(seen.has(message) || first.messages.includes(message)));
  await first.leave();

  const values = first.messages.map((message) => JSON.parse(String(message)).value);
  assert.deepEqual(
    values,
    values.map((_, i) => i)
  );
  await sleep(100);
  const stopped = feed.sent('/counter').length;
  await sleep(100);
  assert.equal(feed.sent('/counter').length, stopped);
  const third = await read(`${feed.url}/counter?period=5`);
  assert.equal((await third.takeJson(1))[0].value, stopped);
  assert.deepEqual(feed.sent('/counter').slice(0, first.messages.length), first.messages);
});

test('/counter starts where it is told, and takes the period of the newest client', async (t) => {
  const feed = await serve(t, { counterStart: 500 });
  const slow = await read(`${feed.url}/counter?period=60000`);
  assert.equal((await slow.takeJson(1))[0].value, 500);
  await read(`${feed.url}/counter?period=2`);
  const values = (await slow.takeJson(20)).map(({ value }) => value);
  assert.deepEqual(
    values,
    values.map((_, i) => 500 + i)
  );
});

test('/echo sends back text and bytes, and waits for a client that does not read', async (t) => {
  const feed = await serve(t);
  const reader = await read(`${feed.url}/echo`);
  reader.ws.send('hello');
  reader.ws.send(Buffer.from([1, 2, 3]));
  assert.deepEqual(await reader.take(2), ['hello', Buffer.from([1, 2, 3])]);
  assert.deepEqual(feed.stats().received, [{ path: '/echo', text: 'hello' }]);

  const large = 'x'.repeat(500_000);
  reader.ws.pause();
  for (let n = 0; n < 60; n++) {
    reader.ws.send(n + large);
  }
  await sleep(300);
  const echoed = feed.sent('/echo').length - 2;
  assert.ok(echoed < 60, `${echoed} messages taken from a client that does not read`);
  reader.ws.resume();
  const all = (await reader.take(62)).slice(2);
  assert.ok(all.every((message, n) => message === n + large));
});

test('wrong parameters are turned away with a sentence', async (t) => {
  const feed = await serve(t);
  const cases = {
    '/simple?period=0': 'period is "0"; it must be a whole number from 1 to 3600000.',
    '/simple?period=fast': 'period is "fast"; it must be a whole number from 1 to 3600000.',
    '/burst?rate=-5': 'rate is "-5"; it must be a whole number from 1 to 1000000.',
    '/sensors?devices=1.5': 'devices is "1.5"; it must be a whole number from 1 to 1000.',
  };
  for (const [path, sentence] of Object.entries(cases)) {
    const { status, error } = await refusal(feed.url + path);
    assert.deepEqual([status, error], [400, sentence]);
  }
  const { status, error } = await refusal(`${feed.url}/nothing`);
  assert.equal(status, 404);
  assert.match(error, /no such feed.*\/simple/);
});

test('/ais and /adsb say where something is, in degrees', async (t) => {
  const feed = await serve(t);
  const ships = await read(`${feed.url}/ais?period=60&size=3`);
  for (const { mmsi, lat, lon, cog } of await ships.takeJson(6)) {
    assert.ok(mmsi > 2e8 && Math.abs(lat) < 90 && Math.abs(lon) < 180 && cog >= 0 && cog < 360);
  }
  const planes = await read(`${feed.url}/adsb?period=20&size=4`);
  for (const { now, aircraft } of await planes.takeJson(2)) {
    assert.ok(Math.abs(now * 1000 - Date.now()) < 10_000);
    assert.equal(new Set(aircraft.map((/** @type {{ hex: string }} */ { hex }) => hex)).size, 4);
  }
});

test('/switches says of each what it is', async (t) => {
  const feed = await serve(t);
  const reader = await read(`${feed.url}/switches?period=50`);
  const reports = await reader.takeJson(10);
  assert.equal(new Set(reports.map(({ name }) => name)).size, 5);
  assert.ok(reports.every(({ on }) => typeof on === 'boolean'));
});

test('/book begins with a snapshot, and its changes lead to books of the same depth', async (t) => {
  const feed = await serve(t);
  const reader = await read(`${feed.url}/book?period=50&depth=5`);
  const all = await reader.takeJson(30);
  assert.deepEqual(
    all.map(({ type }) => type),
    ['snapshot', ...Array.from({ length: 29 }, () => 'update')]
  );
  const book = new Map();
  for (const { levels } of all) {
    for (const { side, price, quantity } of levels) {
      if (quantity === 0) {
        assert.ok(book.delete(`${side} ${price}`), 'only what is there is taken away');
      } else {
        book.set(`${side} ${price}`, { side, price });
      }
    }
    const prices = (/** @type {string} */ wanted) =>
      [...book.values()].filter(({ side }) => side === wanted).map(({ price }) => price);
    assert.equal(prices('bid').length, 5);
    assert.ok(Math.max(...prices('bid')) < Math.min(...prices('ask')));
  }
});

test('/mqtt serves a client of others, in both versions, with what its filter names', async (t) => {
  const feed = await serve(t);
  for (const protocolVersion of /** @type {const} */ ([4, 5])) {
    const client = await mqttClient.connectAsync(`${feed.url}/mqtt?period=20`, { protocolVersion });
    t.after(() => client.endAsync(true));
    await client.subscribeAsync('plant/+/temperature');
    /** @type {Set<string>} */
    const topics = new Set();
    await new Promise((resolve) => {
      client.on('message', (topic, payload) => {
        assert.ok(Number.isFinite(Number(payload.toString())));
        topics.add(topic);
        if (topics.size === 2) {
          resolve(undefined);
        }
      });
    });
    await client.unsubscribeAsync('plant/+/temperature');
    assert.deepEqual([...topics].sort(), ['plant/hall1/temperature', 'plant/hall2/temperature']);
  }
});
