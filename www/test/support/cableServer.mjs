// A real Action Cable, of Debian's ruby-actioncable and puma, for a test.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

import { freePort, listening } from './ports.mjs';

const CONFIG = fileURLToPath(new URL('cable/config.ru', import.meta.url));
const HAS_RUBY = spawnSync('ruby', ['-e', "require 'action_cable'; require 'puma'"]).status === 0;

/** Why there is none, for `skip`; false when there is one. */
export const NO_CABLE = HAS_RUBY ? false : 'Action Cable is not installed (Debian packages ruby-actioncable and puma)';

/** How long a server may take to listen. */
const START_MS = 30_000;

/**
 * Starts a server for one test. Its channels: `TickChannel` with the param `sensor` (the sensor "secret" is rejected),
 * `RoomChannel` without.
 * @param {import('node:test').TestContext} t
 */
export async function startCable(t) {
  const port = await freePort();
  /** @type {import('node:child_process').ChildProcess} */
  let server;
  /** @type {((line: string) => void)[]} */
  const waiting = [];
  const start = async () => {
    const bind = `tcp://127.0.0.1:${port}`;
    server = spawn('puma', ['--quiet', '--threads', '1:4', '--bind', bind, CONFIG], { stdio: 'pipe' });
    let said = '';
    server.stderr?.setEncoding('utf8').on('data', (text) => (said += text));
    createInterface({ input: /** @type {import('node:stream').Readable} */ (server.stdout) }).on('line', (line) => {
      if (line.startsWith('counts ')) {
        waiting.shift()?.(line.slice('counts '.length));
      }
    });
    await listening({ name: 'puma', server, ports: [port], ms: START_MS, said: () => said });
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
    url: `ws://127.0.0.1:${port}`,
    start,
    stop,
    /** @param {string} stream @param {unknown} payload */
    broadcast: (stream, payload) => write(`broadcast ${stream} ${JSON.stringify(payload)}`),
    /** Has all clients disconnect and come back. */
    restart: () => write('restart'),
    /** For each connection, the identifiers of what it is subscribed to. @returns {Promise<string[][]>} */
    subscriptions: () =>
      new Promise((resolve) => {
        waiting.push((text) => resolve(JSON.parse(text)));
        write('counts');
      }),
  };
}
