// Faults on the way to real servers, which know nothing of it, and of these servers themselves.
import { until } from '../../support/feed.mjs';
import { BROKERS } from '../../support/brokers.mjs';
import { DROPPED } from './network.mjs';
import { asJson, RowServer } from './server.mjs';

/**
 * @typedef {import('./stand.mjs').Fault} Fault
 * @typedef {import('./stand.mjs').Stand} Stand
 * @typedef {import('../../support/brokers.mjs').Broker} Broker
 * @typedef {import('../../support/brokers.mjs').BrokerKind} BrokerKind
 */

/**
 * Publishes numbered rows to a broker. It cannot see who is subscribed, so rows are sure to arrive only after one that
 * has: from `trust` on, until `doubt`.
 */
class PublishedRows extends RowServer {
  #broker;

  /** @param {Broker} broker */
  constructor(broker) {
    super();
    this.#broker = broker;
    this.#begin(0);
  }

  /** @override */
  get open() {
    return this.connections.slice(-1);
  }

  /** What is sent from here on has to arrive. */
  trust() {
    this.#begin(Infinity);
  }

  /** @override */
  send(count = 1) {
    for (let sent = 0; sent < count; sent += 1, this.next += 1) {
      this.#broker.publish(asJson(this.next));
      this.open[0].sent.push(this.next);
    }
  }

  #begin(/** @type {number} */ sure) {
    this.connections.push(/** @type {any} */ ({ path: '/', sent: [], sure }));
  }
}

/** @type {WeakMap<Stand, Broker>} */
const brokers = new WeakMap();

/** @param {Stand} stand */
const rowsOf = (stand) => /** @type {PublishedRows} */ (stand.server);

/** Rows come, and all of them have to from here on. @param {Stand} stand */
async function runs(stand) {
  stand.server.flow(stand.periodMs);
  await stand.shows(stand.server.next + 5, 60_000);
  rowsOf(stand).trust();
  await stand.shows(stand.server.next + 10);
}

/**
 * A row of a broker: what it does to the connection, and what is said meanwhile.
 * @param {BrokerKind} kind
 * @param {string} name
 * @param {RegExp} says
 * @param {(stand: Stand, broker: Broker) => unknown} act
 * @returns {Fault}
 */
const rowOf = (kind, name, says, act) => ({
  name: `${kind.title}: ${name}`,
  says,
  connection: 'is replaced',
  settings: kind.settings,
  target: {
    params: kind.params,
    path: kind.path,
    fields: [
      { path: `${kind.payload}.time`, role: 'time', timeFormat: 'ms' },
      { path: `${kind.payload}.value`, name: 'value' },
    ],
  },
  before: async (stand) => {
    const broker = await kind.start(stand.t);
    brokers.set(stand, broker);
    await stand.server.close();
    stand.server = new PublishedRows(broker);
    stand.t.after(() => stand.server.rest());
    stand.proxy.target = broker.port;
  },
  connects: async (stand) => {
    // Nobody is told that the query has subscribed: the first rows show it.
    stand.server.flow(stand.periodMs);
    await stand.shows(0, 60_000);
    await stand.run((_kit, { said }) => void said.splice(0));
  },
  happens: async (stand) => {
    await runs(stand);
    await stand.doubt();
    const { accepted } = stand.proxy;
    await act(stand, /** @type {Broker} */ (brokers.get(stand)));
    await stand.says(says, 90_000);
    await until(() => stand.proxy.accepted > accepted, 'another connection', 90_000);
    await runs(stand);
  },
});

/** What ends a connection on which nothing comes any more. @type {Record<string, RegExp>} */
const SILENCE = {
  mosquitto: /the server did not answer a ping within 10 s/,
  'nats-server': /^Not connected to \S+ \(the server .* within 10 s/,
  'RabbitMQ (STOMP)': /the server has sent nothing for 60 s, twice its heart-beat/,
  'socket.io': /the server has sent nothing for 2 s, longer than its pingInterval and pingTimeout allow/,
};

/** Why there are not all of them; false when there are. */
export const MISSING = BROKERS.map(({ missing }) => missing).find(Boolean) ?? false;

/** @type {Fault[]} */
export const BROKER = BROKERS.filter(({ missing }) => !missing).flatMap((kind) => [
  rowOf(kind, 'cut', DROPPED, ({ proxy }) => proxy.cut()),
  rowOf(kind, 'nothing comes any more, without an end', SILENCE[kind.title], ({ proxy }) => proxy.lose('down')),
  rowOf(
    kind,
    'the server is restarted and has forgotten the subscriptions',
    /^Not connected to/,
    async (stand, broker) => {
      stand.server.rest();
      await broker.restart();
      stand.server.flow(stand.periodMs);
    }
  ),
]);
