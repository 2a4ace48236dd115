import process from 'node:process';

import { run } from '../command.mjs';

/**
 * Has Grafana's service sign a plugin's folder, if there is a token for it: `MANIFEST.txt` then holds the checksum of
 * every file that is in the folder now, the wasm included. Any change afterwards makes the signature invalid.
 * @param {string} folder
 * @param {string[]} options of @grafana/sign-plugin, such as `--rootUrls` for a private signature
 * @returns {Promise<boolean>} whether it is signed
 */
export async function sign(folder, options) {
  if (!process.env.GRAFANA_ACCESS_POLICY_TOKEN) {
    return false;
  }
  await run('sign-plugin', ['--distDir', folder, ...options]);
  return true;
}
