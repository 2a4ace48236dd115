// A SignalR hub of the Python package aiosignalr for a test.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

import { PYTHON } from '../../../scripts/setup/python.mjs';
import { freePort, listening } from './ports.mjs';

const HUB = fileURLToPath(new URL(path.join('hub', 'hub.py'), import.meta.url));
const HAS_HUB = spawnSync(PYTHON, ['-c', 'import aiosignalr.server']).status === 0;

/** Why there is none, for `skip`; false when there is one. */
export const NO_HUB = HAS_HUB
  ? false
  : 'aiosignalr is not installed (a package for Python 3.11, which set-up installs)';

/** How long a server may take to listen. */
const START_MS = 30_000;

/**
 * Starts a hub for one test, at the path /hub. Its methods: `join` and `leave` with a room (the room "vault" is refused);
 * `count` with two numbers, `clock` with a name and `broken` are streams.
 * @param {import('node:test').TestContext} t
 * @param {number} [keepAliveSeconds] how often it says that it is there
 */
export async function startHub(t, keepAliveSeconds = 15) {
  const port = await freePort();
  /** @type {import('node:child_process').ChildProcess} */
  let server;
  /** @type {((line: string) => void)[]} */
  const waiting = [];
  const start = async () => {
    server = spawn(PYTHON, [HUB, String(port), String(keepAliveSeconds)], { stdio: 'pipe' });
    let said = '';
    server.stderr?.setEncoding('utf8').on('data', (text) => (said += text));
    createInterface({ input: /** @type {import('node:stream').Readable} */ (server.stdout) }).on('line', (line) => {
      if (line.startsWith('counts ')) {
        waiting.shift()?.(line.slice('counts '.length));
      }
    });
    await listening({ name: 'the hub', server, ports: [port], ms: START_MS, said: () => said });
  };
  const stop = async () => {
    if (server.exitCode === null && server.kill('SIGKILL')) {
      await once(server, 'exit');
    }
  };
  t.after(stop);
  await start();
  const write = (/** @type {string} */ line) => void server.stdin?.write(`${line}\n`);
  return {
    url: `ws://127.0.0.1:${port}/hub`,
    start,
    stop,
    /** To all clients. @param {string} target @param {unknown[]} args */
    send: (target, ...args) => write(`send ${target} ${JSON.stringify(args)}`),
    /** To a group. @param {string} group @param {string} target @param {unknown[]} args */
    sendTo: (group, target, ...args) => write(`group ${group} ${target} ${JSON.stringify(args)}`),
    /** @returns {Promise<{ connections: number, negotiated: number, groups: Record<string, number>, streams: string[] }>} */
    counts: () =>
      new Promise((resolve) => {
        waiting.push((text) => resolve(JSON.parse(text)));
        write('counts');
      }),
  };
}
