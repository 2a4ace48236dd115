import { existsSync, readFileSync, statSync, utimesSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';

import { ROOT, run } from '../command.mjs';
import { ready, SetupError, working } from './report.mjs';

const OLDEST_NODE = 20;

/** Node itself, and the packages in package-lock.json. */
export async function setUpNode() {
  if (Number.parseInt(process.versions.node, 10) < OLDEST_NODE) {
    throw new SetupError(`Node ${process.versions.node} is too old. Install Node ${OLDEST_NODE} or newer.`);
  }
  ready(`Node ${process.versions.node}`);
  if (packagesAreCurrent()) {
    ready('npm packages');
    return;
  }
  working('installing npm packages (about a minute)');
  await run('npm', ['ci', '--no-audit', '--no-fund']);
}

/** Whether node_modules holds what package-lock.json names. */
function packagesAreCurrent() {
  const wanted = path.join(ROOT, 'package-lock.json');
  // npm's own record of what it installed.
  const installed = path.join(ROOT, 'node_modules', '.package-lock.json');
  if (!existsSync(installed)) {
    return false;
  }
  if (statSync(installed).mtimeMs >= statSync(wanted).mtimeMs) {
    return true;
  }
  // A checkout touches the file without changing it, and installing everything anew for that takes a minute.
  if (!holdsAll(packagesIn(installed), packagesIn(wanted))) {
    return false;
  }
  utimesSync(installed, new Date(), new Date());
  return true;
}

/** @typedef {Record<string, { version?: string, optional?: boolean }>} Packages */

/** @param {string} file @returns {Packages} */
function packagesIn(file) {
  return JSON.parse(readFileSync(file, 'utf8')).packages ?? {};
}

/** @param {Packages} installed @param {Packages} wanted */
function holdsAll(installed, wanted) {
  return Object.entries(wanted).every(([name, { version, optional }]) => {
    const found = installed[name];
    // Optional packages are for one platform each.
    return name === '' || (found === undefined ? optional === true : found.version === version);
  });
}
