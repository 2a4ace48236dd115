// Rules about what plugin.json says.
import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import semver from 'semver';

import { MANIFEST_SCHEMA } from './manifestSchema.mjs';

/** @typedef {import('./pluginArchive.mjs').PluginArchive} PluginArchive */
/** @typedef {import('./pluginArchive.mjs').Manifest} Manifest */

const ajv = new Ajv({ allErrors: true, strict: true });
// ajv-formats is a CommonJS module with its function under `default`.
formats.default(ajv);
const isManifest = ajv.compile(MANIFEST_SCHEMA);

/** @param {PluginArchive} plugin */
export function followsSchema({ manifest }) {
  if (manifest === undefined) {
    return ['plugin.json is missing or no JSON.'];
  }
  isManifest(manifest);
  return (isManifest.errors ?? []).map(({ instancePath, message, params }) => {
    const detail = 'additionalProperty' in params ? ` (${params.additionalProperty})` : '';
    return `plugin.json: ${instancePath || 'the whole'} ${message}${detail}.`;
  });
}

/** A rule about a manifest that follows the schema. @param {(manifest: Manifest, plugin: PluginArchive) => string[]} rule */
const about = (rule) => (/** @type {PluginArchive} */ plugin) => {
  const { manifest } = plugin;
  return manifest && isManifest(manifest) ? rule(manifest, plugin) : [];
};

export const nameForPeople = about(({ id, name }) =>
  id === name ? [`The name is the id, ${id}. It should be one for people.`] : []
);

export const versionOfProject = about(({ info: { version } }, { project }) => {
  if (semver.valid(version) !== version) {
    return [`The version of plugin.json, ${version}, is no semantic version (https://semver.org).`];
  }
  return version === project.version
    ? []
    : [`The version of plugin.json is ${version}, and that of package.json ${project.version}.`];
});

export const versionInChangelog = about(({ info: { version } }, plugin) =>
  plugin.textOrNone('CHANGELOG.md').includes(`## ${version}`)
    ? []
    : [`CHANGELOG.md has no heading for the version ${version}.`]
);

export const grafanaVersions = about(({ dependencies: { grafanaDependency: range } }) => {
  if (semver.validRange(range) === null) {
    return [`grafanaDependency, ${range}, is no range of versions as node-semver reads it.`];
  }
  if (/\d-/.test(range)) {
    return [`grafanaDependency, ${range}, names a version before its release.`];
  }
  // Versions that are no longer made show that nothing holds a range from above.
  return semver.satisfies('999.0.0', range)
    ? []
    : [`grafanaDependency, ${range}, leaves newer versions of Grafana out.`];
});

export const dependsOnOthersOnly = about(({ id, dependencies }) =>
  dependencies.plugins?.some((plugin) => plugin.id === id) ? [`The plugin depends on itself, ${id}.`] : []
);

export const pathsExist = about(({ info, includes = [] }, { files }) =>
  [info.logos.small, info.logos.large, ...[...(info.screenshots ?? []), ...includes].map(({ path }) => path)].flatMap(
    (path) => {
      if (/^([./]|[a-z]+:)/i.test(path)) {
        return [`plugin.json: the path ${path} should be relative to plugin.json, without a . or / at its beginning.`];
      }
      return files.has(path) ? [] : [`plugin.json: ${path} is not in the package.`];
    }
  )
);

export const addressesAreSafe = about(({ info }) =>
  [...(info.links ?? []).map(({ url }) => url), ...(info.author.url ? [info.author.url] : [])]
    .filter((url) => !url.startsWith('https://'))
    .map((url) => `plugin.json: the address ${url} should begin with https://.`)
);

export const hasScreenshot = about(({ info }) =>
  info.screenshots?.length ? [] : ['plugin.json names no screenshots, which the catalogue shows.']
);

export const hasLinks = about(({ info }) =>
  info.links?.length
    ? []
    : ['plugin.json has no links. Set "repository" in package.json once the repository has an address.']
);

export const hasSponsorship = about(({ info }) =>
  info.links?.some(({ name }) => /sponsor/i.test(name))
    ? []
    : ['There is no link for sponsors. "funding" in package.json would make one.']
);
