// Which package an import of the playground means, for esbuild.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { ROOT } from '../../../scripts/command.mjs';

/** Says to this plugin that the question is its own. */
const OWN = Symbol('own');
/** @grafana/scenes leaves out the ending of these files, and @grafana/schema 11 exports them with it. */
const GENERATED = /^@grafana\/schema\/dist\/esm\/raw\/.*_types\.gen$/;

/** What Babel and TypeScript made CommonJS of. */
const FROM_MODULE = /exports,\s*['"]__esModule['"]|exports\.__esModule\s*=/;

/**
 * The page's imports come out of one host's packages, wherever the importing file is. What Node would look for further up
 * as well, in the repository's own packages, is an error: the page would be made of two versions.
 * @param {import('../../../scripts/setup/hosts.mjs').Host} host
 * @returns {import('esbuild').Plugin}
 */
export function grafanaPackages({ folder, version }) {
  // An `.mjs` file gets all exports of CommonJS as the default one. Those of Grafana 11 count on bundlers that do not say so.
  const unwraps = version.startsWith('11.');
  const packages = path.join(folder, 'node_modules') + path.sep;
  return {
    name: 'grafana-packages',
    setup(build) {
      build.onResolve({ filter: /^[^./]/ }, async ({ path: name, importer, kind, resolveDir, pluginData }) => {
        if (pluginData === OWN || kind === 'entry-point') {
          return undefined;
        }
        const from = importer.startsWith(packages) ? resolveDir : folder;
        const options = { kind, resolveDir: from, importer, pluginData: OWN };
        let found = await build.resolve(nameFor(name, importer), options);
        if (found.errors.length > 0 && GENERATED.test(name)) {
          found = await build.resolve(`${name}.js`, options);
        }
        if (found.path.startsWith(ROOT) && found.path.includes('node_modules') && !found.path.startsWith(packages)) {
          return { errors: [{ text: `${name} is not among the packages of this host, but at ${found.path}` }] };
        }
        const wrapped = unwraps && importer.endsWith('.mjs') && (await isFromModule(found.path));
        return wrapped ? { path: found.path, namespace: 'unwrapped' } : found;
      });
      build.onLoad({ filter: /.*/, namespace: 'unwrapped' }, ({ path: file }) => ({
        contents: `export { default } from ${JSON.stringify(file)}; export * from ${JSON.stringify(file)};`,
        resolveDir: path.dirname(file),
      }));
    },
  };
}

/** @param {string} file */
const isFromModule = async (file) => file.endsWith('.js') && FROM_MODULE.test(await readFile(file, 'utf8'));

/**
 * @grafana/scenes wants react-router-dom 6, @grafana/ui wants 5 through its compatibility package, which also exports all
 * of 6. One copy for both means that they share one router context.
 * @param {string} name
 * @param {string} importer
 */
const nameFor = (name, importer) =>
  name === 'react-router-dom' && /[\\/]@grafana[\\/]scenes[\\/]/.test(importer) ? 'react-router-dom-v5-compat' : name;
