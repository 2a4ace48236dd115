// Protocols with a client of their own, at full flood: ours against the JavaScript client of each, and ten targets on a
// shared socket against one.
import type { DataQueryResponse } from '@grafana/data';
import { FakeSocket } from './fakeSocket';
import { mustEqual } from './feeds';
import { median, quartiles, ratio, sideBySide } from './measure';
import { inBatches, received, type Batch } from './messages';
import { fed } from './ours';
import * as clients from './protocolsByHand';
import type { Client, Reading } from './protocolsByHand';
import * as servers from './protocolServers';
import type { ProtocolServer, Served } from './protocolServers';

/** Messages of the socket between two tasks of the page: at full flood Chromium has 20 to 45 on average. */
const BATCH = 25;
const MESSAGES = 5_000;
const TURNS = 21;
const CAPACITY = 1000;
/** Messages after which both must hold the same; few enough that nothing has been let go yet. */
const COMPARED = 500;
const TARGETS = 10;

interface Spoken {
  /** The package that is compared with. */
  client: string;
  hand: Client;
  server: ProtocolServer;
  settings: object;
  params: (topic: string) => object;
  /** Where a query finds the payload. */
  payload: (topic: string) => string;
}

const spoken: Record<string, Spoken> = {
  mqtt: {
    client: 'mqtt.js',
    hand: clients.mqtt,
    server: servers.mqtt,
    settings: { preset: 'mqtt', options: { version: '3.1.1' } },
    params: (topic) => ({ topic }),
    payload: () => '$.payload',
  },
  nats: {
    client: 'nats.ws',
    hand: clients.nats,
    server: servers.nats,
    settings: { preset: 'nats' },
    params: (subject) => ({ subject }),
    payload: () => '$.payload',
  },
  'socket.io': {
    client: 'socket.io-client',
    hand: clients.socketIo,
    server: servers.socketIo,
    settings: { preset: 'socketio' },
    params: (event) => ({ event }),
    payload: () => '$',
  },
  centrifugo: {
    client: 'centrifuge',
    hand: clients.centrifugo,
    server: servers.centrifugo,
    settings: { preset: 'centrifugo' },
    params: (channel) => ({ channel }),
    payload: () => '$.data',
  },
  'graphql-transport-ws': {
    client: 'graphql-ws',
    hand: clients.graphql,
    server: servers.graphql,
    settings: { preset: 'graphql-transport-ws' },
    params: (topic) => ({ query: `subscription { ${topic} { time temperature humidity } }` }),
    payload: (topic) => `$.${topic}`,
  },
};

/** The protocols that are measured. */
export function protocols(): string[] {
  return Object.keys(spoken);
}

const topics = (count: number) => Array.from({ length: count }, (_, index) => `bench${index + 1}`);

let clock = 1_700_000_000_000;

function reading(): Reading {
  clock += 1;
  const near = (value: number) => Number((value + Math.random()).toFixed(2));
  return {
    time: clock,
    sensor: 'hall',
    temperature: near(20),
    humidity: near(40),
    pressure: near(1013),
    voltage: near(230),
  };
}

/** So many payloads as the server sends them to each of some clients, in turn to each of the topics that the client has
 * subscribed to. */
async function messages<Name extends string>(
  { server }: Spoken,
  to: Record<Name, { served: Served }>,
  echoUrl: string,
  count = MESSAGES
) {
  const readings = Array.from({ length: count }, () => JSON.stringify(reading()));
  const all = {} as Record<Name, Batch[]>;
  for (const name of Object.keys(to) as Name[]) {
    const topics = [...to[name].served.ids];
    const payloads = readings.map((json, index) => {
      const [topic, id] = topics[index % topics.length];
      return { topic, id, json };
    });
    const batch = await received(server.send(payloads), echoUrl);
    all[name] = inBatches(batch, Math.min(BATCH, batch.data.length));
  }
  return all;
}

async function until(condition: () => boolean, what: string) {
  for (const end = performance.now() + 10_000; !condition(); await new Promise((resolve) => setTimeout(resolve, 10))) {
    if (performance.now() > end) {
      throw new Error(`waited for ${what}`);
    }
  }
}

const { port1, port2 } = new MessageChannel();

/** Another task of the page. */
function task() {
  return new Promise((resolve) => {
    port2.onmessage = resolve;
    port1.postMessage(undefined);
  });
}

/** Delivers messages as a browser does that has many: after each the microtasks run, and now and then another task. */
async function deliver(socket: FakeSocket, batches: readonly Batch[]) {
  for (const { events } of batches) {
    for (const event of events) {
      socket.deliver(event);
      await undefined;
    }
    await task();
  }
}

/** Opens what `open` opens on sockets of a server, and waits until it has subscribed. */
async function connected<Opened>({ server }: Spoken, count: number, open: () => Promise<Opened>) {
  const served = server.serve(topics(count));
  FakeSocket.answer = served.answer;
  const opened = await open();
  await until(() => served.ids.size === count, 'a subscription');
  // The answers to it.
  await new Promise((resolve) => setTimeout(resolve, 100));
  FakeSocket.answer = undefined;
  return { opened, served };
}

/** The engine with so many targets, each with a topic and fields of its own. */
async function engine(of: Spoken, count: number) {
  const numbers = ['temperature', 'humidity', 'pressure', 'voltage'];
  const queries = topics(count).map((topic, index) => ({
    params: of.params(topic),
    capacity: CAPACITY,
    fields: [
      { path: `${of.payload(topic)}.time`, role: 'time', timeFormat: 'ms' },
      ...[index, index + 1].map((number) => ({
        path: `${of.payload(topic)}.${numbers[number % numbers.length]}`,
        type: 'number',
      })),
    ],
  }));
  const frames = new Map<string, DataQueryResponse['data'][number]>();
  const { opened, served } = await connected(of, count, () =>
    fed({ queries, settings: of.settings }, ({ data }) => data.forEach((frame) => frames.set(frame.refId, frame)))
  );
  return {
    served,
    frames,
    stop: opened.stop,
    async take(batches: readonly Batch[]) {
      await deliver(opened.socket, batches);
      opened.take({ events: [], data: [] });
    },
  };
}

/** The client of the protocol, and arrays. */
async function byHand(of: Spoken) {
  const columns: number[][] = [[], [], []];
  const [time, temperature, humidity] = columns;
  let count = 0;
  const append = (reading: Reading) => {
    time.push(reading.time);
    temperature.push(reading.temperature);
    humidity.push(reading.humidity);
    if (time.length > 2 * CAPACITY) {
      columns.forEach((column) => column.splice(0, column.length - CAPACITY));
    }
    count += 1;
  };
  const real = window.WebSocket;
  window.WebSocket = FakeSocket as unknown as typeof WebSocket;
  const { served } = await connected(of, 1, () => of.hand('ws://bench-by-hand', topics(1)[0], append));
  window.WebSocket = real;
  const socket = FakeSocket.last as FakeSocket;
  return {
    served,
    columns,
    /** Some clients take a message later than it comes. */
    async take(batches: readonly Batch[], messages = MESSAGES) {
      const before = count;
      await deliver(socket, batches);
      for (const end = performance.now() + 10_000; count < before + messages; await task()) {
        if (performance.now() > end) {
          throw new Error(`${of.client} took ${count - before} of ${messages} messages`);
        }
      }
    },
  };
}

const perMessage = (ms: number[]) => (median(ms) * 1e6) / MESSAGES;

/** Nanoseconds per message: ours, and the client of the protocol. */
export async function protocol(feedUrl: string, name: string) {
  const of = spoken[name];
  const echo = `${feedUrl}/echo`;
  const [ours, hand] = [await engine(of, 1), await byHand(of)];
  const compared = await messages(of, { ours, hand }, echo, COMPARED);
  await ours.take(compared.ours);
  await hand.take(compared.hand, COMPARED);
  await new Promise((resolve) => setTimeout(resolve, 300));
  mustEqual(name, [...ours.frames.values()], { series: new Map([['', hand.columns]]) });
  const times = await sideBySide(
    { ours: (batches) => ours.take(batches.ours), hand: (batches) => hand.take(batches.hand) },
    () => messages(of, { ours, hand }, echo),
    TURNS
  );
  ours.stop();
  return {
    client: of.client,
    ratio: ratio(times.ours, times.hand),
    spread: quartiles(times.ours, times.hand),
    ours: perMessage(times.ours),
    hand: perMessage(times.hand),
  };
}

/** Nanoseconds per message for ten targets on a socket, and for one that reads as many messages. */
export async function sharedSocket(feedUrl: string, name: string) {
  const of = spoken[name];
  const echo = `${feedUrl}/echo`;
  const [one, ten] = [await engine(of, 1), await engine(of, TARGETS)];
  await ten.take((await messages(of, { ten }, echo, COMPARED)).ten);
  await new Promise((resolve) => setTimeout(resolve, 300));
  const lengths = [...ten.frames.values()].map(({ length }) => length);
  if (lengths.length !== TARGETS || lengths.some((length) => length !== COMPARED / TARGETS)) {
    throw new Error(`${name}: ${lengths.join()} rows instead of ${COMPARED / TARGETS} in each of ${TARGETS} targets`);
  }
  const times = await sideBySide(
    { one: (batches) => one.take(batches.one), ten: (batches) => ten.take(batches.ten) },
    () => messages(of, { one, ten }, echo),
    TURNS
  );
  [one, ten].forEach((engine) => engine.stop());
  return {
    ratio: ratio(times.ten, times.one),
    spread: quartiles(times.ten, times.one),
    one: perMessage(times.one),
    ten: perMessage(times.ten),
  };
}
