// One fault, from a stream that runs to a stream that runs again: a server, a proxy, a panel, and what is demanded of
// each fault in the same way.
import assert from 'node:assert/strict';

import { until } from '../../support/feed.mjs';
import { startTcpProxy } from '../../support/tcpProxy.mjs';
import { startRowServer } from './server.mjs';

/**
 * @typedef {import('node:test').TestContext} TestContext
 * @typedef {import('playwright-core').Page} Page
 *
 * @typedef {object} Harness
 * @property {import('../../support/page.mjs').Run<any>} run
 * @property {{ evaluate: (expression: string) => Promise<any> }} page
 * @property {Page} [own] the page, when it is the fault's own
 * @property {Awaited<ReturnType<typeof import('./hidden.mjs').openTab>>} [tab] the page, when it is in a tab
 *
 * @typedef {object} Fault a row of the matrix
 * @property {string} name as the table tells it
 * @property {(stand: Stand) => Promise<unknown> | void} [happens] done while rows come; resolves when the way is free again
 * @property {RegExp | null} says the notice in the meantime; null when there must be none
 * @property {'stays' | 'is replaced'} connection what becomes of the connection
 * @property {(stand: Stand) => Promise<unknown> | void} [before] done before the panel connects
 * @property {(stand: Stand) => Promise<unknown>} [connects] done while it connects, until the way is free
 * @property {object | ((stand: Stand) => Promise<object>)} [settings] of the data source
 * @property {object} [source] what Grafana keeps of the data source besides
 * @property {object} [target] the panel's query
 * @property {{ deflate?: boolean }} [server]
 * @property {boolean} [keepsSaying] the notice tells of something that does not end, like messages that were dropped
 * @property {boolean} [idle] no rows while it happens
 * @property {string} [path] where the panel asks for it; default: /
 * @property {boolean} [alone] needs a page of its own
 * @property {boolean} [inTab] which is in a tab of a browser that people have
 * @property {RegExp} [errors] what the page may report besides
 *
 * @typedef {object} Result a row of the table
 * @property {string} name
 * @property {string} says
 * @property {string} connection
 * @property {'none' | 'those on their way' | 'those from before'} loses rows that may be lost
 */

export const SETTINGS = { reconnect: { minMs: 300, maxMs: 300 }, lingerMs: 300 };

let stands = 0;

export class Stand {
  /** @type {import('./server.mjs').RowServer} */
  server;
  /** @type {import('../../support/tcpProxy.mjs').TcpProxy} */
  proxy;
  /** What a fault looked up in passing and wants to be held against at the end. @type {(() => void)[]} */
  demands = [];
  /** How far apart rows are. */
  periodMs = 25;
  /** @type {Result['loses']} */
  loses = 'none';
  /** Connections that a fault opens besides the panel's. */
  others = 0;
  /** Of the data source. @type {object} */
  settings = SETTINGS;
  #id = `stand-${(stands += 1)}`;
  #idle;

  /**
   * @param {Harness} harness
   * @param {import('./server.mjs').RowServer} server
   * @param {import('../../support/tcpProxy.mjs').TcpProxy} proxy
   * @param {boolean} idle
   * @param {TestContext} t
   */
  constructor(harness, server, proxy, idle, t) {
    this.t = t;
    this.harness = harness;
    this.server = server;
    this.proxy = proxy;
    this.#idle = idle;
  }

  /** Calls a function in the page with the kit, and this stand's panel: its reading and what it said. */
  run(check, ...values) {
    const call = `(kit, check, id, ...values) => check(kit, kit.shelf[id], ...values)`;
    return this.harness.page.evaluate(
      `(${call})(window.kit, ${check}, ${JSON.stringify(this.#id)}, ...${JSON.stringify(values)})`
    );
  }

  /** @param {object} settings @param {object} target @param {object} [source] */
  async read(settings, target, source = {}) {
    this.settings = { ...SETTINGS, ...settings };
    await this.harness.run(openPanel, this.#id, this.proxy.url, this.settings, target, source);
  }

  /** Begins to send rows, and waits until some are in the panel. */
  async begin() {
    await until(() => this.server.open.length > 0, 'a connection', 30_000);
    this.server.flow(this.periodMs);
    await this.shows(this.server.next + 5);
    if (this.#idle) {
      await this.settle();
    }
  }

  /** Waits until a row with this value or a later one is in the panel. @param {number} value */
  async shows(value, timeoutMs = 30_000) {
    await this.run(waitForValue, value, timeoutMs);
  }

  /** Sends nothing more, and waits until everything is in the panel. */
  async settle() {
    this.server.rest();
    await this.shows(this.server.next - 1);
  }

  /** What is sent from here on the connection may be lost. Everything before it is in the panel. */
  async doubt() {
    await this.settle();
    this.loses = 'those on their way';
    this.server.doubt();
    if (!this.#idle) {
      this.server.flow(this.periodMs);
      await this.server.send();
    }
  }

  /** The panel begins anew: what was sent until here is not in it. */
  forget() {
    this.server.connections.forEach((connection) => (connection.sure = 0));
    this.loses = 'those from before';
  }

  /** Waits until the panel says this. @param {RegExp} text */
  async says(text, timeoutMs = 30_000) {
    await this.run(waitForNotice, text.source, timeoutMs);
  }

  /** Waits until so many handshakes were asked for in all. @param {number} count */
  async asked(count) {
    await until(() => this.server.asked >= count, `handshake ${count}`, 30_000);
  }

  /** Waits until there were so many connections. @param {number} count */
  async connected(count = 2) {
    await until(() => this.server.connections.length >= count, `connection ${count}`, 30_000);
  }

  /** Waits until the stream runs: what is sent now arrives. */
  async resumes() {
    this.server.flow(this.periodMs);
    await this.shows(this.server.next + 5);
    await this.settle();
  }

  /** What the panel shows and has said. */
  shown() {
    return this.run(look);
  }
}

async function openPanel({ source, read, notices, shelf }, id, url, settings, more, place) {
  const said = [];
  const look = (data) => {
    const told = [...notices(data), ...(data.errors ?? []).map(({ message }) => message)];
    said.push(...told.filter((text) => !said.includes(text)));
  };
  const dataSource = await source(settings, { url, uid: id, ...place });
  const target = { capacity: 500_000, ...more };
  shelf[id] = { uid: id, said, look, dataSource, target, reading: read(dataSource, target, { onValue: look }) };
}

async function waitForValue({ until, field, sleep }, { reading }, value, timeoutMs) {
  const last = () => field(reading.latest, 'value')?.values.at(-1) ?? -1;
  await until(() => last() >= value || sleep(20), `the value ${value}`, timeoutMs);
}

async function waitForNotice({ until, sleep }, { said }, source, timeoutMs) {
  const wanted = new RegExp(source);
  await until(() => said.some((text) => wanted.test(text)) || sleep(20), `a notice like ${source}`, timeoutMs);
}

async function waitForPeace({ until, notices, sleep }, { reading }) {
  const said = () => notices(reading.latest);
  await until(() => said().length === 0 || sleep(20), 'the notice to go').catch((error) => {
    throw new Error(`${error.message}: ${said()}`);
  });
}

function look({ values, notices }, { reading, said }) {
  const { latest } = reading;
  return {
    values: values(latest),
    notices: notices(latest),
    said,
    state: latest.state,
    errors: latest.errors ?? [],
  };
}

/**
 * Has a panel undergo a fault, and holds what it showed against what was sent.
 * @param {TestContext} t
 * @param {Fault} fault
 * @param {Harness} harness
 * @returns {Promise<Result>}
 */
export async function undergo(t, fault, harness) {
  const server = await startRowServer(t, fault.server);
  const proxy = await startTcpProxy(t, server.port);
  const stand = new Stand(harness, server, proxy, fault.idle ?? false, t);
  await fault.before?.(stand);
  const { settings = {}, target = {}, source } = fault;
  await stand.read(typeof settings === 'function' ? await settings(stand) : settings, target, source);
  await fault.connects?.(stand);
  await stand.begin();
  if (!fault.connects) {
    // A browser has several handshakes wait for each other, and that is said as well.
    await stand.run((_, { said }) => void said.splice(0));
  }
  await fault.happens?.(stand);
  await stand.resumes();
  const told = await hold(stand, fault);
  return { name: fault.name, says: told, connection: fault.connection, loses: stand.loses };
}

/** @param {Stand} stand @param {Fault} fault */
async function hold(stand, fault) {
  const { says, connection, keepsSaying = false } = fault;
  if (!keepsSaying) {
    await stand.run(waitForPeace);
  }
  const shown = await stand.shown();
  assertRows(
    shown.values,
    stand.server.connections.filter(({ path }) => path === (fault.path ?? '/'))
  );
  assert.deepEqual([shown.state, shown.errors], ['Streaming', []]);
  const accepted = stand.proxy.accepted - stand.others;
  assert.equal(accepted > 1, connection === 'is replaced', `${accepted} connections`);
  stand.demands.forEach((demand) => demand());
  if (says === null) {
    assert.deepEqual(shown.said, [], 'the panel says nothing');
    return '';
  }
  const told = shown.said.find((text) => says.test(text));
  assert.ok(told, `The panel did not say ${says}. It said:\n${shown.said.join('\n')}`);
  return told;
}

/**
 * Rows in the order in which they were sent, each once; only those that were in doubt may be missing.
 * @param {number[]} values
 * @param {import('./server.mjs').Connection[]} connections
 */
function assertRows(values, connections) {
  const twice = values.findIndex((value, i) => i > 0 && value <= values[i - 1]);
  const around = values.slice(Math.max(0, twice - 3), twice + 3);
  assert.equal(twice, -1, `a row stands twice or too late: … ${around} …`);
  const there = new Set(values);
  const sure = connections.flatMap(({ sent, sure }) => sent.slice(0, sure));
  const missing = sure.filter((value) => !there.has(value));
  assert.deepEqual(missing.slice(0, 10), [], `${missing.length} of ${sure.length} rows are missing`);
  const sent = new Set(connections.flatMap(({ sent }) => sent));
  const unsent = values.filter((value) => !sent.has(value));
  assert.deepEqual(unsent.slice(0, 10), [], 'rows that nobody has sent');
}
