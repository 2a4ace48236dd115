import { existsSync } from 'node:fs';

import { ask, CommandError, find } from '../command.mjs';
import { installPackages, mayInstall } from './apt.mjs';
import { note, ready } from './report.mjs';

/** Programs of Debian's packages of the same name, which the tests talk to. */
const SERVERS = ['nats-server', 'mosquitto', 'rabbitmq-server', 'puma', 'ruby-actioncable'];

/** Of these packages that are no programs: what Ruby requires of them. */
const LIBRARIES = new Map([['ruby-actioncable', 'action_cable']]);

/** Debian puts servers where only root looks. @param {string} name */
function present(name) {
  const library = LIBRARIES.get(name);
  return library === undefined
    ? Boolean(find(name)) || existsSync(`/usr/sbin/${name}`)
    : ask('ruby', '-e', `require '${library}'`) !== undefined;
}

/** Servers that others wrote. Without one, the tests that need it are skipped and say so. */
export async function setUpServers() {
  const missing = SERVERS.filter((name) => !present(name));
  if (missing.length > 0 && mayInstall()) {
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
  try {
    await installPackages(...names);
  } catch (error) {
    if (!(error instanceof CommandError)) {
      throw error;
    }
    note(`${names.join(', ')} could not be installed: ${error.message}`);
  }
}
