import { existsSync } from 'node:fs';
import process from 'node:process';

import { CommandError, find, run } from '../command.mjs';
import { note, ready, working } from './report.mjs';

/** Programs of Debian's packages of the same name, which the tests talk to. */
const SERVERS = ['nats-server', 'mosquitto', 'rabbitmq-server'];

/** Debian puts servers where only root looks. */
const present = (/** @type {string} */ name) => Boolean(find(name)) || existsSync(`/usr/sbin/${name}`);

/** Servers that others wrote. Without one, the tests that need it are skipped and say so. */
export async function setUpServers() {
  const missing = SERVERS.filter((name) => !present(name));
  if (missing.length > 0 && process.getuid?.() === 0 && find('apt-get')) {
    await install(missing);
  }
  for (const name of SERVERS) {
    if (present(name)) {
      ready(name);
    } else {
      note(`${name} is missing, so its tests are skipped. On Debian: "sudo apt install ${name}"`);
    }
  }
}

/** @param {string[]} names */
async function install(names) {
  working(`installing ${names.join(', ')}`);
  try {
    await run('apt-get', ['update']);
    await run('apt-get', ['install', '--yes', '--no-install-recommends', ...names], {
      env: { DEBIAN_FRONTEND: 'noninteractive' },
    });
  } catch (error) {
    if (!(error instanceof CommandError)) {
      throw error;
    }
    note(`${names.join(', ')} could not be installed: ${error.message}`);
  }
}
