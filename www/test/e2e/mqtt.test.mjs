// The preset MQTT against real brokers: mosquitto and RabbitMQ.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { NO_MOSQUITTO, NO_REFUSALS, publishMqtt, startMosquitto } from '../support/mqttServer.mjs';
import { NO_RABBIT, startRabbit } from '../support/rabbitServer.mjs';
import { startTcpProxy } from '../support/tcpProxy.mjs';
import { startTokenGiver } from '../support/tokenGiver.mjs';
import { when } from './presetPage.mjs';
import { setStage } from './stage.mjs';

const stage = setStage();

/** Queries of one data source begin to read; the page keeps them for the calls that follow. */
async function begin({ source, read }, url, params, settings = {}) {
  const reconnect = { minMs: 50, maxMs: 200 };
  const dataSource = await source({ preset: 'mqtt', reconnect, lingerMs: 300, ...settings }, { url });
  window.mqttRead = (of) =>
    read(dataSource, {
      params: of,
      fields: [
        { path: '$.topic', type: 'string' },
        { path: '$.payload.v', type: 'number' },
        { path: '$.qos', type: 'number' },
        { path: '$.retain', type: 'boolean' },
        { path: '$.properties.contentType', name: 'kind', type: 'string' },
      ],
    });
  window.mqttReadings = params.map(window.mqttRead);
}

/** What each of them shows. */
const shown = ({ rows }) =>
  window.mqttReadings.map(({ latest }) =>
    rows(latest).map(({ topic, v, qos, retain }) => `${topic} ${v}${qos ? ' qos' : ''}${retain ? ' retained' : ''}`)
  );

const told = ({ notices }) =>
  window.mqttReadings.map(({ latest }) => [
    ...notices(latest),
    ...(latest?.errors ?? []).map(({ message }) => message),
  ]);

const topics = (...names) => names.map((topic) => ({ topic }));

for (const version of ['5', '3.1.1']) {
  const settings = { options: { version } };

  describe(`mosquitto, MQTT ${version}`, { skip: NO_MOSQUITTO }, () => {
    test('filters share a connection, and those that cover one another get each message once', async (t) => {
      const { run } = await stage.open(t);
      const broker = await startMosquitto(t);
      const params = [
        { topic: 'plant/#' },
        { topic: 'plant/+', qos: 1 },
        { topic: 'plant/a', qos: '1' },
        { topic: 'tank' },
      ];
      await run(begin, broker.url, params, settings);
      await when(() => broker.said(/Sending SUBACK/) >= 1, 'the first subscription');
      await sleep(300);
      await publishMqtt(broker.port, [
        { topic: 'plant/a', payload: { v: 1 }, qos: 1 },
        { topic: 'plant/b/c', payload: { v: 2 } },
        { topic: 'plant/a', payload: { v: 1 }, qos: 1 },
        { topic: 'tank', payload: { v: 3 } },
      ]);
      await when(async () => (await run(shown)).flat().length >= 8, 'the rows');
      // Copies of the broker would come soon.
      await sleep(300);
      const values = (await run(shown)).map((rows) => rows.map((row) => row.replace(' qos', '')));
      assert.deepEqual(values, [
        ['plant/a 1', 'plant/b/c 2', 'plant/a 1'],
        ['plant/a 1', 'plant/a 1'],
        ['plant/a 1', 'plant/a 1'],
        ['tank 3'],
      ]);
      const [, second] = await run(shown);
      assert.deepEqual(second, ['plant/a 1 qos', 'plant/a 1 qos']);
      assert.equal(broker.said(/New client connected from \S+ as freshet/), 1);
      assert.deepEqual(await run(told), [[], [], [], []]);
      assert.equal(broker.said(/Received PUBACK/) > 0, true);
    });

    test('messages of QoS 2 come once, and their exchange is completed', async (t) => {
      const { run } = await stage.open(t);
      const broker = await startMosquitto(t);
      const params = [
        { topic: 'plant/#', qos: 2 },
        { topic: 'tank', qos: 1 },
      ];
      await run(begin, broker.url, params, settings);
      await when(() => broker.said(/Sending SUBACK/) >= (version === '5' ? 2 : 1), 'the subscriptions');
      await publishMqtt(broker.port, [
        { topic: 'plant/a', payload: { v: 1 }, qos: 2 },
        { topic: 'plant/b', payload: { v: 2 }, qos: 1 },
        { topic: 'tank', payload: { v: 3 }, qos: 2 },
        { topic: 'plant/a', payload: { v: 1 }, qos: 2 },
      ]);
      await when(async () => (await run(shown)).flat().length >= 4, 'the rows');
      await when(() => broker.said(/Received PUBCOMP/) >= 2, 'both messages to be completed');
      const qualities = ({ rows }) =>
        window.mqttReadings.map(({ latest }) => rows(latest).map(({ v, qos }) => `${v} at ${qos}`));
      assert.deepEqual(await run(qualities), [['1 at 2', '2 at 1', '1 at 2'], ['3 at 1']]);
      assert.deepEqual(await run(told), [[], []]);
    });

    test('a retained message has the flag on a new subscription alone, and comes once', async (t) => {
      const { run } = await stage.open(t);
      const broker = await startMosquitto(t);
      await publishMqtt(broker.port, [{ topic: 'state/a', payload: { v: 1 }, retain: true }]);
      await run(begin, broker.url, topics('state/#'), settings);
      await when(async () => (await run(shown))[0].length === 1, 'what is retained');
      await run(() => window.mqttReadings.push(window.mqttRead({ topic: 'state/a' })));
      await when(async () => (await run(shown))[1].length === 1, 'what is retained, for the second');
      await publishMqtt(broker.port, [{ topic: 'state/a', payload: { v: 2 }, retain: true }]);
      await when(async () => (await run(shown)).every((rows) => rows.length === 2), 'the new message');
      const expected = ['state/a 1 retained', 'state/a 2'];
      assert.deepEqual(await run(shown), [expected, expected]);
    });

    test('what the broker refuses is said, and the others run on', { skip: NO_REFUSALS }, async (t) => {
      const { run } = await stage.open(t);
      const broker = await startMosquitto(t, { open: 'open/#' });
      await run(begin, broker.url, topics('open/a', 'closed'), settings);
      await when(async () => (await run(told))[1].length > 0, 'the refusal');
      await publishMqtt(broker.port, [{ topic: 'open/a', payload: { v: 1 } }]);
      await when(async () => (await run(shown))[0].length === 1, 'a row');
      const [fine, refused] = await run(told);
      assert.deepEqual(fine, []);
      assert.match(refused.join(), /^The server refused the subscription: not authorized \(closed\)/);
    });

    test('a wrong password is said, and not tried again', async (t) => {
      const { run } = await stage.open(t);
      const broker = await startMosquitto(t, { users: 'someone:secret' });
      await run(begin, broker.url, topics('a'), { options: { version, username: 'someone' } });
      const refused = /the server refused the login: (wrong user name or password|not authorized)/;
      await when(async () => refused.test((await run(told)).flat().join()), 'the refusal');
      const before = broker.said(/New connection from/);
      await sleep(1000);
      assert.equal(broker.said(/New connection from/), before);
    });

    test('with the password of its user it is let in', async (t) => {
      const { run } = await stage.open(t);
      const broker = await startMosquitto(t, { users: 'someone:secret' });
      const { settings: token } = await startTokenGiver(t, () => 'secret');
      await run(begin, broker.url, topics('a'), { options: { version, username: 'someone' }, token });
      await when(() => broker.said(/Sending SUBACK/) >= 1, 'the subscription');
      const login = { user: 'someone', password: 'secret' };
      await publishMqtt(broker.port, [{ topic: 'a', payload: { v: 1 } }], login);
      await when(async () => (await run(shown))[0].length === 1, 'a row');
      assert.deepEqual(await run(told), [[]]);
      assert.match(broker.log(), /New client connected from \S+ as freshet\w+ \(.*u'someone'/);
    });

    test('a quiet connection outlives its keep-alive', async (t) => {
      const { run } = await stage.open(t);
      const broker = await startMosquitto(t);
      await run(begin, broker.url, topics('a'), { options: { version, keepAlive: 5 } });
      await when(() => broker.said(/Sending SUBACK/) >= 1, 'the subscription');
      // mosquitto hangs up after one and a half, which are 7.5 s, and looks every few seconds.
      await sleep(15_000);
      await publishMqtt(broker.port, [{ topic: 'a', payload: { v: 1 } }]);
      await when(async () => (await run(shown))[0].length === 1, 'a row');
      assert.equal(broker.said(/New client connected from \S+ as freshet/), 1, 'the same connection');
      assert.ok(broker.said(/Received PINGREQ from freshet/) >= 4);
      assert.deepEqual(await run(told), [[]]);
    });

    test('after a restart of the broker everything is subscribed to anew', async (t) => {
      const { run } = await stage.open(t);
      const broker = await startMosquitto(t);
      await run(begin, broker.url, topics('a', 'b'), settings);
      await when(() => broker.said(/Received SUBSCRIBE/) >= 1, 'the subscriptions');
      await sleep(300);
      await publishMqtt(broker.port, [{ topic: 'b', payload: { v: 1 } }]);
      await when(async () => (await run(shown))[1].length === 1, 'a row');
      await broker.stop();
      await when(
        async () => (await run(told)).every((texts) => /^Not connected to/.test(texts[0])),
        'the panels to say so'
      );
      await broker.start();
      await when(async () => (await run(told)).flat().length === 0, 'the panels to say no more');
      await sleep(300);
      await publishMqtt(
        broker.port,
        topics('a', 'b').map((of) => ({ ...of, payload: { v: 2 } }))
      );
      await when(async () => (await run(shown)).every((rows) => rows.at(-1)?.endsWith(' 2')), 'rows again');
      assert.deepEqual(await run(shown), [['a 2'], ['b 1', 'b 2']]);
      await run(() => window.mqttReadings.forEach((reading) => reading.stop()));
      await when(() => broker.said(/Received DISCONNECT from freshet/) === 1, 'the farewell');
    });

    test('a shared subscription shares the messages between data sources', async (t) => {
      const { run } = await stage.open(t);
      const broker = await startMosquitto(t);
      await run(begin, broker.url, topics('$share/workers/jobs/+'), settings);
      await run(
        async ({ source, read }, url, options) => {
          // Other settings are another connection.
          const other = await source({ preset: 'mqtt', lingerMs: 400, options }, { url });
          const fields = [
            { path: '$.topic', type: 'string' },
            { path: '$.payload.v', type: 'number' },
          ];
          window.mqttReadings.push(read(other, { params: { topic: '$share/workers/jobs/+' }, fields }));
        },
        broker.url,
        settings.options
      );
      await when(() => broker.said(/Received SUBSCRIBE/) === 2, 'both members');
      await sleep(300);
      const sent = Array.from({ length: 40 }, (_, v) => ({ topic: 'jobs/x', payload: { v } }));
      await publishMqtt(broker.port, sent);
      await when(async () => (await run(shown)).flat().length >= sent.length, 'the rows');
      const rows = await run(shown);
      assert.deepEqual(rows.flat().sort(), sent.map(({ payload }) => `jobs/x ${payload.v}`).sort());
      assert.ok(rows.every(({ length }) => length > 0));
    });
  });
}

test(
  'what was published while the socket was down comes once when the session goes on',
  { skip: NO_MOSQUITTO },
  async (t) => {
    const { run } = await stage.open(t);
    const broker = await startMosquitto(t);
    const proxy = await startTcpProxy(t, Number(new URL(broker.url).port));
    const params = [
      { topic: 'a', qos: 1 },
      { topic: 'b', qos: 2 },
    ];
    await run(begin, proxy.url, params, { options: { version: '5', sessionExpiry: 60 } });
    await when(() => broker.said(/Sending SUBACK/) >= 2, 'the subscriptions');
    const publish = (/** @type {number[]} */ ...values) =>
      publishMqtt(
        broker.port,
        values.flatMap((v) =>
          params.map((of) => ({ topic: of.topic, qos: /** @type {1 | 2} */ (of.qos), payload: { v } }))
        )
      );
    await publish(1);
    await when(async () => (await run(shown)).every((rows) => rows.length === 1), 'the first rows');
    proxy.refuse();
    proxy.cut();
    await when(async () => (await run(told)).every((texts) => /^Not connected/.test(texts[0])), 'the panels to say so');
    await publish(2, 3);
    await proxy.listen();
    await when(async () => (await run(told)).flat().length === 0, 'the panels to say no more');
    await publish(4);
    await when(async () => (await run(shown)).every((rows) => rows.length >= 4), 'the rows');
    await sleep(300);
    const expected = params.map(({ topic }) => [1, 2, 3, 4].map((v) => `${topic} ${v} qos`));
    assert.deepEqual(await run(shown), expected);
    assert.equal(broker.said(/Sending CONNACK to freshet\w+ \(1, 0\)/), 1, 'the session was gone on with');
  }
);

test('messages that cannot be read do not keep the others back', { skip: NO_MOSQUITTO }, async (t) => {
  const { run } = await stage.open(t);
  const broker = await startMosquitto(t, { more: 'max_inflight_messages 2' });
  await run(begin, broker.url, [{ topic: 'a', qos: 1 }]);
  await when(() => broker.said(/Sending SUBACK/) === 1, 'the subscription');
  const text = (/** @type {string} */ of) =>
    Buffer.concat([Buffer.from([of.length >> 8, of.length & 255]), Buffer.from(of)]);
  const user = Buffer.concat([Buffer.from([0x26]), text('k'), text('v'.repeat(33_000))]);
  const spoilt = Array.from({ length: 4 }, () => ({ properties: Buffer.concat([user, user]) }));
  const none = Buffer.alloc(0);
  const all = [...spoilt, { properties: none }, { properties: none }];
  await publishMqtt(
    broker.port,
    all.map((of, v) => ({ topic: 'a', qos: 1, payload: { v }, ...of }))
  );
  await when(async () => (await run(shown))[0].length >= 2, 'the rows');
  assert.deepEqual(await run(shown), [['a 4 qos', 'a 5 qos']]);
  assert.match((await run(told)).flat().join(), /a message has more than 64 KiB of properties/);
});

test('the properties of version 5 stand beside the payload', { skip: NO_MOSQUITTO }, async (t) => {
  const { run } = await stage.open(t);
  const broker = await startMosquitto(t);
  await run(begin, broker.url, topics('a'));
  await when(() => broker.said(/Received SUBSCRIBE/) === 1, 'the subscription');
  await sleep(300);
  const properties = Buffer.from('\x03\x00\x10application/json', 'latin1');
  await publishMqtt(broker.port, [{ topic: 'a', payload: { v: 1 }, properties }]);
  await when(async () => (await run(shown))[0].length === 1, 'a row');
  const kinds = await run(({ values }) => values(window.mqttReadings[0].latest, 'kind'));
  assert.deepEqual(kinds, ['application/json']);
});

describe('RabbitMQ', { skip: NO_RABBIT }, () => {
  /** @type {Awaited<ReturnType<typeof startRabbit>>} */
  let broker;
  before(async () => {
    broker = await startRabbit({ plugins: ['rabbitmq_web_mqtt'], config: 'mqtt.allow_anonymous = false' });
  });
  after(() => broker?.stop());
  const publish = (messages) => publishMqtt(broker.ports.rabbitmq_mqtt, messages, { user: 'guest', password: 'guest' });
  const url = () => `ws://127.0.0.1:${broker.ports.rabbitmq_web_mqtt}/ws`;
  /** The settings of who logs in. @param {import('node:test').TestContext} t */
  const guest = async (t, password = 'guest') => ({
    options: { username: 'guest' },
    token: (await startTokenGiver(t, () => password)).settings,
  });
  /** Publishes until every query shows it: what nobody has subscribed to yet is lost. */
  const reach = (run, topic) =>
    when(async () => {
      await publish([{ topic, payload: { v: 0 } }]);
      return (await run(shown)).every((rows) => rows.includes(`${topic} 0`));
    }, `readers of ${topic}`);

  // Versions before 3.13 speak 3.1.1 and hang up on what is newer.
  test('what it speaks is found, and filters that cover one another get each message once', async (t) => {
    const { run } = await stage.open(t);
    const params = [{ topic: 'plant/#', qos: 1 }, { topic: 'plant/+', qos: 1 }, { topic: 'tank' }];
    await run(begin, url(), params, await guest(t));
    await sleep(1500);
    await publish([
      { topic: 'plant/a', payload: { v: 1 }, qos: 1 },
      { topic: 'plant/b/c', payload: { v: 2 }, qos: 1 },
      { topic: 'tank', payload: { v: 3 } },
    ]);
    await when(async () => (await run(shown)).flat().length >= 4, 'the rows');
    await sleep(300);
    assert.deepEqual(await run(shown), [['plant/a 1 qos', 'plant/b/c 2 qos'], ['plant/a 1 qos'], ['tank 3']]);
    assert.deepEqual(await run(told), [[], [], []]);
  });

  test('who has no password, or a wrong one, is not let in', async (t) => {
    const { run } = await stage.open(t);
    await run(begin, url(), topics('a'));
    // It says so in the close code and its reason alone.
    const says = async () => (await run(told)).flat().join();
    const refused = /\(code 1002, protocol error: unauthenticated\)/;
    await when(async () => refused.test(await says()), 'the refusal');
    await run(() => window.mqttReadings.forEach((reading) => reading.stop()));
    await run(begin, url(), topics('a'), await guest(t, 'wrong'));
    await when(async () => refused.test(await says()), 'the refusal of the password');
    const before = await says();
    await sleep(1000);
    assert.equal(await says(), before, 'it is not tried again');
  });

  test('what is retained comes to who subscribes later, once and with the flag', async (t) => {
    const { run } = await stage.open(t);
    await publish([{ topic: 'state/a', payload: { v: 1 }, retain: true }]);
    await run(begin, url(), topics('state/a'), await guest(t));
    await when(async () => (await run(shown))[0].length >= 1, 'what is retained');
    await publish([{ topic: 'state/a', payload: { v: 2 } }]);
    await when(async () => (await run(shown))[0].length >= 2, 'the new message');
    assert.deepEqual(await run(shown), [['state/a 1 retained', 'state/a 2']]);
  });

  test('after a cut everything is subscribed to anew', async (t) => {
    const { run } = await stage.open(t);
    const proxy = await startTcpProxy(t, broker.ports.rabbitmq_web_mqtt);
    await run(begin, `ws://127.0.0.1:${proxy.port}/ws`, topics('cut/a', 'cut/+'), await guest(t));
    await reach(run, 'cut/a');
    proxy.refuse();
    proxy.cut();
    await when(async () => (await run(told)).every((texts) => /^Not connected/.test(texts[0])), 'the panels to say so');
    await publish([{ topic: 'cut/a', payload: { v: 1 } }]);
    await proxy.listen();
    await when(async () => (await run(told)).flat().length === 0, 'the panels to say no more');
    await when(async () => {
      await publish([{ topic: 'cut/a', payload: { v: 2 } }]);
      return (await run(shown)).every((rows) => rows.at(-1) === 'cut/a 2');
    }, 'rows again');
    const ends = (await run(shown)).map((rows) => [...new Set(rows)]);
    assert.deepEqual(
      ends,
      [
        ['cut/a 0', 'cut/a 2'],
        ['cut/a 0', 'cut/a 2'],
      ],
      'what nobody was there for is lost'
    );
  });
});
