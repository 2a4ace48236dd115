// The versions of Grafana's packages that the playground's page is made of for the end-to-end tests, each with the React
// that it ships. One is what package.json pins; the others are in folders of their own, which set-up fills.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { CommandError, ROOT, run } from '../command.mjs';
import { mayInstall } from './ownFolders.mjs';
import { NPM_LISTS, NPM_OPTIONS, PackageFolder } from './packageFolder.mjs';
import { note, ready, working } from './report.mjs';

const LISTS = fileURLToPath(new URL('hosts', import.meta.url));
const FOLDERS = path.join(ROOT, '.cache', 'hosts');

/** The host that package.json pins. The full suite runs with it, and people see it. */
export const MAIN_HOST = '13.1';
/** The oldest that the plugin is made for, the newest of each line since, and the newest there is. */
export const HOSTS = ['11.6', '12.4', MAIN_HOST, '13.2'];

/**
 * @typedef {object} Host
 * @property {string} name major and minor version, as in the lists above
 * @property {string} version that of Grafana's packages
 * @property {string} react its version
 * @property {string} folder where its node_modules is
 */

/** @param {string} name @returns {Host} */
export function hostNamed(name) {
  if (!HOSTS.includes(name)) {
    throw new Error(`There is no host "${name}"; there are ${HOSTS.join(', ')}.`);
  }
  const isMain = name === MAIN_HOST;
  const list = JSON.parse(readFileSync(path.join(isMain ? ROOT : path.join(LISTS, name), 'package.json'), 'utf8'));
  const pinned = isMain ? list.devDependencies : list.dependencies;
  const folder = isMain ? ROOT : packagesOf(name).folder;
  return { name, version: pinned['@grafana/data'], react: pinned.react, folder };
}

/** @param {string} name */
const packagesOf = (name) => new PackageFolder(path.join(FOLDERS, name), path.join(LISTS, name), NPM_LISTS);

/** Why nothing can run with a host; false when its packages are there. @param {string} name @returns {string | false} */
export function skipWithoutHost(name) {
  return name === MAIN_HOST || packagesOf(name).isWhole
    ? false
    : `the packages of Grafana ${name} are not installed (node scripts/setup.mjs --tests --servers)`;
}

/** The hosts besides that of package.json. */
export async function setUpHosts() {
  for (const name of HOSTS.filter((host) => skipWithoutHost(host) && mayInstall())) {
    working(`installing the packages of Grafana ${name} into .cache/hosts (about a minute, once)`);
    try {
      const packages = packagesOf(name);
      await packages.fill(() => run('npm', ['ci', '--prefix', packages.folder, '--loglevel=error', ...NPM_OPTIONS]));
    } catch (error) {
      if (!(error instanceof CommandError)) {
        throw error;
      }
      note(`the packages of Grafana ${name} could not be installed: ${error.message}`);
    }
  }
  for (const name of HOSTS) {
    const missing = skipWithoutHost(name);
    if (missing) {
      note(`${missing}, so no test runs with them`);
    } else {
      ready(`packages of Grafana ${hostNamed(name).version}`);
    }
  }
}
