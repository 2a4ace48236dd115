// What of others is in the package: npm packages in the bundle, crates in the wasm.
import path from 'node:path';

import { ROOT } from '../command.mjs';
import { linkedCrates } from './crates.mjs';
import { bundledPackages } from './npmPackages.mjs';

/**
 * @typedef {object} Component
 * @property {'npm' | 'cargo' | 'rust'} ecosystem `rust`: what comes with the compiler
 * @property {string} name
 * @property {string} version
 * @property {string} licence an SPDX expression, as its package says it
 * @property {string[]} texts of its licences, as its package has them
 */

/** @returns {Component[]} sorted by ecosystem, name and version */
export function components() {
  const all = [...bundledPackages(path.join(ROOT, 'dist')), ...linkedCrates()];
  const key = (/** @type {Component} */ { ecosystem, name, version }) => `${ecosystem} ${name} ${version}`;
  return all.sort((a, b) => (key(a) < key(b) ? -1 : 1));
}
