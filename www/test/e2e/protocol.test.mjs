// A protocol that the data source describes, against a server that insists on it.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { WebSocketServer } from 'ws';

import { when } from './presetPage.mjs';
import { setStage } from './stage.mjs';

const stage = setStage();

const SETTINGS = {
  reconnect: { minMs: 50, maxMs: 200 },
  lingerMs: 300,
  handshake: [
    { expect: { '$.type': 'hello' } },
    {
      send: { type: 'login', user: '${options.user}' },
      expect: { '$.type': 'welcome' },
      bind: { session: '$.session' },
      fail: [{ when: { '$.type': 'denied' }, reason: '$.why' }],
    },
  ],
  subscribe: {
    send: { id: '${id}', type: 'subscribe', topic: '${params.topic}', session: '${conn.session}' },
    ack: {
      when: { '$.type': 'ok', '$.id': '${id}' },
      refused: { '$.type': 'error', '$.id': '${id}' },
      reason: '$.why',
    },
  },
  unsubscribe: { send: { type: 'unsubscribe', topic: '${params.topic}' } },
  heartbeat: { send: { type: 'ping' }, expect: { '$.type': 'pong' }, intervalMs: 200, timeoutMs: 1000 },
  replies: [{ when: { '$.type': 'are you there' }, send: { type: 'yes', n: '${$.n}' } }],
  route: [{ when: { '$.type': 'data' }, key: '$.topic', is: '${params.topic}', data: '$.value' }],
  options: { user: 'ann' },
};

/**
 * A server that hangs up on whoever does not keep to its protocol.
 * @param {import('node:test').TestContext} t
 */
async function startStrict(t) {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
  t.after(() => {
    server.clients.forEach((client) => client.terminate());
    server.close();
  });
  const strict = {
    /** @type {object[]} */
    said: [],
    /** The topics of each connection. @type {Set<string>[]} */
    topics: [],
    answersPings: true,
    pings: 0,
    clients: server.clients,
    url: `ws://127.0.0.1:${/** @type {import('node:net').AddressInfo} */ (server.address()).port}`,
    /** @param {object} message */
    send: (message) => server.clients.forEach((client) => client.send(JSON.stringify(message))),
    /** @param {string} topic @param {number} n */
    publish: (topic, n) => strict.send({ type: 'data', topic, value: { n } }),
  };
  server.on('connection', (client) => {
    const topics = new Set();
    strict.topics.push(topics);
    let session;
    const answer = (/** @type {object} */ message) => client.send(JSON.stringify(message));
    answer({ type: 'hello' });
    client.on('message', (data) => {
      const message = JSON.parse(String(data));
      if (message.type === 'ping') {
        strict.pings += 1;
        return strict.answersPings && answer({ type: 'pong' });
      }
      strict.said.push(message);
      if (message.type === 'login') {
        session = `s${strict.topics.length}`;
        return answer(message.user === 'ann' ? { type: 'welcome', session } : { type: 'denied', why: 'Who are you?' });
      }
      if (session === undefined || (message.type === 'subscribe' && message.session !== session)) {
        return client.close(4401, 'log in first');
      }
      if (message.type === 'subscribe') {
        const { id, topic } = message;
        return topic.startsWith('secret')
          ? answer({ type: 'error', id, why: `No access to ${topic}` })
          : (topics.add(topic), answer({ type: 'ok', id }));
      }
      if (message.type === 'unsubscribe') {
        topics.delete(message.topic);
      }
    });
  });
  return strict;
}

/** Queries of one data source begin to read. */
async function begin({ source, read }, url, topics, settings) {
  const dataSource = await source(settings, { url });
  window.presetReadings = topics.map((topic) =>
    read(dataSource, { params: { topic }, fields: [{ path: '$.n', type: 'number' }] })
  );
}

const shown = ({ values }) => window.presetReadings.map(({ latest }) => (latest ? values(latest, 'n') : []));

const told = ({ notices }) =>
  window.presetReadings.map(({ latest }) => [
    ...notices(latest),
    ...(latest?.errors ?? []).map(({ message }) => message),
  ]);

test('queries share the connection, each gets its own topic, and a refusal is on the panel that asked', async (t) => {
  const { run } = await stage.open(t);
  const server = await startStrict(t);
  await run(begin, server.url, ['a', 'b', 'secret'], SETTINGS);
  await when(() => server.topics[0]?.size === 2, 'the subscriptions');
  server.publish('a', 1);
  server.publish('b', 2);
  server.publish('a', 3);
  server.publish('other', 4);
  await when(async () => (await run(shown))[0].length === 2, 'the rows');
  assert.deepEqual(await run(shown), [[1, 3], [2], []]);
  const refused = 'The server refused the subscription: No access to secret';
  assert.deepEqual(await run(told), [[], [], [refused]]);
  assert.equal(server.topics.length, 1, 'one socket');
  await run(() => window.presetReadings[1].stop());
  await when(() => server.topics[0].size === 1, 'the topic that nobody reads to be given back');
  server.send({ type: 'are you there', n: 7 });
  await when(() => server.said.some((message) => 'n' in message), 'the answer');
  assert.deepEqual(server.said.at(-1), { type: 'yes', n: 7 });
});

test('after a cut everything is said again, in one go, and rows stand once', async (t) => {
  const { run } = await stage.open(t);
  const server = await startStrict(t);
  await run(begin, server.url, ['a', 'b'], SETTINGS);
  await when(() => server.topics[0]?.size === 2, 'the subscriptions');
  server.publish('a', 1);
  await when(async () => (await run(shown))[0].length === 1, 'a row');
  server.clients.forEach((client) => client.terminate());
  await when(() => server.topics[1]?.size === 2, 'the subscriptions again');
  server.publish('a', 2);
  server.publish('b', 3);
  await when(async () => (await run(shown))[1].length === 1, 'rows');
  assert.deepEqual(await run(shown), [[1, 2], [3]]);
  assert.deepEqual(await run(told), [[], []]);
});

test('a server that does not answer the heartbeat is left, and says so on the panel', async (t) => {
  const { run } = await stage.open(t);
  const server = await startStrict(t);
  await run(begin, server.url, ['a'], { ...SETTINGS, reconnect: { minMs: 2000 } });
  await when(() => server.pings > 1, 'pings');
  server.answersPings = false;
  const words = /Not connected to .*the server did not answer a heartbeat within 1 s/;
  await when(async () => (await run(told))[0].some((text) => words.test(text)), 'the notice');
  server.answersPings = true;
  await when(() => server.topics[1]?.size === 1, 'another connection');
});

test('a login that is refused is not tried again, and the panel has the words of the server', async (t) => {
  const { run } = await stage.open(t);
  const server = await startStrict(t);
  await run(begin, server.url, ['a'], { ...SETTINGS, options: { user: 'bob' } });
  const words = /the server refused the handshake: Who are you\?/;
  await when(async () => (await run(told))[0].some((text) => words.test(text)), 'the words');
  await sleep(600);
  assert.equal(server.topics.length, 1, 'attempts');
});

test('what a description or a query lacks is named, and no socket is opened', async (t) => {
  const { run } = await stage.open(t);
  const server = await startStrict(t);
  await run(begin, server.url, [undefined], SETTINGS);
  await when(async () => (await run(told))[0].length > 0, 'an error');
  assert.match((await run(told))[0][0], /topic is missing.*params\.topic/);
  await run(begin, server.url, ['a'], { ...SETTINGS, heartbeat: { send: 'ping' } });
  await when(async () => (await run(told))[0].length > 0, 'an error');
  assert.match((await run(told))[0][0], /heartbeat\.intervalMs.*say how often/);
  assert.equal(server.topics.length, 0);
});
