// A real mosquitto for a test, and somebody who publishes to a broker.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import os from 'node:os';
import path from 'node:path';

import { find } from '../../../scripts/command.mjs';
import { freePort, listening } from './ports.mjs';

/** Debian puts it where only root looks. */
const PROGRAM = find('mosquitto') ?? ['/usr/sbin/mosquitto'].find((name) => existsSync(name));

/** Why there is none, for `skip`; false when there is one. */
export const NO_MOSQUITTO = PROGRAM ? false : 'mosquitto is not installed (Debian package mosquitto)';

/** The plugin that refuses subscriptions: the access list of a file only keeps their messages back. */
const SECURITY = ['x86_64', 'aarch64']
  .map((machine) => `/usr/lib/${machine}-linux-gnu/mosquitto_dynamic_security.so`)
  .find((file) => existsSync(file));

/** Why there are no refusals, for `skip`; false when there are. */
export const NO_REFUSALS = SECURITY ? false : 'mosquitto has no mosquitto_dynamic_security.so';

/**
 * Starts a broker for one test. All may publish, and subscribe to what `open` matches, if it is given.
 * @param {import('node:test').TestContext} t
 * @param {{ open?: string, users?: string, more?: string }} [options] `users`: lines of its users (`name:password`); `more`: of
 *   its configuration
 */
export async function startMosquitto(t, { open, users, more = '' } = {}) {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'freshet-mosquitto-'));
  const at = (/** @type {string} */ name) => path.join(folder, name);
  const [port, socketPort] = [await freePort(), await freePort()];
  const lines = [
    `listener ${port} 127.0.0.1`,
    `listener ${socketPort} 127.0.0.1`,
    'protocol websockets',
    users === undefined ? 'allow_anonymous true' : `allow_anonymous false\npassword_file ${at('users')}`,
    ...(open === undefined ? [] : [`plugin ${SECURITY}`, `plugin_opt_config_file ${at('security.json')}`]),
    // Without it, whoever is root becomes nobody and cannot read these files.
    `user ${os.userInfo().username}`,
    'log_dest stderr',
    'log_type all',
    more,
  ];
  writeFileSync(at('mosquitto.conf'), `${lines.join('\n')}\n`);
  if (users !== undefined) {
    const file = at('users');
    writeFileSync(file, `${users}\n`, { mode: 0o600 });
    const hash = spawn(find('mosquitto_passwd') ?? '/usr/bin/mosquitto_passwd', ['-U', file], { stdio: 'ignore' });
    await once(hash, 'exit');
  }
  if (open !== undefined) {
    const acls = [{ acltype: 'subscribePattern', topic: open, allow: true }];
    const rules = {
      defaultACLAccess: { publishClientSend: true, publishClientReceive: true, subscribe: false, unsubscribe: true },
      anonymousGroup: 'all',
      groups: [{ groupname: 'all', roles: [{ rolename: 'open' }] }],
      roles: [{ rolename: 'open', acls }],
    };
    writeFileSync(at('security.json'), JSON.stringify(rules));
  }
  /** @type {import('node:child_process').ChildProcess} */
  let server;
  let log = '';
  const start = async () => {
    server = spawn(/** @type {string} */ (PROGRAM), ['-c', at('mosquitto.conf')], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    server.stderr?.setEncoding('utf8').on('data', (text) => (log += text));
    await listening({ name: 'mosquitto', server, ports: [port, socketPort], ms: 15_000, said: () => log });
  };
  const stop = async () => {
    if (server.exitCode === null && server.kill('SIGKILL')) {
      await once(server, 'exit');
    }
  };
  t.after(async () => {
    await stop();
    rmSync(folder, { recursive: true });
  });
  await start();
  return {
    url: `ws://127.0.0.1:${socketPort}`,
    port,
    start,
    stop,
    log: () => log,
    /** How often the log says so. @param {RegExp} words */
    said: (words) => log.match(new RegExp(words.source, 'g'))?.length ?? 0,
  };
}

/** @typedef {{ topic: string, payload: unknown, qos?: 0 | 1 | 2, retain?: boolean, properties?: Buffer }} Publication */

/** A length as MQTT writes it. @param {number} length @returns {number[]} */
const varint = (length) => (length < 128 ? [length] : [(length & 127) | 128, ...varint(length >> 7)]);

/** @param {number} first @param {Buffer} body */
const packet = (first, body) => Buffer.concat([Buffer.from([first, ...varint(body.length)]), body]);

/** @param {string} text */
const string = (text) => Buffer.concat([Buffer.from([0, Buffer.byteLength(text)]), Buffer.from(text)]);

/** What somebody who only publishes says first, in 3.1.1. */
export const mqttConnect = () =>
  packet(0x10, Buffer.concat([Buffer.from([0, 4, ...Buffer.from('MQTT'), 4, 2, 0, 0]), string('')]));

/** A message of QoS 0. @param {string} topic @param {string} text */
export const mqttMessage = (topic, text) => packet(0x30, Buffer.concat([string(topic), Buffer.from(text)]));

/**
 * Publishes to a broker over TCP, and waits until it has taken everything.
 * @param {number} port
 * @param {Publication[]} messages those with `properties` make it speak version 5
 * @param {{ user?: string, password?: string }} [login]
 */
export async function publishMqtt(port, messages, { user, password = '' } = {}) {
  const is5 = messages.some(({ properties }) => properties);
  const none = Buffer.from(is5 ? [0] : []);
  const flags = user === undefined ? 2 : 0xc2;
  const head = Buffer.from([0, 4, ...Buffer.from('MQTT'), is5 ? 5 : 4, flags, 0, 60]);
  const login = user === undefined ? [] : [string(user), string(password)];
  const all = [packet(0x10, Buffer.concat([head, none, string(''), ...login]))];
  messages.forEach(({ topic, payload, qos = 0, retain = false, properties }, index) => {
    /** @type {Buffer[]} */
    const body = [string(topic), Buffer.from(qos > 0 ? [0, index + 1] : [])];
    const bytes = Buffer.isBuffer(payload) ? payload : Buffer.from(JSON.stringify(payload));
    body.push(properties ? Buffer.concat([Buffer.from(varint(properties.length)), properties]) : none, bytes);
    all.push(packet(0x30 | (qos << 1) | (retain ? 1 : 0), Buffer.concat(body)));
    if (qos === 2) {
      // PUBREL, which the broker waits for: nothing is lost on the way here, so PUBREC need not be.
      all.push(packet(0x62, Buffer.from([0, index + 1])));
    }
  });
  const socket = connect(port, '127.0.0.1');
  socket.write(Buffer.concat([...all, Buffer.from([0xc0, 0])]));
  /** @type {Buffer[]} */
  const seen = [];
  const isDone = () => Buffer.concat(seen).includes(Buffer.from([0xd0, 0]));
  socket.on('data', (bytes) => {
    seen.push(bytes);
    if (isDone()) {
      socket.end(Buffer.from([0xe0, 0]));
    }
  });
  await once(socket, 'close');
  const said = Buffer.concat(seen);
  if (said[3] !== 0 || !isDone()) {
    throw new Error(`the broker said ${said.toString('hex')}`);
  }
}
