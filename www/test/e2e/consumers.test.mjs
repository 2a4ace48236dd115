// Grafana's other consumers of a feed: query variables and annotations.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { startScript } from './script.mjs';
import { setStage } from './stage.mjs';

const stage = setStage();

/** Runs a query variable of @grafana/scenes; hands back its options and how long they took. */
async function options({ source, harness }, url, query, settings = {}) {
  const { lastValueFrom, timeout } = harness.rxjs;
  const { uid, type } = await source(settings, { url });
  const variable = new harness.scenes.QueryVariable({ name: 'device', datasource: { uid, type }, query });
  new harness.scenes.EmbeddedScene({
    $timeRange: new harness.scenes.SceneTimeRange(),
    $variables: new harness.scenes.SceneVariableSet({ variables: [variable] }),
    body: new harness.scenes.SceneFlexLayout({ children: [] }),
  });
  const begun = performance.now();
  const update = lastValueFrom(variable.validateAndUpdate().pipe(timeout(15_000)), { defaultValue: undefined });
  const error = await update.then(
    () => undefined,
    (error) => error.message
  );
  return { took: performance.now() - begun, options: variable.state.options.map(({ value }) => value), error };
}

const VARIABLE = { refId: 'V', path: '/feed', format: 'json', field: '$.device', collectFor: '1s' };

test('a query variable lists the distinct values that came within its time, sorted', async (t) => {
  const { run } = await stage.open(t);
  const script = await startScript(t);
  const answer = run(options, script.url, VARIABLE);
  await script.connected();
  const devices = ['pump-10', 'pump-2', 'pump-2', 'valve', 7, null];
  const beat = setInterval(() => script.send(...devices.map((device) => ({ device }))), 50);
  t.after(() => clearInterval(beat));
  const found = await answer;
  assert.equal(found.error, undefined);
  assert.deepEqual(found.options, ['7', 'pump-2', 'pump-10', 'valve']);
  assert.ok(found.took >= 950 && found.took < 4000, `it took ${found.took} ms`);
});

test('a value that is seen late in the time of a variable is in its list', async (t) => {
  const { run } = await stage.open(t);
  const script = await startScript(t);
  const answer = run(options, script.url, { ...VARIABLE, collectFor: '2s' });
  await script.connected();
  script.send({ device: 'early' });
  setTimeout(() => script.send({ device: 'late' }), 1000);
  assert.deepEqual((await answer).options, ['early', 'late']);
});

test('a variable of a feed that cannot be reached fails with the reason instead of an empty list', async (t) => {
  const { run } = await stage.open(t);
  const script = await startScript(t);
  const found = await run(options, `${script.url.replace(/\d+$/, '1')}`, VARIABLE, {
    reconnect: { minMs: 50, maxAttempts: 1 },
  });
  assert.deepEqual(found.options, []);
  assert.match(String(found.error), /Not connected to ws:\/\//);
});

test('a variable whose field is no path fails with the position of what is wrong', async (t) => {
  const { run } = await stage.open(t);
  const script = await startScript(t);
  const found = await run(options, script.url, { ...VARIABLE, field: '$.a[' });
  assert.deepEqual(found.options, []);
  assert.match(String(found.error), /\$\.a\[.*at character/);
});

test("the rows of a feed are events in Grafana's standard annotation pipeline, and more follow", async (t) => {
  const { run } = await stage.open(t);
  const script = await startScript(t);
  const now = Date.now();
  const event = (n, text, more = {}) => ({ at: now + n, until: now + n + 5, text, tags: 'pump,north', ...more });
  script.greet(event(0, 'stopped', { id: 'e1' }));
  await run(
    async ({ source, harness, until, shelf }, url, target) => {
      const { uid } = await source({}, { url });
      const { dataLayers, EmbeddedScene, SceneDataLayerSet, SceneFlexLayout, SceneTimeRange } = harness.scenes;
      const query = { name: 'Events', enable: true, iconColor: 'red', datasource: { uid }, target };
      const layer = new dataLayers.AnnotationsDataLayer({ name: 'Events', query });
      const scene = new EmbeddedScene({
        $timeRange: new SceneTimeRange(),
        $data: new SceneDataLayerSet({ layers: [layer] }),
        body: new SceneFlexLayout({ children: [] }),
      });
      shelf.leave = scene.activate();
      layer.getResultsStream().subscribe(({ data }) => (shelf.series = data.series));
      await until(() => shelf.series?.[0]?.length === 1, 'an event');
    },
    script.url,
    {
      refId: 'Anno',
      format: 'json',
      fields: [
        { path: '$.at', name: 'time', role: 'time' },
        { path: '$.until', name: 'timeEnd', type: 'time' },
        { path: '$.text' },
        { path: '$.tags' },
        { path: '$.id', role: 'id' },
      ],
    }
  );
  script.send(event(1000, 'started', { id: 'e2' }), event(0, 'stopped', { id: 'e1' }));
  const events = await run(async ({ shelf, until }) => {
    await until(() => shelf.series[0].length === 2, 'another event');
    const [{ fields, length }] = shelf.series;
    shelf.leave();
    return Array.from({ length }, (_, i) => Object.fromEntries(fields.map(({ name, values }) => [name, values[i]])));
  });
  const plain = events.map(({ time, timeEnd, isRegion, text, tags, id }) => ({
    time,
    timeEnd,
    isRegion,
    text,
    tags,
    id,
  }));
  const shown = (n, text, id) => ({
    time: now + n,
    timeEnd: now + n + 5,
    isRegion: true,
    text,
    tags: ['pump', 'north'],
    id,
  });
  assert.deepEqual(plain, [shown(0, 'stopped', 'e1'), shown(1000, 'started', 'e2')]);
});
