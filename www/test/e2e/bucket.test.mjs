// Buckets: the rows of an interval as one, repainted while they come.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { column, openPanel, rowsOf } from './panel.mjs';
import { startScript } from './script.mjs';
import { setStage } from './stage.mjs';

const stage = setStage();

const MINUTE = 60_000;
/** The beginning of a minute, a while ago. */
const START = Math.floor(Date.now() / MINUTE - 10) * MINUTE;
const trade = (seconds, price, more = {}) => ({ t: START + seconds * 1000, price, ...more });

const FIELDS = [{ path: '$.t', name: 'time', role: 'time' }, { path: '$.price' }];
const bars = (reduce, more = {}) => ({ format: 'json', fields: FIELDS, bucket: { interval: '1m', reduce }, ...more });

const PRICES = [3, 1, 4, 1, 5];
const REDUCED = { last: 5, first: 3, min: 1, max: 5, mean: 2.8, sum: 14, count: 5 };

test('every reducer makes one row of an interval, at its beginning', async (t) => {
  const { run } = await stage.open(t);
  const script = await startScript(t);
  const reducers = Object.keys(REDUCED);
  const targets = reducers.map((reduce) => ({ refId: reduce, ...bars(reduce) }));
  const panel = await openPanel(run, script, targets);
  script.send(...PRICES.map((price, n) => trade(n * 10, price)), trade(60, 9));
  const { frames } = await panel.shows(({ frames }) => frames.every(({ length }) => length === 2), 'two bars each');
  for (const frame of frames) {
    assert.deepEqual(column(frame, 'time'), [START, START + MINUTE], frame.refId);
    assert.ok(
      Math.abs(frame.fields[1].values[0] - REDUCED[frame.refId]) < 1e-9,
      `${frame.refId}: ${frame.fields[1].values}`
    );
  }
  assert.deepEqual(new Set(frames.map(({ refId }) => refId)), new Set(reducers));
});

test('the bar that is in progress is repainted with every message, and so is an earlier one by a late row', async (t) => {
  const { run } = await stage.open(t);
  const script = await startScript(t);
  const panel = await openPanel(run, script, bars('ohlc'));
  const bar = (index) => (shown) => {
    const { time, ...prices } = rowsOf(shown.frames[0])[index] ?? {};
    return Object.values(prices).join();
  };
  const shows = (index, prices) => panel.shows((shown) => bar(index)(shown) === prices, prices);
  script.send(trade(10, 5));
  const { frames } = await shows(0, '5,5,5,5');
  assert.deepEqual(
    frames[0].fields.map(({ name }) => name.replace(/^price[. ]/, '')),
    ['time', 'open', 'high', 'low', 'close']
  );
  script.send(trade(20, 9));
  await shows(0, '5,9,5,9');
  script.send(trade(30, 2));
  await shows(0, '5,9,2,2');
  script.send(trade(61, 7));
  await shows(1, '7,7,7,7');
  script.send(trade(5, 4), trade(40, 3));
  await shows(0, '4,9,2,3');
  assert.equal((await panel.look()).frames[0].length, 2);
});

test('bars of labelled rows are bars of each series', async (t) => {
  const { run } = await stage.open(t);
  const script = await startScript(t);
  const panel = await openPanel(run, script, bars('max', { fields: [...FIELDS, { path: '$.s', role: 'label' }] }));
  script.send(trade(1, 1, { s: 'x' }), trade(2, 2, { s: 'y' }), trade(3, 3, { s: 'x' }), trade(70, 4, { s: 'y' }));
  const { frames } = await panel.showsRows(3);
  assert.deepEqual(
    frames.map(({ fields }) => [fields[1].labels, fields[1].values]),
    [
      [{ s: 'x' }, [3]],
      [{ s: 'y' }, [2, 4]],
    ]
  );
});

test('fields that are found are reduced too; texts keep what a reducer can say of them', async (t) => {
  const { run } = await stage.open(t);
  const script = await startScript(t);
  const panel = await openPanel(run, script, { format: 'json', bucket: { interval: '1m', reduce: 'last' } });
  const row = (seconds, price, side) => ({ time: START + seconds * 1000, price, side });
  script.send(row(1, 1, 'buy'), row(2, 2, 'sell'));
  const { frames } = await panel.shows(({ frames }) => frames[0]?.fields[1]?.values[0] === 2, 'the last price');
  assert.deepEqual(rowsOf(frames[0]), [{ time: START, price: 2, side: 'sell' }]);
});

test('the capacity counts bars, and the newest stay', async (t) => {
  const { run } = await stage.open(t);
  const script = await startScript(t);
  const panel = await openPanel(run, script, bars('count', { capacity: 3 }));
  script.send(...Array.from({ length: 60 }, (_, n) => trade(n * 10, n)));
  const shown = await panel.shows(
    ({ frames }) => frames[0].fields[1].values.at(-1) === 6 && column(frames[0], 'time').at(-1) === START + 9 * MINUTE,
    'the last bar'
  );
  assert.deepEqual(
    column(shown.frames[0], 'time'),
    [7, 8, 9].map((n) => START + n * MINUTE)
  );
  assert.deepEqual(shown.frames[0].fields[1].values, [6, 6, 6]);
});

test('a feed that begins anew and sends its last rows again counts none of them twice', async (t) => {
  const { run } = await stage.open(t);
  const script = await startScript(t);
  const settings = { reconnect: { minMs: 50, maxMs: 50 } };
  const panel = await openPanel(run, script, bars('sum'), { settings });
  const trades = [1, 2, 3, 4].map((n) => trade(n * 10, n));
  script.send(...trades);
  await panel.shows(({ frames }) => frames[0]?.fields[1].values[0] === 10, 'the sum');
  script.greet(...trades.slice(2), trade(50, 5));
  script.drop();
  await script.connected(2);
  const { frames } = await panel.shows(({ frames }) => frames[0].fields[1].values[0] !== 10, 'another sum');
  assert.deepEqual(frames[0].fields[1].values, [15]);
});
