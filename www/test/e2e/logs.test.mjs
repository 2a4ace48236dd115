// Log lines: the frame that Grafana's logs panel and Explore look for (the logs part of Grafana's data plane contract).
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { column, openPanel, PLAIN_TEXT, rowsOf } from './panel.mjs';
import { startScript } from './script.mjs';
import { setStage } from './stage.mjs';

const stage = setStage();

const START = Date.now();
const line = (n, level, message, more = {}) => ({ t: START + n, level, message, ...more });

const LOGS = {
  format: 'json',
  view: 'logs',
  fields: [
    { path: '$.t', name: 'when', role: 'time' },
    { path: '$.message', name: 'text of the line' },
    { path: '$.level' },
    { path: '$.id', role: 'id' },
    { path: '$.service', role: 'label' },
    { path: '$.host', role: 'label' },
    { path: '$.ms', unit: 'ms' },
  ],
};

test('timestamp, body, severity, id and labels stand under the names of the contract, what is left follows', async (t) => {
  const { run } = await stage.open(t);
  const script = await startScript(t);
  const panel = await openPanel(run, script, LOGS);
  script.send(
    line(0, 'info', 'started', { id: 'x1', service: 'api', host: 'h1', ms: 5 }),
    line(1, 'error', 'größe "1"\nline 2', { id: 'x2', service: 'api', host: 'h1', ms: null }),
    line(2, null, 'no level', { id: 'x3', service: 'db' })
  );
  const { frames } = await panel.showsRows(3);
  assert.equal(frames.length, 1, 'labels make no frames of their own');
  const [{ fields, meta }] = frames;
  assert.deepEqual(
    fields.map(({ name, type }) => [name, type]),
    [
      ['timestamp', 'time'],
      ['body', 'string'],
      ['severity', 'string'],
      ['id', 'string'],
      ['labels', 'other'],
      ['ms', 'number'],
    ]
  );
  assert.deepEqual([meta.type, meta.typeVersion, meta.preferredVisualisationType], ['log-lines', [0, 0], 'logs']);
  const api = { service: 'api', host: 'h1' };
  assert.deepEqual(rowsOf(frames[0]), [
    { timestamp: START, body: 'started', severity: 'info', id: 'x1', labels: api, ms: 5 },
    { timestamp: START + 1, body: 'größe "1"\nline 2', severity: 'error', id: 'x2', labels: api, ms: null },
    { timestamp: START + 2, body: 'no level', severity: null, id: 'x3', labels: { service: 'db' }, ms: null },
  ]);
});

test('label objects are plain, own what they hold and are not shared between packets', async (t) => {
  const { run } = await stage.open(t);
  const script = await startScript(t);
  script.greet(...['one', 'two'].map((id, n) => line(n, 'info', id, { id, service: 'api' })));
  const found = await run(
    async ({ source, packets, until }, url, target) => {
      const kept = [];
      const reading = packets(await source({}, { url }), target, { onValue: (packet) => kept.push(packet) });
      await until(() => kept.filter(({ data }) => data[0].length === 2).length >= 2, 'two packets with lines');
      reading.stop();
      const labels = (packet) => packet.data[0].fields.find(({ name }) => name === 'labels').values;
      const [first, second] = kept.filter(({ data }) => data[0].length === 2).map(labels);
      return {
        plain: first.every((each) => Object.getPrototypeOf(each) === Object.prototype),
        own: first.map((each) => Object.hasOwn(each, 'service') && JSON.stringify(each)),
        shared: first.some((each) => second.includes(each)),
      };
    },
    script.url,
    LOGS
  );
  assert.deepEqual(found, { plain: true, own: ['{"service":"api"}', '{"service":"api"}'], shared: false });
});

test('a line that is delivered again with its id stands once', async (t) => {
  const { run } = await stage.open(t);
  const script = await startScript(t);
  const settings = { reconnect: { minMs: 50, maxMs: 50 } };
  const panel = await openPanel(run, script, LOGS, { settings });
  const lines = ['a', 'b', 'c'].map((id, n) => line(n, 'info', `line ${id}`, { id }));
  script.send(...lines);
  await panel.showsRows(3);
  script.greet(...lines.slice(1), line(3, 'info', 'line d', { id: 'd' }));
  script.drop();
  await script.connected(2);
  const { frames } = await panel.showsRows(4);
  assert.deepEqual(column(frames[0], 'body'), ['line a', 'line b', 'line c', 'line d']);
});

test('plain text is log lines without a choice of fields', async (t) => {
  const { run } = await stage.open(t);
  const script = await startScript(t);
  const panel = await openPanel(run, script, { view: 'logs' });
  const before = Date.now();
  script.send('INFO started', '12:00:01 ERROR größe\n12:00:02 done');
  const { frames, notices } = await panel.showsRows(3);
  assert.deepEqual(column(frames[0], 'body'), ['INFO started', '12:00:01 ERROR größe', '12:00:02 done']);
  assert.deepEqual(
    frames[0].fields.map(({ name }) => name),
    ['timestamp', 'body']
  );
  column(frames[0], 'timestamp').forEach((time) => assert.ok(time >= before - 1000 && time <= Date.now() + 1000));
  assert.deepEqual(
    notices.map(({ text }) => text),
    [PLAIN_TEXT]
  );
});

test('found fields become log lines too: message, level and the rest', async (t) => {
  const { run } = await stage.open(t);
  const script = await startScript(t);
  const panel = await openPanel(run, script, { format: 'json', view: 'logs' });
  script.send({ time: START, level: 'warn', msg: 'slow', took: 7 });
  const { frames } = await panel.showsRows(1);
  assert.deepEqual(rowsOf(frames[0]), [{ timestamp: START, body: 'slow', severity: 'warn', took: 7 }]);
});

test('a panel for logs shows the lines', async (t) => {
  const { run, page } = await stage.open(t);
  const script = await startScript(t);
  script.greet(line(0, 'info', 'a line to be seen', { service: 'api', id: 'x' }));
  await run(
    async ({ source, mount, until, length }, url, target) => {
      const { uid } = await source({}, { url });
      const board = mount({
        dataSource: uid,
        panels: [{ visualization: 'logs', targets: [{ refId: 'A', ...target }] }],
      });
      await until(() => length(board.data(0)) === 1, 'a line');
    },
    script.url,
    LOGS
  );
  await page.getByText('a line to be seen').first().waitFor({ timeout: 5000 });
});
