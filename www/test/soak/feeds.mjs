// The feeds of the soak: four protocols, three of them spoken by presets, a server and a proxy for each, and what goes
// wrong with them.
import { setTimeout as sleep } from 'node:timers/promises';

import { runPaced } from '../../dev/feed/pace.mjs';
import { GRAPHQL, MQTT, NATS_CLIENT } from '../e2e/faults/dialects.mjs';
import { RowServer } from '../e2e/faults/server.mjs';
import { until } from '../support/feed.mjs';
import { TcpProxy } from '../support/tcpProxy.mjs';

/**
 * @typedef {object} Kind
 * @property {string} name
 * @property {object} [settings] of the data source
 * @property {object} target
 * @property {(server: RowServer) => unknown} speak
 */

/** @type {Kind[]} */
export const KINDS = [
  { name: 'JSON', target: {}, speak: () => undefined },
  // What the engine speaks in code of its own, and what it speaks by a script.
  ...[MQTT, NATS_CLIENT, GRAPHQL].map(({ title, settings, target, speak }) => ({
    name: title,
    settings,
    target,
    speak,
  })),
];

/** A feed that sends rows at a steady rate. */
export class SoakFeed {
  server = new RowServer();
  proxy = new TcpProxy(0);
  /** How often each fault happened. @type {Record<string, number>} */
  happened = {};
  /** From each fault that took the connection until all panels had new rows, in milliseconds. @type {number[]} */
  resumed = [];
  #perSecond;
  #stop = () => {};

  /** @param {Kind} kind @param {number} perSecond */
  constructor(kind, perSecond) {
    this.kind = kind;
    this.#perSecond = perSecond;
    kind.speak(this.server);
  }

  async start() {
    await this.server.start();
    this.proxy.target = this.server.port;
    await this.proxy.listen();
  }

  flow() {
    this.#stop = runPaced(this.#perSecond, (due) => {
      this.server.send(due);
      return due;
    });
  }

  rest() {
    this.#stop();
  }

  /**
   * Has something go wrong, and waits until all panels have new rows.
   * @param {() => number} random
   * @param {(value: number) => Promise<void>} shows waits until all panels have this value
   */
  async fail(random, shows) {
    const names = Object.keys(FAULTS);
    const name = names[Math.floor(random() * names.length)];
    const { replaces, happens } = FAULTS[name];
    if (replaces) {
      // What was sent until here is in the panels, and what follows may be lost.
      this.rest();
      await shows(this.server.next - 1);
      this.server.doubt();
      this.flow();
    }
    const { length: before } = this.server.connections;
    const begun = performance.now();
    await happens(this);
    if (replaces) {
      await until(() => this.server.connections.length > before, `${this.kind.name} after "${name}"`, 60_000);
    }
    await shows(this.server.next + 1);
    if (replaces) {
      this.resumed.push(performance.now() - begun);
    }
    this.happened[name] = (this.happened[name] ?? 0) + 1;
  }

  /**
   * Rows that are missing in a panel although they were sent on a working connection.
   * @param {[number, number][]} gaps from, and up to but without
   */
  lost(gaps) {
    // One that ended before the first row was sent nothing.
    const used = this.server.connections.filter(({ sent }) => sent.length > 0);
    const sure = used.map(({ sent, sure }) => [sent[0], sent[0] + Math.min(sent.length, sure)]);
    const overlap = ([from, to]) =>
      sure.reduce((sum, [first, end]) => sum + Math.max(0, Math.min(to, end) - Math.max(from, first)), 0);
    return gaps.reduce((sum, gap) => sum + overlap(gap), 0);
  }

  async close() {
    this.rest();
    await this.server.close();
    this.proxy.close();
  }
}

/**
 * What goes wrong, and whether it takes the connection.
 * @type {Record<string, { replaces: boolean, happens: (feed: SoakFeed) => Promise<unknown> | void }>}
 */
const FAULTS = {
  cut: { replaces: true, happens: ({ proxy }) => proxy.cut() },
  reset: { replaces: true, happens: ({ proxy }) => proxy.reset() },
  'half-open': { replaces: true, happens: ({ proxy }) => proxy.lose('down') },
  'reset in a frame': { replaces: true, happens: ({ proxy }) => void (proxy.down.resetAfterBytes = 1000) },
  'closed with 1001': { replaces: true, happens: ({ server }) => server.open.forEach(({ ws }) => ws.close(1001)) },
  garbage: { replaces: true, happens: ({ proxy }) => proxy.inject(Buffer.from([0xff, 0xff, 0xff])) },
  'address refuses': {
    replaces: true,
    happens: async ({ proxy }) => {
      proxy.refuse();
      proxy.cut();
      await sleep(1500);
      await proxy.listen();
    },
  },
  restart: {
    replaces: true,
    happens: async ({ server }) => {
      await server.stop();
      await sleep(500);
      await server.start();
    },
  },
  stall: {
    replaces: false,
    happens: async ({ proxy }) => {
      proxy.down.hold();
      await sleep(1000);
      proxy.down.release();
    },
  },
  latency: {
    replaces: false,
    happens: async ({ proxy }) => {
      proxy.down.latencyMs = 300;
      await sleep(1500);
      proxy.down.latencyMs = 0;
    },
  },
  'frames split': {
    replaces: false,
    happens: async ({ proxy }) => {
      proxy.down.pieceBytes = 700;
      await sleep(1500);
      proxy.down.pieceBytes = Infinity;
    },
  },
};
