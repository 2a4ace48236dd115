// The npm packages in the bundle, read off its source maps: those name what is in it, and nothing else does so surely.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { ROOT } from '../command.mjs';
import { licenceTexts } from './licenceTexts.mjs';

/** @typedef {import('./components.mjs').Component} Component */

const PACKAGE = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//;

/** @param {string} dist @returns {Component[]} */
export function bundledPackages(dist) {
  const maps = readdirSync(dist).filter((name) => name.endsWith('.map'));
  const sources = maps.flatMap((name) => JSON.parse(readFileSync(path.join(dist, name), 'utf8')).sources);
  return packageFolders(sources).map(component);
}

/**
 * The folders of packages, from the top level, that sources in webpack's notation are from.
 * @param {string[]} sources
 */
export function packageFolders(sources) {
  const folders = sources
    .map((source) => source.replace(/^webpack:\/\/[^/]+\//, ''))
    // webpack's own code, which loads the chunks.
    .map((place) => (place.startsWith('webpack/') ? 'node_modules/webpack/' : place))
    .map((place) => PACKAGE.exec(place)?.[1].replace(/^.*?(?=node_modules\/)/, ''))
    .filter((folder) => folder !== undefined);
  return [...new Set(folders)].sort();
}

/** @param {string} folder @returns {Component} */
function component(folder) {
  const place = path.join(ROOT, folder);
  const { name, version, license } = JSON.parse(readFileSync(path.join(place, 'package.json'), 'utf8'));
  return { ecosystem: 'npm', name, version, licence: license ?? 'NOASSERTION', texts: licenceTexts(place) };
}
