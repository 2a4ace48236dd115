// Sockets: shared, closed when nobody reads, taken up again; what is sent over them.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { startFeedServer } from '../../dev/feed/server.mjs';
import { until } from '../support/feed.mjs';
import { assertConsecutive, assertSameRows, sentRows } from './compare.mjs';
import { setStage } from './stage.mjs';

const stage = setStage();

test('panels share a socket: one connection for two panels and three targets that read the same feed', async (t) => {
  const { run, feed } = await stage.open(t);
  const shown = await run(async ({ source, mount, until, values, length }) => {
    const { uid } = await source();
    const path = '/counter?period=10';
    const board = mount({
      dataSource: uid,
      panels: [
        {
          targets: [
            { refId: 'A', path },
            { refId: 'B', path, fields: [{ path: '$.value', name: 'n' }] },
          ],
        },
        { visualization: 'table', targets: [{ refId: 'A', path, capacity: 7 }] },
      ],
    });
    await until(() => length(board.data(0), 'A') > 50 && length(board.data(1)) === 7, 'rows in both panels');
    return [values(board.data(0), 'value', 'A'), values(board.data(0), 'n', 'B'), values(board.data(1))];
  });
  shown.forEach((values) => assertConsecutive(values));
  assert.deepEqual([feed.stats().opened, feed.stats().connections], [1, 1]);
});

test('another path or other settings are another socket', async (t) => {
  const { run, feed } = await stage.open(t);
  await run(async ({ source, read, until, length }) => {
    const [one, two] = [await source(), await source({ subprotocols: ['v1'] })];
    const readings = [
      read(one, { path: '/counter?period=10' }),
      read(one, { path: '/counter?period=11' }),
      read(two, { path: '/counter?period=10' }),
    ];
    await until(() => readings.every(({ latest }) => length(latest) > 3), 'rows in all');
  });
  assert.equal(feed.stats().connections, 3);
});

test('the socket is closed when the linger time is over, not before', async (t) => {
  const { run, feed } = await stage.open(t);
  const before = await run(async ({ source, read, until, length, values, shelf }) => {
    shelf.dataSource = await source({ lingerMs: 1500 });
    const reading = read(shelf.dataSource, { path: '/counter?period=10' });
    await until(() => length(reading.latest) > 20, 'rows');
    reading.stop();
    shelf.left = performance.now();
    return values(reading.latest);
  });
  const kept = await run(async ({ until, values, shelf, sleep, packets }) => {
    await sleep(400);
    const again = packets(shelf.dataSource, { path: '/counter?period=10' });
    await until(() => again.count > 0, 'a packet');
    again.stop();
    shelf.left = performance.now();
    return values(again.latest);
  });
  assert.ok(kept.length > before.length, 'rows came while nobody looked');
  assertConsecutive(kept, 0);
  assert.equal(feed.stats().opened, 1, 'the same socket');
  await until(() => feed.stats().connections === 0, 'the socket to close');
  const after = await run(({ shelf }) => performance.now() - shelf.left);
  assert.ok(after >= 1450, `the socket was closed ${after} ms after the last reader left`);
});

test('a server that is killed and started again on the same port is found again, without a reload', async (t) => {
  const { run, feed } = await stage.open(t);
  await run(async ({ source, mount, until, values, follow, shelf }) => {
    const { uid } = await source({ reconnect: { minMs: 50, maxMs: 300 } });
    shelf.board = mount({
      dataSource: uid,
      panels: [{ targets: [{ refId: 'A', path: '/counter?period=10' }] }],
    });
    await until(() => values(shelf.board.data(0)).length > 30, 'rows');
    shelf.seen = follow(shelf.board, 0);
  });
  await feed.close();
  const down = await run(async ({ shelf, until, notices, values }) => {
    const data = () => shelf.board.data(0);
    await until(() => notices(data()).some((text) => text.includes('Not connected')), 'a notice');
    return { notices: notices(data()), state: data().state, rows: values(data()).length };
  });
  assert.match(down.notices.join(), /Not connected to ws:\/\/127\.0\.0\.1:\d+\/counter\?period=10 \(code 1006/);
  assert.match(down.notices.join(), /Retrying (now|in \d+ s)/);
  assert.equal(down.state, 'Streaming', 'a connection that may come back is no error');
  assert.ok(down.rows > 30, 'the rows stay');

  const sent = feed.sent('/counter').length;
  const again = await startFeedServer({ port: feed.port, counterStart: sent });
  t.after(() => again.close());
  const { values, seen, notices } = await run(async ({ shelf, until, values, notices }, goal) => {
    const data = () => shelf.board.data(0);
    await until(() => values(data()).at(-1) > goal, `the value ${goal}`);
    await until(() => notices(data()).length === 0, 'the notice to go');
    return { values: values(data()), seen: shelf.seen, notices: notices(data()) };
  }, sent + 30);
  assert.deepEqual(notices, []);
  const lost = sent - values.findIndex((value) => value >= sent);
  // What the first server wrote in its last moment may never have left its machine.
  assert.ok(sent - lost > 30, `${lost} of ${sent} rows of the first server are not there`);
  assertConsecutive(values.slice(0, sent - lost), 0);
  assertConsecutive(values.slice(sent - lost), sent);
  assert.ok(
    seen.every(({ first }) => first === 0),
    'the rows from before stand at every moment'
  );
  assert.equal(again.stats().opened, 1);
});

test('a connection that is dropped over and over loses nothing that was sent, and counts its reconnects', async (t) => {
  const { run, feed } = await stage.open(t);
  const { rows, reconnects } = await run(async ({ source, read, until, rows, stat }) => {
    const reading = read(await source({ reconnect: { minMs: 50, maxMs: 50 } }), { path: '/drop?after=20&period=5' });
    await until(() => stat(reading.latest, 'Rows') >= 80, '80 rows');
    return { rows: rows(reading.stop().latest), reconnects: stat(reading.latest, 'Connection: reconnects') };
  });
  assertSameRows(rows, sentRows(feed, '/drop').slice(0, rows.length));
  assert.ok(reconnects >= 3, `${reconnects} reconnects`);
});

const subscribe = (stream) => `{"method":"SUBSCRIBE","params":["${stream}@trade"],"id":1}`;
const unsubscribe = (stream) => `{"method":"UNSUBSCRIBE","params":["${stream}@trade"],"id":2}`;
const received = (feed, path = '/trades') =>
  feed
    .stats()
    .received.filter((text) => text.path === path)
    .map(({ text }) => text);

test('the subscribe message is sent when the connection stands, and again after a reconnect', async (t) => {
  const { run, feed } = await stage.open(t);
  const target = { path: '/trades?period=20', subscribe: subscribe('btcusdt'), unsubscribe: unsubscribe('btcusdt') };
  await run(async ({ source, read, until, length, shelf }, target) => {
    const dataSource = await source({ reconnect: { minMs: 50, maxMs: 100 }, lingerMs: 200 });
    shelf.readings = [read(dataSource, target), read(dataSource, target)];
    await until(() => shelf.readings.every(({ latest }) => length(latest) > 5), 'trades');
  }, target);
  assert.deepEqual(received(feed), [target.subscribe], 'once for both panels');
  feed.drop('/trades');
  await until(() => received(feed).length === 2, 'the second subscribe message');
  const before = feed.sent('/trades').length;
  await until(() => feed.sent('/trades').length > before + 10, 'trades after the reconnect');
  assert.deepEqual(received(feed), [target.subscribe, target.subscribe]);
  const rows = await run(async ({ shelf, until, stat, rows }, least) => {
    const [one, two] = shelf.readings;
    await until(() => stat(one.latest, 'Rows') > least, 'new rows');
    one.stop();
    two.stop();
    return rows(one.latest).length;
  }, before - 2);
  assert.ok(rows > 0);
  await until(() => feed.stats().connections === 0, 'the socket to close');
  assert.deepEqual(received(feed), [target.subscribe, target.subscribe, target.unsubscribe]);
});

test('a panel that leaves does not unsubscribe for those that stay', async (t) => {
  const { run, feed } = await stage.open(t);
  const common = { path: '/trades?period=20', subscribe: subscribe('btcusdt') };
  const texts = [unsubscribe('btcusdt'), unsubscribe('btcusdt').replace('2}', '3}'), undefined];
  const targets = texts.map((unsubscribe) => ({ ...common, unsubscribe }));
  const grown = await run(async ({ source, read, until, length, stat, sleep, shelf }, targets) => {
    const dataSource = await source({ lingerMs: 100 });
    shelf.readings = targets.map((target) => read(dataSource, target));
    await until(() => shelf.readings.every(({ latest }) => length(latest) > 5), 'trades');
    const [first, second, last] = shelf.readings;
    first.stop();
    second.stop();
    await sleep(400);
    const before = stat(last.latest, 'Rows');
    await until(() => stat(last.latest, 'Rows') > before + 10, 'trades for the one that stays');
    return stat(last.latest, 'Rows') - before;
  }, targets);
  assert.ok(grown > 10, `${grown} new rows`);
  assert.deepEqual(received(feed), [common.subscribe]);
  await run(async ({ shelf }) => shelf.readings[2].stop());
  await until(() => feed.stats().connections === 0, 'the socket to close');
});

test('two subscriptions have a socket each, their rows do not mix, and one that leaves unsubscribes alone', async (t) => {
  const { run, feed } = await stage.open(t);
  const target = (refId, stream) => ({
    refId,
    path: '/trades?period=20',
    subscribe: subscribe(stream),
    unsubscribe: unsubscribe(stream),
  });
  await run(
    async ({ source, read, until, shelf, length, values }, targets) => {
      const dataSource = await source({ lingerMs: 100 });
      shelf.both = read(dataSource, targets);
      await until(() => targets.every(({ refId }) => length(shelf.both.latest, refId) > 5), 'trades of both');
      for (const [refId, symbol] of [
        ['A', 'BTCUSDT'],
        ['B', 'ETHUSDT'],
      ]) {
        const strangers = values(shelf.both.latest, 's', refId).filter((s) => s !== symbol && s !== null);
        if (strangers.length > 0) {
          throw new Error(`rows of ${strangers[0]} in the frame of ${symbol}`);
        }
      }
      shelf.one = read(dataSource, targets[0]);
      await until(() => length(shelf.one.latest) > 0, 'rows of one');
      shelf.both.stop();
    },
    [target('A', 'btcusdt'), target('B', 'ethusdt')]
  );
  await until(() => received(feed).length === 3, 'the unsubscribe message');
  assert.deepEqual(received(feed).sort(), [subscribe('btcusdt'), subscribe('ethusdt'), unsubscribe('ethusdt')].sort());
  assert.equal(feed.stats().opened, 2);
  await until(() => feed.stats().connections === 1, 'the socket of the one that left to close');
  await run(async ({ shelf, until, stat }) => {
    const before = stat(shelf.one.latest, 'Rows');
    await until(() => stat(shelf.one.latest, 'Rows') > before + 5, 'more trades of the one that stays');
  });
});

test('variables are replaced in path and messages, and a change of one subscribes anew', async (t) => {
  const { run, feed } = await stage.open(t);
  await run(
    async ({ source, mount, until, values, shelf }, texts) => {
      // Long enough for the other socket to open first, also on a busy machine.
      const { uid } = await source({ lingerMs: 1000 });
      shelf.board = mount({
        dataSource: uid,
        variables: [
          { name: 'symbol', label: 'Symbol', query: 'btcusdt,ethusdt', value: 'btcusdt' },
          { name: 'period', label: 'Period', query: '20', value: '20' },
        ],
        panels: [{ targets: [{ refId: 'A', path: '/trades?period=$period', ...texts }] }],
      });
      await until(() => values(shelf.board.data(0), 's').includes('BTCUSDT'), 'trades');
    },
    { subscribe: subscribe('${symbol}'), unsubscribe: unsubscribe('${symbol}') }
  );
  assert.deepEqual(received(feed), [subscribe('btcusdt')]);
  const symbols = await run(async ({ shelf, until, values, harness }) => {
    const variable = harness.scenes.sceneGraph.lookupVariable('symbol', shelf.board.scene);
    variable.changeValueTo('ethusdt', 'ethusdt');
    await until(() => values(shelf.board.data(0), 's').at(-1) === 'ETHUSDT', 'trades of the other symbol');
    return values(shelf.board.data(0), 's').at(-1);
  });
  assert.equal(symbols, 'ETHUSDT');
  await until(() => received(feed).length >= 3, 'the unsubscribe message');
  assert.deepEqual(received(feed), [subscribe('btcusdt'), subscribe('ethusdt'), unsubscribe('btcusdt')]);
});

test('the scoped variables of a repeated panel are replaced', async (t) => {
  const { run, feed } = await stage.open(t);
  const devices = await run(async ({ source, read, until, values }) => {
    const scopedVars = { count: { text: '2', value: '2' }, word: { text: 'hello', value: 'hello' } };
    const reading = read(
      await source(),
      {
        path: '/sensors?period=20&devices=${count}',
        subscribe: '{"say":"$word"}',
        fields: [{ path: '$.device', name: 'device' }],
      },
      { scopedVars }
    );
    await until(() => values(reading.latest, 'device').length > 10, 'rows');
    return values(reading.stop().latest, 'device');
  });
  assert.deepEqual([...new Set(devices)].sort(), ['pump-1', 'pump-2']);
  assert.deepEqual(received(feed, '/sensors'), ['{"say":"hello"}']);
});
