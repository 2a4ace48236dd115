import { existsSync } from 'node:fs';
import process from 'node:process';

import { find, run } from '../command.mjs';
import { ready, working } from './report.mjs';

/** Programs of Debian's packages of the same name, which the tests talk to. */
const SERVERS = ['nats-server'];

/** Debian puts servers where only root looks. */
const present = (/** @type {string} */ name) => Boolean(find(name)) || existsSync(`/usr/sbin/${name}`);

/** Servers that others wrote. Without one, the tests that need it are skipped and say so. */
export async function setUpServers() {
  const missing = SERVERS.filter((name) => !present(name));
  if (missing.length > 0 && process.getuid?.() === 0 && find('apt-get')) {
    working(`installing ${missing.join(', ')}`);
    await run('apt-get', ['update']);
    await run('apt-get', ['install', '--yes', '--no-install-recommends', ...missing], {
      env: { DEBIAN_FRONTEND: 'noninteractive' },
    });
  }
  const still = SERVERS.filter((name) => !present(name));
  const skipped = still.map((name) => `no ${name}: its tests are skipped`);
  ready([...SERVERS.filter(present), ...skipped].join(', '));
}
