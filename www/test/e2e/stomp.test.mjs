// The preset STOMP against a real RabbitMQ.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, test } from 'node:test';

import WebSocket, { WebSocketServer } from 'ws';

import { NO_RABBIT, startRabbit } from '../support/rabbitServer.mjs';
import { startTcpProxy } from '../support/tcpProxy.mjs';
import { when as whenWithin } from './presetPage.mjs';
import { setStage } from './stage.mjs';

const stage = setStage();

/** Brokers are slow to start. @param {() => unknown} condition @param {string} what */
const when = (condition, what) => whenWithin(condition, what, 30_000);

/** @type {ReturnType<typeof startRabbit> | undefined} */
let starting;
/** One server for all tests: it takes long to start. */
const rabbit = () => (starting ??= startRabbit({ plugins: ['rabbitmq_web_stomp'] }));
after(async () => (await starting)?.stop());

const address = async () => `ws://127.0.0.1:${(await rabbit()).ports.rabbitmq_web_stomp}/ws`;

/** Queries of one data source begin to read; the page keeps them for the calls that follow. */
async function begin({ source, read }, url, destinations, options = {}) {
  const settings = { preset: 'stomp', options, reconnect: { minMs: 50, maxMs: 200 }, lingerMs: 100 };
  const dataSource = await source(settings, { url });
  window.presetReadings = destinations.map((destination) =>
    read(dataSource, {
      params: { destination },
      fields: [
        { path: '$.destination', type: 'string' },
        { path: '$.payload.v', type: 'number' },
        { path: "$.headers['x:y']", name: 'station', type: 'string' },
      ],
    })
  );
}

/** What each of them shows: destination and value. */
const shown = ({ rows }) =>
  window.presetReadings.map(({ latest }) => rows(latest).map(({ destination, v }) => `${destination} ${v}`));

const told = ({ notices }) =>
  window.presetReadings.map(({ latest }) => [
    ...notices(latest),
    ...(latest?.errors ?? []).map(({ message }) => message),
  ]);

/** Somebody who publishes. @param {import('node:test').TestContext} t */
async function publisher(t) {
  const socket = new WebSocket(await address(), ['v12.stomp']);
  // RabbitMQ hangs up on who says nothing for a minute.
  socket.on('error', () => undefined);
  t.after(() => socket.terminate());
  await once(socket, 'open');
  socket.send('CONNECT\naccept-version:1.2\nhost:/\nlogin:guest\npasscode:guest\n\n\0');
  await once(socket, 'message');
  return (/** @type {string} */ destination, /** @type {unknown} */ payload, headers = '') =>
    socket.send(`SEND\ndestination:${destination}\n${headers}\n${JSON.stringify(payload)}\0`);
}

/** Publishes until all of the readers have seen it: what nobody has subscribed to yet is lost. */
async function reach(run, publish, destination, count) {
  await when(async () => {
    publish(destination, { v: 0 });
    return (await run(shown)).filter((rows) => rows.some((row) => row === `${destination} 0`)).length >= count;
  }, `${count} readers of ${destination}`);
}

test(
  'destinations share a connection, each gets its own, and wildcards that cover one another once',
  { skip: NO_RABBIT },
  async (t) => {
    const { run } = await stage.open(t);
    const publish = await publisher(t);
    await run(begin, await address(), ['/topic/plant.a', '/topic/plant.*', '/queue/jobs']);
    await reach(run, publish, '/topic/plant.a', 2);
    publish('/topic/plant.a', { v: 1 }, 'x\\cy:b\\\\c\n');
    publish('/topic/plant.b', { v: 2 });
    publish('/queue/jobs', { v: 3 });
    publish('/topic/tank.a', { v: 4 });
    publish('/topic/plant.a', { v: 5 });
    await when(async () => (await run(shown))[1].includes('/topic/plant.a 5'), 'the rows');
    await when(async () => (await run(shown))[2].length === 1, 'the row of the queue');
    const rows = (await run(shown)).map((all) => all.filter((row) => !row.endsWith(' 0')));
    assert.deepEqual(rows, [
      ['/topic/plant.a 1', '/topic/plant.a 5'],
      ['/topic/plant.a 1', '/topic/plant.b 2', '/topic/plant.a 5'],
      ['/queue/jobs 3'],
    ]);
    const stations = await run(({ values }) => values(window.presetReadings[0].latest, 'station'));
    assert.deepEqual(stations.filter(Boolean), ['b\\c']);
    assert.deepEqual(await run(told), [[], [], []]);
  }
);

test(
  'a destination that is refused is an error where it was asked for, and the others run on',
  { skip: NO_RABBIT },
  async (t) => {
    const { run } = await stage.open(t);
    const publish = await publisher(t);
    await run(begin, await address(), ['/nowhere/a', '/topic/open.a']);
    await when(async () => (await run(told))[0].length > 0, 'the refusal');
    await reach(run, publish, '/topic/open.a', 1);
    const [refused, fine] = await run(told);
    assert.match(
      refused.join(),
      /^The server refused the subscription: Unknown destination: '\/nowhere\/a' is not a valid/
    );
    assert.deepEqual(fine, []);
  }
);

test('a destination over which the server hangs up without a word is left out', { skip: NO_RABBIT }, async (t) => {
  const { run } = await stage.open(t);
  const publish = await publisher(t);
  await run(begin, await address(), ['/exchange/missing/a', '/topic/calm.a']);
  const refused = /^The server refused the subscription: .*\/exchange\/missing\/a/;
  await when(async () => refused.test((await run(told))[0].join()), 'the refusal');
  await reach(run, publish, '/topic/calm.a', 1);
  assert.deepEqual((await run(told))[1], []);
  const reconnects = () => run(({ stat }) => stat(window.presetReadings[1].latest, 'Connection: reconnects'));
  const before = await reconnects();
  await run(({ sleep }) => sleep(1500));
  publish('/topic/calm.a', { v: 9 });
  await when(async () => (await run(shown))[1].includes('/topic/calm.a 9'), 'a row later on');
  assert.equal(await reconnects(), before, 'the same connection');
});

test(
  'a login that is refused is shown in the words of the server, and not tried again',
  { skip: NO_RABBIT },
  async (t) => {
    const { run } = await stage.open(t);
    await run(begin, await address(), ['/topic/a'], { login: 'stranger' });
    const refused = /the server refused the login: .*(refused|denied)/i;
    await when(async () => refused.test((await run(told)).flat().join()), 'the refusal');
    const before = (await run(told)).flat().join();
    await run(({ sleep }) => sleep(1000));
    assert.equal((await run(told)).flat().join(), before);
  }
);

/** The connections of page and broker, through a proxy that sees what they say. @param {import('node:test').TestContext} t */
async function watched(t) {
  const said = { up: '', down: '' };
  const proxy = await startTcpProxy(t, (await rabbit()).ports.rabbitmq_web_stomp);
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', handleProtocols: () => 'v12.stomp' });
  await once(server, 'listening');
  t.after(() => {
    server.clients.forEach((client) => client.terminate());
    server.close();
  });
  server.on('connection', (page) => {
    const broker = new WebSocket(`ws://127.0.0.1:${proxy.port}/ws`, ['v12.stomp']);
    // Refused on purpose, it never opens.
    const opened = once(broker, 'open').catch(() => undefined);
    page.on('message', async (data) => {
      said.up += data;
      await opened;
      if (broker.readyState === broker.OPEN) {
        broker.send(String(data));
      }
    });
    broker.on('message', (data) => {
      said.down += data;
      page.send(String(data));
    });
    broker.on('close', () => page.close());
    broker.on('error', () => page.terminate());
    page.on('close', () => broker.terminate());
  });
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  return { said, proxy, url: `ws://127.0.0.1:${port}/ws` };
}

test('beats are agreed on, and a quiet connection lives on with them', { skip: NO_RABBIT }, async (t) => {
  const { run } = await stage.open(t);
  const publish = await publisher(t);
  const { said, url } = await watched(t);
  await run(begin, url, ['/topic/quiet.a']);
  await reach(run, publish, '/topic/quiet.a', 1);
  const [, sends, wants] = /heart-beat:(\d+),(\d+)/.exec(said.down) ?? [];
  assert.deepEqual([Number(sends) > 0, Number(wants) > 0], [true, true], said.down);
  // RabbitMQ hangs up on a WebSocket on which it hears nothing for 60 s, whatever was agreed on.
  const quiet = Math.max(60_000, 2 * Number(sends)) + 15_000;
  // What was published last before its row was seen comes first.
  await run(({ sleep }) => sleep(1000));
  const [up, down] = [said.up.length, said.down.length];
  await run(({ sleep }, ms) => sleep(ms), quiet);
  assert.match(said.up.slice(up), /^\n+$/, 'beats of the page');
  assert.match(said.down.slice(down), /^\n+$/, 'beats of the broker');
  assert.equal(await run(({ stat }) => stat(window.presetReadings[0].latest, 'Connection: reconnects')), 0);
  (await publisher(t))('/topic/quiet.a', { v: 9 });
  await when(async () => (await run(shown))[0].includes('/topic/quiet.a 9'), 'a row');
  assert.deepEqual(await run(told), [[]]);
});

test(
  'what a queue has delivered is acknowledged by the broker itself: it comes once',
  { skip: NO_RABBIT },
  async (t) => {
    const { run } = await stage.open(t);
    const publish = await publisher(t);
    const { said, proxy, url } = await watched(t);
    const queue = '/queue/once';
    await run(begin, url, [queue]);
    publish(queue, { v: 1 });
    publish(queue, { v: 2 });
    await when(async () => (await run(shown))[0].length === 2, 'the rows');
    proxy.refuse();
    proxy.cut();
    await when(async () => /^Not connected/.test((await run(told)).flat().join()), 'the panel to say so');
    // The queue keeps what comes while nobody reads.
    publish(queue, { v: 3 });
    await proxy.listen();
    await when(async () => (await run(shown))[0].includes(`${queue} 3`), 'the row of the queue');
    publish(queue, { v: 4 });
    await when(async () => (await run(shown))[0].includes(`${queue} 4`), 'a new row');
    assert.deepEqual(await run(shown), [[1, 2, 3, 4].map((v) => `${queue} ${v}`)]);
    assert.match(said.up, /\nack:auto\n/);
    assert.doesNotMatch(said.up, /^N?ACK$/m);
  }
);
