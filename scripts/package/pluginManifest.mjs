// plugin.json as it is published: with the day of the release, and with the links that package.json knows.

/**
 * @typedef {object} PackageInfo What package.json says about the project, as far as it has addresses yet.
 * @property {string} version
 * @property {{ url: string }} [repository]
 * @property {{ url: string }} [bugs]
 * @property {{ url: string }} [funding]
 */

/**
 * @param {string} manifest the text of plugin.json as built
 * @param {PackageInfo} info
 * @param {string} day YYYY-MM-DD
 */
export function pluginManifest(manifest, info, day) {
  const plugin = JSON.parse(manifest);
  const addresses = [
    // "sponsorship" is the name by which the catalogue finds that link.
    { name: 'Source', url: repositoryAddress(info) },
    { name: 'Issues', url: info.bugs?.url },
    { name: 'Sponsorship', url: info.funding?.url },
  ];
  plugin.info.links = [...plugin.info.links, ...addresses.filter(({ url }) => url !== undefined)];
  plugin.info.updated = day;
  return `${JSON.stringify(plugin, undefined, 2)}\n`;
}

/** Where people find the repository. @param {PackageInfo} info */
export function repositoryAddress({ repository }) {
  return repository?.url.replace(/^git\+/, '').replace(/\.git$/, '');
}
