import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

import { CommandError, find, ROOT, run } from '../command.mjs';
import { NPM_LISTS, NPM_OPTIONS, PackageFolder } from './packageFolder.mjs';
import { note, ready, working } from './report.mjs';

/** Where they are: too large for package.json, and some want other versions of the same packages. */
const SERVERS = path.join(ROOT, '.cache', 'servers');
/** What each consists of, with the version of every package. */
const LISTS = fileURLToPath(new URL('servers', import.meta.url));

/**
 * @typedef {object} OwnServer
 * @property {string} name also that of its folders
 * @property {string} title with its version
 * @property {'npm' | 'PyPI'} from
 */

/** The largest of each first. @type {OwnServer[]} */
const ALL = [
  // Newer ones want Node 22.
  { name: 'signalk', title: 'signalk-server 2.23.0', from: 'npm' },
  { name: 'node-red', title: 'Node-RED 4.1.8', from: 'npm' },
  { name: 'anvil', title: 'anvil 1.7.1', from: 'npm' },
  { name: 'crossbar', title: 'Crossbar.io 26.10.1', from: 'PyPI' },
  // The last for Python 3.11.
  { name: 'homeassistant', title: 'Home Assistant 2024.3.3', from: 'PyPI' },
];

/** The files that list the packages of a server. */
const LISTS_OF = { npm: NPM_LISTS, PyPI: ['requirements.txt'] };

// The lists leave out what a server needs only for what no test does, so pip must not look for it.
const PIP = ['--quiet', '--disable-pip-version-check', '--no-compile', '--no-deps'];

/** The folder of a server. @param {string} name */
const folderOf = (name) => path.join(SERVERS, name);

/** A package of a server that npm has installed. @param {string} server @param {string} name */
export const npmFolder = (server, name) => path.join(folderOf(server), 'node_modules', ...name.split('/'));

/** A program of a server that pip has installed, such as its interpreter. @param {string} server @param {string} name */
export function pipProgram(server, name) {
  const isWindows = process.platform === 'win32';
  return path.join(folderOf(server), isWindows ? 'Scripts' : 'bin', isWindows ? `${name}.exe` : name);
}

/** @param {OwnServer} server */
const packagesOf = ({ name, from }) => new PackageFolder(folderOf(name), path.join(LISTS, name), LISTS_OF[from]);

/**
 * Why the tests of a server are skipped; false when it is there.
 * @param {string} name
 * @returns {string | false}
 */
export function skipWithout(name) {
  const server = ALL.find((one) => one.name === name);
  if (!server) {
    throw new Error(`set-up knows no server ${name}`);
  }
  return packagesOf(server).isWhole
    ? false
    : `${server.title} is not installed (node scripts/setup.mjs --tests --servers)`;
}

/** Whether to install them: they are a download of several hundred megabytes that a person may not want. */
export const mayInstall = () => (process.getuid?.() === 0 && find('apt-get')) || process.argv.includes('--servers');

/** Servers that others wrote, each in a folder of its own. Without one, its tests are skipped and say so. */
export async function setUpOwnFolders() {
  const missing = mayInstall() ? ALL.filter(({ name }) => skipWithout(name)) : [];
  const chains = Object.keys(LISTS_OF).map((from) => missing.filter((server) => server.from === from));
  await Promise.all(chains.map(installEach));
  for (const { name, title } of ALL) {
    if (skipWithout(name)) {
      note(`${title} is missing, so its tests are skipped. "node scripts/setup.mjs --tests --servers" installs it`);
    } else {
      ready(title);
    }
  }
}

/** @param {OwnServer[]} servers */
async function installEach(servers) {
  for (const server of servers) {
    working(`installing ${server.title} into .cache/servers (about half a minute, once)`);
    try {
      await packagesOf(server).fill(() => install(server));
    } catch (error) {
      if (!(error instanceof CommandError)) {
        throw error;
      }
      note(`${server.title} could not be installed: ${error.message}`);
    }
  }
}

/** @param {OwnServer} server */
async function install({ name, from }) {
  const folder = folderOf(name);
  if (from === 'npm') {
    await run('npm', ['ci', '--prefix', folder, '--loglevel=error', ...NPM_OPTIONS]);
    return;
  }
  const python = find('python3', 'python');
  if (!python) {
    throw new CommandError('there is no Python', 127);
  }
  await run(python, ['-m', 'venv', folder]);
  await run(pipProgram(name, 'python'), ['-m', 'pip', 'install', ...PIP, '-r', path.join(folder, 'requirements.txt')]);
}
