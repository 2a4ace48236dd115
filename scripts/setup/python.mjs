import path from 'node:path';
import process from 'node:process';

import { ask, CommandError, find, run, TOOLS } from '../command.mjs';
import { note, ready, working } from './report.mjs';

const FOLDER = path.join(TOOLS, 'python');

/** The interpreter of the environment with the packages below. */
export const PYTHON =
  process.platform === 'win32' ? path.join(FOLDER, 'Scripts', 'python.exe') : path.join(FOLDER, 'bin', 'python');

/** Servers that are written in Python. */
const PACKAGES = [{ name: 'aiosignalr', version: '0.1.1' }];

/** Servers that others wrote in Python, in an environment of their own. Without one, its tests are skipped and say so. */
export async function setUpPython() {
  const missing = PACKAGES.filter(({ name, version }) => versionOf(name) !== version);
  if (missing.length > 0 && find('python3')) {
    await install(missing.map(({ name, version }) => `${name}==${version}`));
  }
  for (const { name, version } of PACKAGES) {
    if (versionOf(name) === version) {
      ready(`${name} ${version}`);
    } else {
      note(`${name} ${version} is missing, so its tests are skipped. It needs Python 3.11 or newer`);
    }
  }
}

/** The version of a package that is installed. @param {string} name */
function versionOf(name) {
  return ask(PYTHON, '-c', `from importlib.metadata import version; print(version('${name}'))`);
}

/** @param {string[]} packages */
async function install(packages) {
  working(`installing ${packages.join(', ')}`);
  try {
    await run('python3', ['-m', 'venv', FOLDER]);
    await run(PYTHON, ['-m', 'pip', 'install', '--quiet', ...packages]);
  } catch (error) {
    if (!(error instanceof CommandError)) {
      throw error;
    }
    note(`${packages.join(', ')} could not be installed: ${error.message}`);
  }
}
