import { run, TOOLS } from '../command.mjs';
import { working } from './report.mjs';

/** Builds a program of a crate into the tools' folder. @param {string} crate @param {string[]} options */
export async function installCrate(crate, ...options) {
  working(`building ${crate} into .cache/tools (a few minutes, once)`);
  await run('cargo', ['install', crate, ...options, '--root', TOOLS]);
}

/** Builds one that does little but start others: not to optimise it halves the time that this takes. @param {string} crate */
export async function installStarter(crate) {
  await installCrate(crate, '--locked', '--debug', '--config', 'profile.dev.debug=false');
}
