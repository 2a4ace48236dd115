// One row per key: tables of the present state, deletions, expiry, and rows that are delivered again.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { column, openPanel, rowCount, rowsOf, stat } from './panel.mjs';
import { startScript } from './script.mjs';
import { setStage } from './stage.mjs';

const stage = setStage();

const START = Date.now();
const order = (n, id, price, more = {}) => ({ t: START + n, id, price, ...more });

const TIME = { path: '$.t', name: 'time', role: 'time' };
const TABLE = {
  format: 'json',
  mode: 'upsert',
  view: 'table',
  fields: [TIME, { path: '$.id', role: 'label' }, { path: '$.price' }],
};
const FAST = { reconnect: { minMs: 50, maxMs: 50 } };

const pairs = ({ frames }) => rowsOf(frames[0]).map(({ id, price }) => [id, price]);

test('a message with a known key changes its row in place', async (t) => {
  const { run } = await stage.open(t);
  const script = await startScript(t);
  const panel = await openPanel(run, script, TABLE);
  script.send(order(0, 'a', 1), order(1, 'b', 2), order(2, 'c', 3));
  assert.deepEqual(pairs(await panel.showsRows(3)), [
    ['a', 1],
    ['b', 2],
    ['c', 3],
  ]);
  script.send(order(3, 'b', 20));
  const shown = await panel.shows((shown) => pairs(shown)[1]?.[1] === 20, 'the new price');
  assert.deepEqual(pairs(shown), [
    ['a', 1],
    ['b', 20],
    ['c', 3],
  ]);
  assert.deepEqual(rowsOf(shown.frames[0])[1].time, START + 3);
});

test('a message that is older than its row changes nothing', async (t) => {
  const { run } = await stage.open(t);
  const script = await startScript(t);
  const panel = await openPanel(run, script, TABLE);
  script.send(order(10, 'a', 10), order(5, 'a', 5), order(11, 'b', 0));
  const shown = await panel.showsRows(2);
  assert.deepEqual(pairs(shown), [
    ['a', 10],
    ['b', 0],
  ]);
  assert.equal(stat(shown, 'Late rows'), 1);
});

for (const name of ['keys', 'key']) {
  test(`the key may be chosen as ${name}, and of more than one value`, async (t) => {
    const { run } = await stage.open(t);
    const script = await startScript(t);
    const fields = [TIME, { path: '$.book' }, { path: '$.id' }, { path: '$.price' }];
    const panel = await openPanel(run, script, { ...TABLE, fields, [name]: ['$.book', '$.id'] });
    script.send(
      order(0, 1, 1, { book: 'x' }),
      order(1, 1, 2, { book: 'y' }),
      order(2, 1, 3, { book: 'x' }),
      order(3, 11, 4, { book: '' })
    );
    const shown = await panel.shows(({ frames }) => frames[0]?.length === 3, 'three rows');
    assert.deepEqual(
      rowsOf(shown.frames[0]).map(({ book, id, price }) => [book, id, price]),
      [
        ['x', 1, 3],
        ['y', 1, 2],
        ['', 11, 4],
      ]
    );
  });
}

test('deleteWhen removes the row of its key, and a later message brings it back', async (t) => {
  const { run } = await stage.open(t);
  const script = await startScript(t);
  const target = { ...TABLE, deleteWhen: [{ path: '$.status', op: '==', value: 'filled' }] };
  const panel = await openPanel(run, script, target);
  script.send(order(0, 'a', 1), order(1, 'b', 2));
  await panel.showsRows(2);
  script.send({ id: 'a', status: 'filled' });
  const gone = await panel.shows(({ frames }) => frames[0].length === 1, 'one row');
  assert.deepEqual(pairs(gone), [['b', 2]]);
  script.send({ id: 'nobody', status: 'filled' }, order(2, 'a', 3));
  assert.deepEqual(pairs(await panel.showsRows(2)), [
    ['b', 2],
    ['a', 3],
  ]);
});

test('a row that is not written again leaves within expireAfter and 1.5 s, without any message', async (t) => {
  const { run } = await stage.open(t);
  const script = await startScript(t);
  const panel = await openPanel(run, script, { ...TABLE, expireAfter: '1s' });
  script.send(order(0, 'a', 1), order(1, 'b', 2));
  const sent = performance.now();
  await panel.showsRows(2);
  const beat = setInterval(() => script.send(order(2, 'b', 3)), 200);
  t.after(() => clearInterval(beat));
  const one = await panel.shows(({ frames }) => frames[0].length === 1, 'the silent row to go');
  const alone = performance.now() - sent;
  assert.deepEqual(pairs(one), [['b', 3]]);
  assert.ok(alone >= 950 && alone < 2500, `the silent row left after ${alone} ms`);
  clearInterval(beat);
  const last = performance.now();
  await panel.shows(({ frames }) => frames[0].length === 0, 'an empty table');
  const took = performance.now() - last;
  // The last message came up to a beat before.
  assert.ok(took >= 750 && took < 2500, `the last row left after ${took} ms without a message`);
});

test('in a time series the points of an upsert move with their times', async (t) => {
  const { run } = await stage.open(t);
  const script = await startScript(t);
  const panel = await openPanel(run, script, { ...TABLE, view: 'timeseries', keys: ['$.id'] });
  script.send(order(0, 'a', 1), order(1, 'b', 2));
  await panel.showsRows(2);
  script.send(order(5, 'a', 5));
  const { frames } = await panel.shows(({ frames }) => column(frames[0], 'price')[0] === 5, 'the new price');
  assert.deepEqual(
    frames.map((frame) => [frame.fields[1].labels, column(frame, 'time'), column(frame, 'price')]),
    [
      [{ id: 'a' }, [START + 5], [5]],
      [{ id: 'b' }, [START + 1], [2]],
    ]
  );
});

test('of more keys than the capacity the newest rows stay, and go on being changed and removed', async (t) => {
  const { run } = await stage.open(t);
  const script = await startScript(t);
  const deleteWhen = [{ path: '$.gone', op: 'exists' }];
  const panel = await openPanel(run, script, { ...TABLE, capacity: 3, deleteWhen });
  script.send(...['a', 'b', 'c', 'd', 'e'].map((id, n) => order(n, id, n)));
  await panel.shows((shown) => pairs(shown).at(-1)?.[0] === 'e', 'the last row');
  script.send(order(5, 'd', 30), order(6, 'e', 40));
  const changed = await panel.shows((shown) => pairs(shown).at(-1)?.[1] === 40, 'the last change');
  assert.deepEqual(pairs(changed), [
    ['c', 2],
    ['d', 30],
    ['e', 40],
  ]);
  script.send({ id: 'd', gone: true });
  const fewer = await panel.shows(({ frames }) => frames[0].length === 2, 'two rows');
  assert.deepEqual(pairs(fewer), [
    ['c', 2],
    ['e', 40],
  ]);
});

test('rows with an id stand once, however often they come, and beside rows of the same values', async (t) => {
  const { run } = await stage.open(t);
  const script = await startScript(t);
  const fields = [TIME, { path: '$.id', role: 'id' }, { path: '$.price' }];
  const panel = await openPanel(run, script, { format: 'json', fields });
  const rows = [order(0, 1, 5), order(0, 2, 5), order(1, 3, 5)];
  script.send(...rows);
  await panel.showsRows(3);
  script.send(...rows, order(2, 4, 6));
  const shown = await panel.showsRows(4);
  assert.deepEqual(column(shown.frames[0], 'price'), [5, 5, 5, 6]);
  assert.equal(stat(shown, 'Repeated rows'), 3);
});

/**
 * What is sent, which number is the id of the row n, and the fields that are read.
 * @type {[string, (n: number) => number, object[]][]}
 */
const REPLAYED = [
  ['rows equal in every field', (n) => n % 2, [TIME, { path: '$.price' }]],
  ['rows with an id', (n) => n, [TIME, { path: '$.price' }, { path: '$.id', role: 'id' }]],
  ['labelled rows', (n) => n % 2, [TIME, { path: '$.price' }, { path: '$.id', role: 'label' }]],
];

for (const [what, idOf, fields] of REPLAYED) {
  test(`a feed that sends its last rows again after a reconnect: ${what} stand once`, async (t) => {
    const { run } = await stage.open(t);
    const script = await startScript(t);
    const panel = await openPanel(run, script, { format: 'json', fields }, { settings: FAST });
    const rows = Array.from({ length: 10 }, (_, n) => order(n, idOf(n), n));
    script.send(...rows);
    await panel.showsRows(10);
    script.greet(...rows.slice(5), order(10, idOf(10), 10), order(11, idOf(11), 11));
    script.drop();
    await script.connected(2);
    const again = await panel.showsRows(12);
    script.send(order(12, idOf(12), 12));
    const { frames } = await panel.showsRows(13);
    assert.equal(rowCount(again.frames), 12);
    const prices = frames.flatMap((frame) => column(frame, 'price')).sort((a, b) => a - b);
    assert.deepEqual(
      prices,
      Array.from({ length: 13 }, (_, n) => n)
    );
  });
}
