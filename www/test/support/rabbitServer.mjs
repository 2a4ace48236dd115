// A real RabbitMQ for the tests of one file: it takes ten seconds and more to start.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';

import { find } from '../../../scripts/command.mjs';
import { freePort, listening } from './ports.mjs';

/** Where Debian puts it. The program on the PATH insists on being run as its own user, with that user's folders. */
const LIBRARY = '/usr/lib/rabbitmq/lib';
const VERSION = existsSync(LIBRARY)
  ? readdirSync(LIBRARY).find((name) => name.startsWith('rabbitmq_server-'))
  : undefined;
const PROGRAM = VERSION && path.join(LIBRARY, VERSION, 'sbin', 'rabbitmq-server');
/** Tells the nodes of Erlang from one another. */
const EPMD = find('epmd');

/** Why there is none, for `skip`; false when there is one. */
export const NO_RABBIT = PROGRAM && EPMD ? false : 'RabbitMQ is not installed (Debian package rabbitmq-server)';

/** How long it may take to listen. */
const START_MS = 120_000;

/** Ports for plugins, by the setting that says which. */
const PORTS = /** @type {const} */ ({
  rabbitmq_mqtt: 'mqtt.listeners.tcp.1',
  rabbitmq_web_mqtt: 'web_mqtt.tcp.port',
  rabbitmq_stomp: 'stomp.listeners.tcp.1',
  rabbitmq_web_stomp: 'web_stomp.tcp.port',
});

/** Plugins that come with others. @type {Record<string, Array<keyof typeof PORTS>>} */
const BRINGS = { rabbitmq_web_mqtt: ['rabbitmq_mqtt'], rabbitmq_web_stomp: ['rabbitmq_stomp'] };

/**
 * Starts a server with ports and folders of its own, whose user is `guest` with the password `guest` unless `config`
 * says otherwise. `stop` ends it and all that it started; `halt` and `start` are a restart.
 * @param {{ plugins: Array<keyof typeof PORTS>, config?: string }} options `config`: lines of rabbitmq.conf
 */
export async function startRabbit({ plugins, config = '' }) {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'freshet-rabbit-'));
  const at = (/** @type {string} */ name) => path.join(folder, name);
  const all = [...new Set([...plugins, ...plugins.flatMap((plugin) => BRINGS[plugin] ?? [])])];
  const [amqp, distribution, names] = [await freePort(), await freePort(), await freePort()];
  /** @type {Record<string, number>} */
  const ports = {};
  for (const plugin of all) {
    ports[plugin] = await freePort();
  }
  const settings = all.map((plugin) => `${PORTS[plugin]} = ${ports[plugin]}\n`).join('');
  writeFileSync(at('rabbitmq.conf'), `listeners.tcp.1 = 127.0.0.1:${amqp}\n${settings}${config}\n`);
  writeFileSync(at('plugins'), `[${all.join(',')}].`);
  const env = {
    PATH: process.env.PATH,
    HOME: folder,
    ERL_EPMD_PORT: `${names}`,
    ERL_EPMD_ADDRESS: '127.0.0.1',
    RABBITMQ_NODENAME: `freshet${amqp}@localhost`,
    RABBITMQ_DIST_PORT: `${distribution}`,
    RABBITMQ_BASE: folder,
    RABBITMQ_MNESIA_BASE: at('mnesia'),
    RABBITMQ_LOG_BASE: at('log'),
    RABBITMQ_LOGS: '-',
    RABBITMQ_PID_FILE: at('pid'),
    RABBITMQ_ENABLED_PLUGINS_FILE: at('plugins'),
    RABBITMQ_CONFIG_FILE: at('rabbitmq.conf'),
    RABBITMQ_CONF_ENV_FILE: at('none'),
    RABBITMQ_ADVANCED_CONFIG_FILE: at('none.config'),
    RABBITMQ_GENERATED_CONFIG_DIR: at('generated'),
  };
  let said = '';
  /** @type {import('node:child_process').ChildProcess} */
  let epmd;
  /** @type {import('node:child_process').ChildProcess} */
  let server;
  const start = async () => {
    // Started here: a node that finds none starts one that outlives it.
    epmd = spawn(/** @type {string} */ (EPMD), ['-port', `${names}`, '-address', '127.0.0.1'], { stdio: 'ignore' });
    // A group of its own, so that its helpers end with it.
    server = spawn(/** @type {string} */ (PROGRAM), [], { env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [server.stdout, server.stderr]) {
      stream?.setEncoding('utf8').on('data', (text) => (said = (said + text).slice(-4000)));
    }
    const waits = [amqp, ...Object.values(ports)];
    await listening({ name: 'RabbitMQ', server, ports: waits, ms: START_MS, said: () => said });
  };
  const halt = async () => {
    for (const [child, end] of /** @type {const} */ ([
      [server, () => process.kill(-(/** @type {number} */ (server.pid)), 'SIGKILL')],
      [epmd, () => epmd.kill('SIGKILL')],
    ])) {
      if (child.exitCode === null && child.signalCode === null) {
        const exit = once(child, 'exit');
        end();
        await exit;
      }
    }
  };
  const stop = async () => {
    await halt();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    await start();
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    stop,
    halt,
    start,
    /** The port of each plugin, also of those that came with others. */
    ports,
  };
}
