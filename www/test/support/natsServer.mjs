// A real nats-server for a test, and somebody who publishes to it.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import os from 'node:os';
import path from 'node:path';

import { freePort, listening } from './ports.mjs';

/** Debian puts it where only root looks. */
const PROGRAM = ['nats-server', '/usr/sbin/nats-server'].find((name) => spawnSync(name, ['--version']).status === 0);

/** Why there is none, for `skip`; false when there is one. */
export const NO_NATS = PROGRAM ? false : 'nats-server is not installed (Debian package nats-server)';

/** How long a server may take to listen. */
const START_MS = 15_000;

/**
 * Starts a server for one test.
 * @param {import('node:test').TestContext} t
 * @param {string} [more] lines of its configuration
 */
export async function startNats(t, more = '') {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'freshet-nats-'));
  const [port, socketPort, httpPort] = [await freePort(), await freePort(), await freePort()];
  const config = path.join(folder, 'nats.conf');
  const websocket = `websocket { host: 127.0.0.1, port: ${socketPort}, no_tls: true }`;
  writeFileSync(config, `host: 127.0.0.1\nport: ${port}\nhttp: 127.0.0.1:${httpPort}\n${websocket}\n${more}\n`);
  /** @type {import('node:child_process').ChildProcess} */
  let server;
  const start = async () => {
    server = spawn(/** @type {string} */ (PROGRAM), ['-c', config], { stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    server.stderr?.setEncoding('utf8').on('data', (text) => (said += text));
    const ports = [port, socketPort, httpPort];
    await listening({ name: 'nats-server', server, ports, ms: START_MS, said: () => said });
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
  /** @param {string} what */
  const monitor = async (what) => (await fetch(`http://127.0.0.1:${httpPort}/${what}`)).json();
  return {
    url: `ws://127.0.0.1:${socketPort}`,
    /** For clients that are no browsers. */
    tcpPort: port,
    start,
    stop,
    /** The clients that are connected by WebSocket, each with its subscriptions. */
    clients: async () =>
      (await monitor('connz?subs=1')).connections.filter(
        (/** @type {{ type: string }} */ { type }) => type === 'websocket'
      ),
    /** How many connections there have been. */
    connected: async () => (await monitor('varz')).total_connections,
    /**
     * Publishes operations, as a publisher would write them.
     * @param {string} operations
     * @param {string} [options] of its login
     */
    async publish(operations, options = '{"headers":true,"verbose":false}') {
      const socket = connect(port, '127.0.0.1');
      socket.write(`CONNECT ${options}\r\n${operations}PING\r\n`);
      let said = '';
      for await (const bytes of socket) {
        said += bytes;
        if (said.includes('PONG')) {
          break;
        }
      }
      socket.destroy();
      if (!said.includes('PONG')) {
        throw new Error(`the server said ${said}`);
      }
    },
  };
}

/** A message. @param {string} subject @param {unknown} payload */
export function message(subject, payload) {
  const text = JSON.stringify(payload);
  return `PUB ${subject} ${Buffer.byteLength(text)}\r\n${text}\r\n`;
}
