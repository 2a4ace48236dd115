// The frames of Freshet against the frames of Grafana's streaming tutorial, over the same recorded feed: equal in
// fields, values, order and length, and the same in the eyes of every transformer that Grafana has.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

import { WebSocketServer } from 'ws';
import { setStage } from './stage.mjs';
import { transformations } from './transformations.mjs';

const stage = setStage();

const NAMES = ['simple', 'counter', 'arrays', 'types', 'nulls', 'missing'];

/** @type {Record<string, import('./record.mjs').Recording>} */
const RECORDINGS = Object.fromEntries(
  NAMES.map((name) => [
    name,
    JSON.parse(readFileSync(new URL(`tutorial-recordings/${name}.json`, import.meta.url), 'utf8')),
  ])
);

/** Fewer than a recording holds, so that the oldest rows have gone; and more, so that none has. */
const CAPACITIES = [100, 1000];

/** Replays the recordings, each on the path of its name, to everyone who connects. */
async function replay(t) {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
  t.after(() => {
    server.clients.forEach((client) => client.terminate());
    server.close();
  });
  server.on('connection', (socket, request) => {
    const { messages } = RECORDINGS[(request.url ?? '').slice(1)];
    messages.forEach((message) => socket.send(message));
  });
  return `ws://127.0.0.1:${/** @type {import('node:net').AddressInfo} */ (server.address()).port}`;
}

/** What both sides are reduced to before they are compared: everything but what Freshet says about the stream. */
function defineTools({ harness, shelf }) {
  const { CircularDataFrame } = harness.data;

  /** The tutorial's pipeline as it stands there, for rows that may come in arrays. */
  shelf.tutorial = (url, fields, capacity, count) =>
    new Promise((resolve) => {
      const frame = new CircularDataFrame({ append: 'tail', capacity });
      frame.refId = 'A';
      Object.entries(fields).forEach(([name, type]) => frame.addField({ name, type }));
      let received = 0;
      const connection = new WebSocket(url);
      connection.onmessage = (event) => {
        [JSON.parse(event.data)].flat().forEach((row) => frame.add(row));
        received += 1;
        if (received === count) {
          connection.close();
          resolve(frame);
        }
      };
    });

  /** A key that a message lacks: the tutorial leaves a hole, Freshet a null, which is what JSON makes of it anyway. */
  const plainValue = (value) => {
    if (value === undefined) {
      return null;
    }
    if (Array.isArray(value)) {
      return value.map(plainFrame);
    }
    return typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;
  };
  const isFrame = (value) => value !== null && typeof value === 'object' && Array.isArray(value.fields);
  const plainFrame = (frame) =>
    isFrame(frame)
      ? {
          name: frame.name,
          refId: frame.refId,
          length: frame.length,
          fields: frame.fields.map(({ name, type, config, labels, values }) => ({
            name,
            type,
            config,
            labels,
            values: Array.from(values, plainValue),
          })),
        }
      : frame;
  shelf.plain = (frames) => JSON.parse(JSON.stringify(frames.map(plainFrame)));

  /** Vectors made arrays, as Grafana does before it transforms: its transformers take nothing else any more. */
  shelf.withArrays = (frame) => ({
    refId: frame.refId,
    length: frame.length,
    fields: frame.fields.map(({ name, type, config, values }) => ({
      name,
      type,
      config: { ...config },
      values: Array.from(values, (value) => value ?? null),
    })),
  });
}

/** The frames of both sides for one recording. */
async function readBoth({ source, read, until, stat, shelf }, { url, name, fields, capacity, count }) {
  const reading = read(await source({}, { url }), { path: `/${name}`, capacity });
  const [theirs] = await Promise.all([
    shelf.tutorial(`${url}/${name}`, fields, capacity, count),
    until(() => stat(reading.latest, 'Messages') === count, 'the whole recording'),
  ]);
  const [ours] = reading.stop().latest.series;
  const { meta, ...frame } = ours;
  return { ours: frame, theirs };
}

/** @param {string} name */
const inputOf = (name, url, capacity = 1000) => {
  const { fields, messages } = RECORDINGS[name];
  return { name, url, fields, capacity, count: messages.length };
};

for (const name of NAMES) {
  for (const capacity of CAPACITIES) {
    test(`${name}, capacity ${capacity}: the frame is that of the tutorial`, async (t) => {
      const { run } = await stage.open(t);
      const url = await replay(t);
      await run(defineTools);
      const [ours, theirs] = await run(
        async (kit, readBoth, input) => {
          const { ours, theirs } = await readBoth(kit, input);
          return kit.shelf.plain([ours, theirs]);
        },
        readBoth,
        inputOf(name, url, capacity)
      );
      assert.equal(theirs.length, Math.min(capacity, 150), 'the tutorial holds what it should');
      const columns = ({ fields }) => fields.map(({ values, ...field }) => field);
      assert.deepEqual(columns(ours), columns(theirs), 'fields: names, types, configuration');
      assert.equal(ours.length, theirs.length, 'length');
      ours.fields.forEach((field, i) =>
        assert.deepEqual(field.values, theirs.fields[i].values, `values of ${field.name}`)
      );
      assert.deepEqual(ours, theirs);
    });
  }
}

test('every transformer of @grafana/data has options to be tried with', async (t) => {
  const { run } = await stage.open(t);
  const known = await run(({ harness }) => Object.keys(harness.data.standardTransformers));
  assert.ok(known.length >= 30, `${known}`);
  assert.deepEqual(Object.keys(transformations('value')).sort(), known.sort());
});

/** Runs every transformation on both sides; hands back the pairs of results. */
async function transformBoth({ harness, shelf }, pairs, all) {
  const { standardTransformers, transformDataFrame } = harness.data;
  const { firstValueFrom } = harness.rxjs;
  const copies = (frames) => structuredClone(frames);
  const outcome = async (id, options, frames) => {
    try {
      const result = await firstValueFrom(transformDataFrame([{ id, options }], copies(frames)));
      return {
        frames: shelf.plain(result),
        arrays: result.every(({ fields }) => fields.every((f) => Array.isArray(f.values))),
      };
    } catch (error) {
      return { threw: String(error) };
    }
  };
  const results = [];
  for (const [name, choices] of Object.entries(all)) {
    for (const options of choices) {
      const { id } = standardTransformers[name];
      const [ours, theirs] = [await outcome(id, options, pairs.ours), await outcome(id, options, pairs.theirs)];
      const before = JSON.stringify(shelf.plain(pairs.theirs));
      results.push({ name, options, ours, theirs, changed: JSON.stringify(theirs.frames) !== before });
    }
  }
  return results;
}

/** What at least one recording must show: that the transformer did something with these options. */
const CHANGES_NOTHING = new Set(['noopTransformer']);
/** @type {Map<string, boolean>} */
const effects = new Map();

for (const names of [
  ['simple'],
  ['arrays'],
  ['types'],
  ['nulls'],
  ['missing'],
  ['simple', 'counter'],
  ['types', 'nulls'],
]) {
  test(`${names.join(' and ')}: every transformer gives the same on both frames`, async (t) => {
    const { run } = await stage.open(t);
    const url = await replay(t);
    await run(defineTools);
    const value = 'value' in RECORDINGS[names[0]].fields ? 'value' : 'temperature';
    const results = await run(
      async (kit, readBoth, transformBoth, inputs, all) => {
        /** @type {{ ours: any[], theirs: any[] }} */
        const pairs = { ours: [], theirs: [] };
        for (const [i, input] of inputs.entries()) {
          const { ours, theirs } = await readBoth(kit, input);
          const refId = 'AB'[i];
          pairs.ours.push({ ...ours, refId });
          pairs.theirs.push({ ...kit.shelf.withArrays(theirs), refId });
        }
        return transformBoth(kit, pairs, all);
      },
      readBoth,
      transformBoth,
      names.map((name) => inputOf(name, url)),
      transformations(value)
    );
    for (const { name, options, ours, theirs, changed } of results) {
      assert.deepEqual(ours, theirs, `${name} with ${JSON.stringify(options)}`);
      // Some of Grafana's transformers cannot do with a null; they fail the same on both then, and work elsewhere.
      effects.set(name, (changed && !theirs.threw) || effects.get(name) === true);
    }
  });
}

test('every transformer but the one that does nothing has done something', () => {
  const idle = [...effects].filter(([, changed]) => !changed).map(([name]) => name);
  assert.deepEqual(idle.sort(), [...CHANGES_NOTHING].sort());
});
