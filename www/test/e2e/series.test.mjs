// Labels: a frame for each label set, named and told apart as Grafana wants it.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { column, openPanel, rowsOf, stat, warnings } from './panel.mjs';
import { startScript } from './script.mjs';
import { setStage } from './stage.mjs';

const stage = setStage();

const START = Date.now();
const reading = (n, device, temp, more = {}) => ({ t: START + n, device, temp, ...more });

const TIME = { path: '$.t', name: 'time', role: 'time' };
const TEMP = { path: '$.temp' };
const DEVICE = { path: '$.device', role: 'label' };
const TEMPS = { format: 'json', fields: [TIME, TEMP, DEVICE] };

const seriesOf = ({ frames }) => frames.map(({ fields }) => fields[1].labels);
const temps = (frame) => column(frame, 'temp');

test('every label set is a frame; its values carry the labels and a name for the legend, its time does not', async (t) => {
  const { run } = await stage.open(t);
  const script = await startScript(t);
  const panel = await openPanel(run, script, TEMPS);
  script.send(reading(0, 'a', 1), reading(1, 'b', 2), reading(2, 'a', 3));
  const { frames, notices } = await panel.showsRows(3);
  const plain = frames.map(({ name, fields }) => ({
    name,
    fields: fields.map(({ name, type, labels, config }) => [name, type, labels, config]),
    rows: fields.map(({ values }) => values),
  }));
  const frame = (label, times, values) => ({
    name: label,
    fields: [
      ['time', 'time', undefined, {}],
      ['temp', 'number', { device: label }, { displayNameFromDS: label }],
    ],
    rows: [times.map((n) => START + n), values],
  });
  assert.deepEqual(plain, [frame('a', [0, 2], [1, 3]), frame('b', [1], [2])]);
  assert.deepEqual(notices, []);
});

test('with several values the legend names each of them, and names and units of the query are used', async (t) => {
  const { run } = await stage.open(t);
  const script = await startScript(t);
  const fields = [
    TIME,
    { ...TEMP, name: 'Temperature', unit: 'celsius' },
    { path: '$.hum', unit: 'humidity' },
    { ...DEVICE, name: 'Pump' },
    { path: '$.site', role: 'label' },
  ];
  const panel = await openPanel(run, script, { format: 'json', fields });
  script.send(reading(0, 'a', 1, { hum: 50, site: 'north' }));
  const { frames } = await panel.showsRows(1);
  const values = frames[0].fields.slice(1);
  const labels = { Pump: 'a', site: 'north' };
  assert.deepEqual(
    values.map(({ name, labels, config }) => ({ name, labels, config })),
    [
      { name: 'Temperature', labels, config: { displayNameFromDS: 'a, north Temperature', unit: 'celsius' } },
      { name: 'hum', labels, config: { displayNameFromDS: 'a, north hum', unit: 'humidity' } },
    ]
  );
});

test("Grafana's own names of the series are those that the data source gives", async (t) => {
  const { run } = await stage.open(t);
  const script = await startScript(t);
  script.greet(reading(0, 'a', 1), reading(1, 'b', 2));
  const names = await run(
    async ({ source, read, until, harness }, url, target) => {
      const panel = read(await source({}, { url }), target);
      await until(() => panel.latest?.series.length === 2, 'two series');
      const { series } = panel.stop().latest;
      return series.map((frame) => harness.data.getFieldDisplayName(frame.fields[1], frame, series));
    },
    script.url,
    TEMPS
  );
  assert.deepEqual(names, ['a', 'b']);
});

test('labels are texts as they stand: numbers, odd characters, an empty one, none', async (t) => {
  const { run } = await stage.open(t);
  const script = await startScript(t);
  const panel = await openPanel(run, script, TEMPS);
  const labels = [7, 'a"b\\c\n', 'größe 😀', '', '__proto__', true];
  script.send(...labels.map((label, n) => reading(n, label, n)), { t: START + 9, temp: 9 });
  const shown = await panel.showsRows(7);
  assert.deepEqual(
    seriesOf(shown).map((labels) => labels?.device),
    ['7', 'a"b\\c\n', 'größe 😀', '', '__proto__', 'true', undefined]
  );
});

test('a series that comes later is one more frame, and the others stay what they were', async (t) => {
  const { run } = await stage.open(t);
  const script = await startScript(t);
  const panel = await openPanel(run, script, TEMPS);
  script.send(reading(0, 'a', 1));
  await panel.showsRows(1);
  script.send(reading(1, 'b', 2), reading(2, 'a', 3));
  const shown = await panel.showsRows(3);
  assert.deepEqual(seriesOf(shown), [{ device: 'a' }, { device: 'b' }]);
  assert.deepEqual(shown.frames.map(temps), [[1, 3], [2]]);
});

test('the capacity is that of each series', async (t) => {
  const { run } = await stage.open(t);
  const script = await startScript(t);
  const panel = await openPanel(run, script, { ...TEMPS, capacity: 3 });
  script.send(reading(0, 'rare', 0), ...Array.from({ length: 50 }, (_, n) => reading(n, 'often', n)));
  const shown = await panel.shows(({ frames }) => frames[1]?.fields[1].values.at(-1) === 49, 'the last row');
  assert.deepEqual(shown.frames.map(temps), [[0], [47, 48, 49]]);
});

test('beyond maxSeries the least recently updated series goes, and the panel says so', async (t) => {
  const { run } = await stage.open(t);
  const script = await startScript(t);
  const panel = await openPanel(run, script, { ...TEMPS, maxSeries: 3 });
  script.send(reading(0, 'a', 0), reading(1, 'b', 1), reading(2, 'c', 2));
  const before = await panel.showsRows(3);
  assert.deepEqual(warnings(before), []);
  script.send(reading(3, 'a', 3));
  await panel.showsRows(4);
  script.send(reading(4, 'd', 4));
  const shown = await panel.shows((shown) => warnings(shown).length > 0, 'a notice');
  assert.deepEqual(
    seriesOf(shown)
      .map(({ device }) => device)
      .sort(),
    ['a', 'c', 'd']
  );
  assert.match(warnings(shown)[0], /^There are more than 3 series\. 1 was removed/);
  assert.match(warnings(shown)[0], /maxSeries/);
  assert.equal(stat(shown, 'Series'), 3);
  assert.equal(stat(shown, 'Series removed'), 1);
});

test('of series that come all at once the last ones stay', async (t) => {
  const { run } = await stage.open(t);
  const script = await startScript(t);
  const panel = await openPanel(run, script, { ...TEMPS, maxSeries: 2 });
  script.send(['a', 'b', 'c', 'd', 'e'].map((device, n) => reading(n, device, n)));
  const shown = await panel.shows((shown) => stat(shown, 'Series removed') === 3, 'three cut series');
  assert.deepEqual(
    seriesOf(shown)
      .map(({ device }) => device)
      .sort(),
    ['d', 'e']
  );
});

test('rows that come out of order stand in the order of their times, in every series', async (t) => {
  const { run } = await stage.open(t);
  const script = await startScript(t);
  const panel = await openPanel(run, script, TEMPS);
  const order = [5, 1, 4, 2, 3, 0];
  script.send(...order.flatMap((n) => [reading(n, 'a', n), reading(9 - n, 'b', n)]));
  const { frames } = await panel.showsRows(12);
  assert.deepEqual(temps(frames[0]), [0, 1, 2, 3, 4, 5]);
  assert.deepEqual(temps(frames[1]), [5, 4, 3, 2, 1, 0]);
  script.send(reading(2.5, 'a', 2.5));
  const later = await panel.showsRows(13);
  assert.deepEqual(temps(later.frames[0]), [0, 1, 2, 2.5, 3, 4, 5], 'also when what is there has been shown');
});

test('in a table the labels are columns of one frame', async (t) => {
  const { run } = await stage.open(t);
  const script = await startScript(t);
  const panel = await openPanel(run, script, { ...TEMPS, view: 'table' });
  script.send(reading(0, 'a', 1), reading(1, 'b', 2));
  const { frames } = await panel.showsRows(2);
  assert.equal(frames.length, 1);
  assert.equal(frames[0].meta.preferredVisualisationType, 'table');
  assert.deepEqual(rowsOf(frames[0]), [
    { time: START, temp: 1, device: 'a' },
    { time: START + 1, temp: 2, device: 'b' },
  ]);
});

test('a filter keeps the rows that meet all its conditions, and says when none does', async (t) => {
  const { run } = await stage.open(t);
  const script = await startScript(t);
  const filter = [
    { path: '$.temp', op: '>=', value: 10 },
    { path: '$.device', op: 'matches', value: '^pump-' },
  ];
  const panel = await openPanel(run, script, { ...TEMPS, filter });
  script.send(reading(0, 'pump-1', 9), reading(1, 'fan-1', 99));
  const none = await panel.shows((shown) => warnings(shown).length > 0, 'a notice');
  assert.deepEqual(warnings(none), ['2 messages arrived, but none matched the filter.']);
  script.send(reading(2, 'pump-1', 10), reading(3, 'pump-2', 11), reading(4, 'fan-2', 12));
  const shown = await panel.showsRows(2);
  assert.deepEqual(seriesOf(shown), [{ device: 'pump-1' }, { device: 'pump-2' }]);
  assert.deepEqual(warnings(shown), []);
});

test('a window hides what is older, also while nothing new comes', async (t) => {
  const { run } = await stage.open(t);
  const script = await startScript(t);
  const panel = await openPanel(run, script, { ...TEMPS, window: '2s' });
  const now = Date.now();
  script.send({ t: now - 60_000, device: 'a', temp: 0 }, { t: now, device: 'a', temp: 1 });
  const shown = await panel.showsRows(1);
  assert.deepEqual(temps(shown.frames[0]), [1], 'what is too old from the start is never shown');
  const empty = await panel.shows(({ frames }) => frames[0].length === 0, 'an empty window', 4_500);
  assert.deepEqual(seriesOf(empty), [{ device: 'a' }], 'the series keeps its place');
});

test('one socket serves targets and panels that read it in different ways', async (t) => {
  const { run } = await stage.open(t);
  const script = await startScript(t);
  const targets = [
    { refId: 'A', ...TEMPS },
    { refId: 'B', format: 'json', fields: [TIME, TEMP], filter: [{ path: '$.temp', op: '>', value: 1 }] },
    { refId: 'C', format: 'json', fields: [TIME, TEMP, DEVICE], view: 'table', mode: 'upsert' },
    { refId: 'D', format: 'text', fields: [], view: 'logs' },
    { refId: 'E', format: 'json', fields: [TIME, TEMP], bucket: { interval: '1h', reduce: 'count' } },
  ];
  const first = await openPanel(run, script, targets, { shared: 'feed' });
  const second = await openPanel(run, script, { refId: 'A', format: 'json' }, { shared: 'feed' });
  await second.shows(({ packets }) => packets > 0, 'a packet');
  script.send(reading(0, 'a', 1), reading(1, 'a', 2));
  const { frames } = await first.shows(
    ({ frames }) => frames.map(({ length }) => length).join() === '2,1,1,2,1',
    'rows'
  );
  const own = (refId) => frames.filter((frame) => frame.refId === refId)[0];
  assert.deepEqual(temps(own('A')), [1, 2]);
  assert.deepEqual(temps(own('B')), [2]);
  assert.deepEqual(temps(own('C')), [2]);
  assert.deepEqual(
    column(own('D'), 'body'),
    [reading(0, 'a', 1), reading(1, 'a', 2)].map((row) => JSON.stringify(row))
  );
  assert.deepEqual(own('E').fields[1].values, [2]);
  assert.deepEqual(column((await second.showsRows(2)).frames[0], 'device'), ['a', 'a']);
  assert.equal(script.opened, 1, 'connections');
});
