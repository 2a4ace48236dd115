// GraphQL servers for a test: those of the npm packages graphql-ws and subscriptions-transport-ws.
import { once } from 'node:events';
import http from 'node:http';

import { buildSchema, execute, GraphQLError, subscribe } from 'graphql';
import { useServer } from 'graphql-ws/use/ws';
import { SubscriptionServer } from 'subscriptions-transport-ws';
import { WebSocketServer } from 'ws';

const schema = buildSchema(`
  type Query { hello: String }
  type Tick { sensor: String!, v: Int }
  type Subscription { tick(sensor: String!): Tick, countdown(from: Int!): Tick }
`);

/** What subscriptions are told of, by sensor. */
class Ticks {
  /** @type {Set<{ sensor: string, tell: (value: unknown) => void }>} */
  readers = new Set();

  /** @param {string} sensor @param {unknown} v an error is one of its field */
  publish(sensor, v) {
    for (const { tell } of [...this.readers].filter((reader) => reader.sensor === sensor)) {
      tell({ sensor, v: v instanceof Error ? () => Promise.reject(v) : v });
    }
  }

  /** The sensors that are read. */
  sensors() {
    return [...this.readers].map(({ sensor }) => sensor).sort();
  }

  /** @param {string} sensor */
  read(sensor) {
    /** @type {unknown[]} */
    const values = [];
    let wake = () => {};
    let isOver = false;
    const reader = {
      sensor,
      tell: (/** @type {unknown} */ value) => void (values.push(value), wake()),
    };
    this.readers.add(reader);
    const end = () => {
      this.readers.delete(reader);
      isOver = true;
      wake();
      return Promise.resolve({ done: true, value: undefined });
    };
    return {
      [Symbol.asyncIterator]() {
        return this;
      },
      async next() {
        while (values.length === 0 && !isOver) {
          await new Promise((resolve) => (wake = () => resolve(undefined)));
        }
        return isOver ? { done: true, value: undefined } : { done: false, value: { tick: values.shift() } };
      },
      return: end,
      throw: end,
    };
  }
}

async function* countdown(/** @type {number} */ from) {
  for (let v = from; v > 0; v -= 1) {
    yield { countdown: { sensor: 'countdown', v } };
  }
}

/** The root of subscriptions. @param {Ticks} ticks */
function rootOf(ticks) {
  return {
    tick: (/** @type {{ sensor: string }} */ { sensor }) => {
      if (sensor === 'secret') {
        throw new GraphQLError('You may not read the sensor "secret"');
      }
      return ticks.read(sensor);
    },
    countdown: (/** @type {{ from: number }} */ { from }) => countdown(from),
  };
}

/**
 * Starts a server of graphql-ws for one test.
 * @param {import('node:test').TestContext} t
 * @param {Partial<import('graphql-ws').ServerOptions>} [options]
 */
export function startGraphql(t, options = {}) {
  return start(t, (server, ticks) => {
    const sockets = new WebSocketServer({ server });
    useServer({ schema, roots: { subscription: rootOf(ticks) }, ...options }, sockets);
    return sockets;
  });
}

/**
 * Starts a server of subscriptions-transport-ws for one test.
 * @param {import('node:test').TestContext} t
 * @param {Partial<import('subscriptions-transport-ws').ServerOptions>} [options]
 */
export function startLegacyGraphql(t, options = {}) {
  return start(t, (server, ticks) => {
    const made = SubscriptionServer.create(
      { schema, execute, subscribe, rootValue: rootOf(ticks), keepAlive: 100, ...options },
      { server }
    );
    return made.server;
  });
}

/**
 * @param {import('node:test').TestContext} t
 * @param {(server: http.Server, ticks: Ticks) => { clients: Set<any> }} serve
 */
async function start(t, serve) {
  const ticks = new Ticks();
  let port = 0;
  let connected = 0;
  /** @type {http.Server} */
  let server;
  /** @type {{ clients: Set<any> }} */
  let sockets;
  const begin = async () => {
    server = http.createServer();
    server.on('upgrade', () => (connected += 1));
    sockets = serve(server, ticks);
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    ({ port } = /** @type {import('node:net').AddressInfo} */ (server.address()));
  };
  const stop = async () => {
    for (const socket of sockets.clients) {
      socket.terminate();
    }
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  };
  t.after(() => server.listening && stop());
  await begin();
  return {
    url: `ws://127.0.0.1:${port}`,
    ticks,
    start: begin,
    stop,
    /** The sockets that are open, those of the server's library. */
    clients: () => [...sockets.clients],
    /** How many there have been. */
    connected: () => connected,
  };
}
