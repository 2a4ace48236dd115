// The crates of the engine, as cargo resolves them.
import path from 'node:path';

import { ask } from '../command.mjs';
import { licenceTexts } from './licenceTexts.mjs';

/** @typedef {import('./components.mjs').Component} Component */

/**
 * @typedef {object} CargoPackage As `cargo metadata` prints it
 * @property {string} id
 * @property {string} name
 * @property {string} version
 * @property {string | null} license
 * @property {string | null} source null for a crate of this repository
 * @property {string | null} description
 * @property {string} manifest_path
 * @property {Array<{ kind: string[] }>} targets
 *
 * @typedef {{ id: string, deps: Array<{ pkg: string, dep_kinds: Array<{ kind: string | null }> }> }} CargoNode
 * @typedef {{ packages: CargoPackage[], resolve: { root: string, nodes: CargoNode[] } }} CargoMetadata
 */

/** @param {string[]} options @returns {CargoMetadata} */
export function cargoMetadata(...options) {
  const output = ask('cargo', 'metadata', '--format-version', '1', '--locked', ...options);
  if (output === undefined) {
    throw new Error('cargo metadata failed. Is Cargo.lock up to date? `cargo check` brings it there.');
  }
  return JSON.parse(output);
}

/** The crates whose code is in the wasm, and the standard library. @returns {Component[]} */
export function linkedCrates() {
  const crates = linked(cargoMetadata('--filter-platform', 'wasm32-unknown-unknown')).map((crate) => ({
    ecosystem: /** @type {const} */ ('cargo'),
    name: crate.name,
    version: crate.version,
    licence: spdx(crate.license),
    texts: licenceTexts(path.dirname(crate.manifest_path)),
  }));
  return [...crates, standardLibrary()];
}

/**
 * What the root crate depends on for its own code: not for building, not for tests, and no macros, which run in the
 * compiler.
 * @param {CargoMetadata} metadata
 */
export function linked({ packages, resolve }) {
  const byId = new Map(packages.map((crate) => [crate.id, crate]));
  const nodes = new Map(resolve.nodes.map((node) => [node.id, node]));
  /** @type {Map<string, CargoPackage>} */
  const found = new Map();
  const visit = (/** @type {string} */ id) => {
    const crate = byId.get(id);
    if (!crate || found.has(id) || crate.targets.some(({ kind }) => kind.includes('proc-macro'))) {
      return;
    }
    found.set(id, crate);
    const needed = nodes.get(id)?.deps.filter(({ dep_kinds }) => dep_kinds.some(({ kind }) => kind === null)) ?? [];
    needed.forEach(({ pkg }) => visit(pkg));
  };
  visit(resolve.root);
  found.delete(resolve.root);
  return [...found.values()];
}

/** Older crates write a slash for OR. @param {string | null} licence */
export const spdx = (licence) => (licence ?? 'NOASSERTION').replaceAll('/', ' OR ');

/** Is compiled in too, though no lock file lists it. @returns {Component} */
function standardLibrary() {
  const version = /^rustc (\S+)/.exec(ask('rustc', '--version') ?? '')?.[1];
  if (version === undefined) {
    throw new Error('rustc does not tell its version.');
  }
  return { ecosystem: 'rust', name: 'std', version, licence: 'MIT OR Apache-2.0', texts: [] };
}
