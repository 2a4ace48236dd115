// The preset NATS against a real nats-server.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { message, NO_NATS, startNats } from '../support/natsServer.mjs';
import { when } from './presetPage.mjs';
import { setStage } from './stage.mjs';

const stage = setStage();

/** Two queries of one data source begin to read; the page keeps them for the calls that follow. */
async function begin({ source, read }, url, subjects, settings = {}) {
  const dataSource = await source({ preset: 'nats', reconnect: { minMs: 50, maxMs: 200 }, ...settings }, { url });
  window.natsReadings = subjects.map((subject) =>
    read(dataSource, {
      params: { subject },
      fields: [
        { path: '$.subject', type: 'string' },
        { path: '$.payload.v', type: 'number' },
        { path: "$.headers['Station']", name: 'station', type: 'string' },
      ],
    })
  );
}

/** What each of them shows: pairs of subject and value. */
const shown = ({ rows }) =>
  window.natsReadings.map(({ latest }) => rows(latest).map(({ subject, v }) => `${subject} ${v}`));

const told = ({ notices }) =>
  window.natsReadings.map(({ latest }) => [
    ...notices(latest),
    ...(latest?.errors ?? []).map(({ message }) => message),
  ]);

/** @param {{ clients: () => Promise<Array<{ subscriptions_list?: string[] }>> }} nats */
const subjectsOf = async (nats) =>
  (await nats.clients()).map(({ subscriptions_list = [] }) => subscriptions_list.sort());

test(
  'subjects share a connection, each gets its own, and wildcards that cover one another once',
  { skip: NO_NATS },
  async (t) => {
    const { run } = await stage.open(t);
    const nats = await startNats(t);
    await run(begin, nats.url, ['plant.a', 'plant.*', 'tank.>']);
    await when(async () => (await subjectsOf(nats))[0]?.length === 3, 'the subscriptions');
    await nats.publish(message('plant.a', { v: 1 }) + message('plant.b', { v: 2 }) + message('tank.x.y', { v: 3 }));
    await nats.publish('HPUB plant.a 24 31\r\nNATS/1.0\r\nStation: b\r\n\r\n{"v":4}\r\n');
    await when(async () => (await run(shown))[1].length === 3, 'the rows');
    assert.deepEqual(await run(shown), [
      ['plant.a 1', 'plant.a 4'],
      ['plant.a 1', 'plant.b 2', 'plant.a 4'],
      ['tank.x.y 3'],
    ]);
    const stations = await run(({ values }) => values(window.natsReadings[0].latest, 'station'));
    assert.deepEqual(stations, [null, 'b']);
    assert.deepEqual(await run(told), [[], [], []]);
    assert.deepEqual(await subjectsOf(nats), [['plant.*', 'plant.a', 'tank.>']]);
    await run(() => window.natsReadings[0].stop());
    await when(async () => (await subjectsOf(nats))[0].length === 2, 'the subject that nobody reads to be given back');
  }
);

test('after a restart of the server everything is subscribed to anew', { skip: NO_NATS }, async (t) => {
  const { run } = await stage.open(t);
  const nats = await startNats(t);
  await run(begin, nats.url, ['a', 'b']);
  await when(async () => (await subjectsOf(nats))[0]?.length === 2, 'the subscriptions');
  await nats.publish(message('a', { v: 1 }) + message('b', { v: 2 }));
  await when(async () => (await run(shown))[1].length === 1, 'the rows');
  await nats.stop();
  await when(
    async () => (await run(told)).every((texts) => /^Not connected to/.test(texts[0])),
    'the panels to say so'
  );
  await nats.start();
  await when(async () => (await subjectsOf(nats))[0]?.length === 2, 'the subscriptions');
  await nats.publish(message('a', { v: 3 }) + message('b', { v: 4 }));
  await when(async () => (await run(shown))[1].length === 2, 'rows again');
  assert.deepEqual(await run(shown), [
    ['a 1', 'a 3'],
    ['b 2', 'b 4'],
  ]);
  await when(async () => (await run(told)).flat().length === 0, 'the panels to say no more');
});

test('a server that wants credentials is shown in its words, and not asked again', { skip: NO_NATS }, async (t) => {
  const { run } = await stage.open(t);
  const nats = await startNats(t, 'authorization { user: someone, password: secret }');
  await run(begin, nats.url, ['a']);
  const refused = /the server refused the login: Authorization Violation/;
  await when(async () => refused.test((await run(told)).flat().join()), 'the refusal');
  const before = await nats.connected();
  await run(({ sleep }) => sleep(1000));
  assert.equal(await nats.connected(), before);
});

test(
  'a subject that is refused is an error where it was asked for, and the others run on',
  { skip: NO_NATS },
  async (t) => {
    const { run } = await stage.open(t);
    const users = '{ user: all, password: x }, { user: viewer, password: y, permissions: { subscribe: "open.>" } }';
    const nats = await startNats(t, `authorization { users: [ ${users} ] }\nno_auth_user: viewer`);
    await run(begin, nats.url, ['open.a', 'closed']);
    await when(async () => (await run(told))[1].length > 0, 'the refusal');
    await nats.publish(message('open.a', { v: 1 }), '{"user":"all","pass":"x","verbose":false}');
    await when(async () => (await run(shown))[0].length === 1, 'a row');
    const [fine, refused] = await run(told);
    assert.deepEqual(fine, []);
    assert.match(
      refused.join(),
      /^The server refused the subscription: Permissions Violation for Subscription to "closed"/
    );
  }
);

test('data sources in one queue group share the messages between them', { skip: NO_NATS }, async (t) => {
  const { run } = await stage.open(t);
  const nats = await startNats(t);
  await run(async ({ source, read }, url) => {
    const target = {
      params: { subject: 'jobs', queue: 'workers' },
      fields: [
        { path: '$.subject', type: 'string' },
        { path: '$.payload.v', type: 'number' },
      ],
    };
    // Other settings are another connection: of the same, both would be one member.
    const settings = { preset: 'nats', lingerMs: 300 };
    const members = [await source(settings, { url }), await source({ ...settings, lingerMs: 400 }, { url })];
    window.natsReadings = members.map((member) => read(member, target));
  }, nats.url);
  await when(async () => (await subjectsOf(nats)).filter(({ length }) => length === 1).length === 2, 'both members');
  const sent = Array.from({ length: 60 }, (_, v) => v);
  await nats.publish(sent.map((v) => message('jobs', { v })).join(''));
  await when(async () => (await run(shown)).flat().length >= sent.length, 'the rows');
  const rows = await run(shown);
  assert.deepEqual(rows.flat().sort(), sent.map((v) => `jobs ${v}`).sort(), 'each message once');
  // The server draws a member for each message: that one draws all 60 does not happen.
  assert.ok(
    rows.every(({ length }) => length > 0),
    `the members have ${rows.map(({ length }) => length)} rows`
  );
});
