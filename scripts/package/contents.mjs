// What goes into the package: dist/ as built, its plugin.json and README.md made for the catalogue, and the licences of
// what is compiled into it.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';

import { ROOT } from '../command.mjs';
import { catalogueReadme } from './catalogueReadme.mjs';
import { pluginManifest, repositoryAddress } from './pluginManifest.mjs';
import { dayOf } from './releaseDate.mjs';
import { settledSourceMap } from './sourceMap.mjs';
import { thirdPartyText } from './thirdPartyText.mjs';

const DIST = path.join(ROOT, 'dist');

/**
 * @param {import('./components.mjs').Component[]} components
 * @param {Date} date
 * @returns {import('./zip.mjs').Files} by their paths in the plugin's folder
 */
export function contents(components, date) {
  const info = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8'));
  const repository = repositoryAddress(info);
  const files = new Map(builtFiles().map((name) => [name, readFileSync(path.join(DIST, name))]));
  const replace = (/** @type {string} */ name, /** @type {(text: string) => string} */ change) =>
    files.set(name, Buffer.from(change(files.get(name)?.toString('utf8') ?? '')));
  replace('plugin.json', (text) => pluginManifest(text, info, dayOf(date)));
  replace('README.md', (text) => catalogueReadme(text, repository && `${repository}/blob/v${info.version}`));
  for (const name of [...files.keys()].filter((file) => file.endsWith('.js.map'))) {
    replace(name, (text) => settledSourceMap(text, name.slice(0, -'.map'.length)));
  }
  replace('THIRD_PARTY_LICENSES.txt', () => thirdPartyText(components));
  return files;
}

function builtFiles() {
  return readdirSync(DIST, { recursive: true, encoding: 'utf8' })
    .filter((name) => statSync(path.join(DIST, name)).isFile())
    .map((name) => name.replaceAll(path.sep, '/'));
}
