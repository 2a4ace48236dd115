// Rules about the files of a package. Each is a function of the archive that tells its faults in sentences.
import { createHash } from 'node:crypto';

/** @typedef {import('./pluginArchive.mjs').PluginArchive} PluginArchive */

const LEFTOVER = /(^|\/)(\.[^/]+|node_modules|[^/]+\.(tsx?|rs|go|orig|rej|zip|tgz|log)|package(-lock)?\.json)(\/|$)/;
const NEEDED = ['plugin.json', 'module.js', 'README.md', 'CHANGELOG.md', 'LICENSE', 'THIRD_PARTY_LICENSES.txt'];
const MOST_BYTES = 16_000_000;

/** @param {PluginArchive} plugin */
export function oneFolder({ entries, top }) {
  if (entries.size === 0) {
    return ['The archive is empty.'];
  }
  return top.length === 1 ? [] : [`The archive has ${top.length} entries at its top, and one folder is right: ${top}.`];
}

/** @param {PluginArchive} plugin */
export function noFolderDist({ files }) {
  const inDist = [...files.keys()].some((name) => name.startsWith('dist/'));
  return inDist ? ['The plugin is in a folder dist inside its folder. It should be in the folder itself.'] : [];
}

/** @param {PluginArchive} plugin */
export function namedById({ top, manifest }) {
  const id = manifest?.id;
  return id === top[0] ? [] : [`The folder is ${top[0]}. It should have the id of plugin.json, ${id}.`];
}

/** @param {PluginArchive} plugin */
export function neededFiles({ files }) {
  return NEEDED.filter((name) => !files.get(name)?.toString('utf8').trim()).map(
    (name) => `${name} is missing or empty.`
  );
}

/** @param {PluginArchive} plugin */
export function nothingLeftOver({ files }) {
  return [...files.keys()].filter((name) => LEFTOVER.test(name)).map((name) => `${name} belongs into no package.`);
}

/** @param {PluginArchive} plugin */
export function noOtherPlugin({ files }) {
  const nested = [...files.keys()].filter((name) => name.endsWith('/plugin.json'));
  return nested.map((name) => `${name} is a plugin inside the plugin, which plugin.json would have to include.`);
}

/** @param {PluginArchive} plugin */
export function noBackend({ files, manifest }) {
  const declared = ['backend', 'executable', 'alerting'].filter((field) => manifest && field in manifest);
  const programs = [...files.keys()].filter((name) => /(^|\/)(gpx_[^/]*|go_plugin_build_manifest)$/.test(name));
  return [
    ...declared.map((field) => `plugin.json has the field ${field}, and there is no backend.`),
    ...programs.map((name) => `${name} is part of a backend, and plugin.json declares none.`),
  ];
}

/** @param {PluginArchive} plugin */
export function bounded({ files }) {
  const bytes = [...files.values()].reduce((sum, { length }) => sum + length, 0);
  return bytes <= MOST_BYTES ? [] : [`Unpacked, the plugin has ${bytes} bytes, and ${MOST_BYTES} are allowed.`];
}

/** The paths of somebody's machine would be in there. @param {PluginArchive} plugin */
export function noMachinePaths({ files }) {
  const found = [...files].map(([name, bytes]) => [
    name,
    /(\/(root|home\/[\w.-]+|Users\/[\w.-]+)\/[\w.-]+|\/registry\/src\/[\w.-]+)/.exec(bytes.toString('latin1'))?.[0],
  ]);
  return found
    .filter(([, path]) => path)
    .map(([name, path]) => `${name} names ${path}, a path of the machine it was built on.`);
}

/** A signature covers every file, so nothing may be changed or added after it. @param {PluginArchive} plugin */
export function signedAsItIs(plugin) {
  const signature = plugin.text('MANIFEST.txt');
  if (signature === undefined) {
    return [];
  }
  const signed = signedFiles(signature);
  if (!signed) {
    return ['MANIFEST.txt holds no list of files.'];
  }
  const actual = new Map(
    [...plugin.files]
      .filter(([name]) => name !== 'MANIFEST.txt')
      .map(([name, bytes]) => [name, createHash('sha256').update(bytes).digest('hex')])
  );
  return [
    ...[...actual].filter(([name]) => !(name in signed)).map(([name]) => `${name} is not in MANIFEST.txt.`),
    ...[...actual]
      .filter(([name, sum]) => name in signed && signed[name].toLowerCase() !== sum)
      .map(([name]) => `${name} has been changed since it was signed.`),
    ...Object.keys(signed)
      .filter((name) => !actual.has(name))
      .map((name) => `${name} is in MANIFEST.txt and not in the package.`),
  ];
}

/** The files in a clear-signed manifest (RFC 9580, section 7). @param {string} text @returns {Record<string, string> | undefined} */
function signedFiles(text) {
  const body = /\r?\n\r?\n(\{[\s\S]*?\})\s*-----BEGIN PGP SIGNATURE-----/.exec(text)?.[1];
  return body === undefined ? undefined : JSON.parse(body).files;
}
