// What may be used of others: licences, sources and duplicates by deny.toml, and checksums in lock files. Each check tells its
// faults in sentences.
import satisfies from 'spdx-satisfies';

/** @typedef {{ name: string, version: string, licence: string }} Licensed */

/** @param {Licensed[]} packages @param {string[]} allowed SPDX identifiers */
export function licenceFaults(packages, allowed) {
  return packages
    .filter(({ licence }) => !isAllowed(licence, allowed))
    .map(({ name, version, licence }) => `${name} ${version}: the licence ${licence} is not in deny.toml.`);
}

/** @param {string} licence @param {string[]} allowed */
function isAllowed(licence, allowed) {
  try {
    return satisfies(licence, allowed);
  } catch {
    return false; // It is no SPDX expression, such as NOASSERTION or "see LICENSE".
  }
}

/** @param {Array<{ name: string, version: string, source: string | null }>} crates */
export function sourceFaults(crates) {
  const registries = new Set(crates.map(({ source }) => source).filter((source) => source?.startsWith('registry+')));
  return [
    ...crates
      .filter(({ source }) => source !== null && !registries.has(source))
      .map(({ name, version, source }) => `${name} ${version} comes from ${source}, which is no registry.`),
    ...(registries.size > 1 ? [`Crates come from ${registries.size} registries: ${[...registries].join(', ')}.`] : []),
  ];
}

/**
 * @param {Array<{ name: string, version: string }>} crates
 * @param {string[]} skipped what deny.toml allows, as `name@version`, of which the version may be a beginning
 */
export function duplicateFaults(crates, skipped) {
  const matches = (/** @type {{ name: string, version: string }} */ { name, version }, /** @type {string} */ entry) =>
    `${name}@${version}.`.startsWith(`${entry}.`);
  const counted = crates.filter((crate) => !skipped.some((entry) => matches(crate, entry)));
  /** @type {Map<string, Set<string>>} */
  const versions = new Map();
  for (const { name, version } of counted) {
    versions.set(name, new Set([...(versions.get(name) ?? []), version]));
  }
  const unused = skipped.filter((entry) => !crates.some((crate) => matches(crate, entry)));
  return [
    ...[...versions]
      .filter(([, found]) => found.size > 1)
      .map(([name, found]) => `${name} is there in ${[...found].join(' and ')}.`),
    ...unused.map((entry) => `deny.toml skips ${entry}, which nothing uses.`),
  ];
}

/** @typedef {{ packages?: Record<string, { integrity?: string, link?: boolean, hasInstallScript?: boolean }> }} NpmLock */

/** @param {string} file @param {NpmLock} lock */
export function npmLockFaults(file, { packages = {} }) {
  return Object.entries(packages)
    .filter(([place, { integrity, link }]) => place !== '' && !link && !integrity?.startsWith('sha512-'))
    .map(([place]) => `${file}: ${place} has no SHA-512 checksum, so whatever is served under its name is installed.`);
}

/**
 * Installing a package may run a program of it, which may do anything, download browsers too.
 * @param {NpmLock} lock
 * @param {string[]} allowed names of packages
 */
export function installScriptFaults({ packages = {} }, allowed) {
  const running = Object.entries(packages)
    .filter(([, { hasInstallScript }]) => hasInstallScript)
    .map(([place]) => place.replace(/^.*node_modules\//, ''));
  return [
    ...running
      .filter((name) => !allowed.includes(name))
      .map((name) => `${name} runs a program when it is installed, and is not on the list in scripts/audit.mjs.`),
    ...allowed
      .filter((name) => !running.includes(name))
      .map((name) => `${name} runs nothing when it is installed, so it needs no place on the list.`),
  ];
}

/** @param {string} file @param {{ package?: Array<{ name: string, source?: string, checksum?: string }> }} lock */
export function cargoLockFaults(file, { package: packages = [] }) {
  return packages
    .filter(({ source, checksum }) => source !== undefined && !/^[0-9a-f]{64}$/.test(checksum ?? ''))
    .map(({ name }) => `${file}: ${name} has no SHA-256 checksum.`);
}
