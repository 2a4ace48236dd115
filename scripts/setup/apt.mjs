import process from 'node:process';

import { find, run } from '../command.mjs';
import { working } from './report.mjs';

/** Whether set-up may install packages here: for root, on a system with apt. */
export const mayInstall = () => process.getuid?.() === 0 && Boolean(find('apt-get'));

/** Installs Debian's packages of these names. @param {string[]} names */
export async function installPackages(...names) {
  working(`installing ${names.join(', ')}`);
  await run('apt-get', ['update']);
  await run('apt-get', ['install', '--yes', '--no-install-recommends', ...names], {
    env: { DEBIAN_FRONTEND: 'noninteractive' },
  });
}
