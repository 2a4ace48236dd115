// The rules of Grafana's plugin validator, which reviews what is submitted to the catalogue, as far as they concern a plugin
// without a backend; and some of our own. The validator's program cannot be installed without the way to GitHub, so each
// rule is written anew, with the place that it is from.
import * as code from './codeRules.mjs';
import * as layout from './layoutRules.mjs';
import * as manifest from './manifestRules.mjs';
import * as text from './textRules.mjs';

/** @typedef {import('./pluginArchive.mjs').PluginArchive} PluginArchive */

/**
 * @typedef {object} Rule
 * @property {string} source the validator's analyzer: `pkg/analysis/passes/<source>` in grafana/plugin-validator. `own` are
 *   rules that it does not have
 * @property {string} says
 * @property {(plugin: PluginArchive) => string[]} faults
 * @property {true} [advice] whether a fault is only told
 */

/** @type {Rule[]} */
export const RULES = [
  { source: 'archive', says: 'one folder at the top', faults: layout.oneFolder },
  { source: 'archive', says: 'no folder dist in it', faults: layout.noFolderDist },
  { source: 'archivename', says: 'the folder has the name of the id', faults: layout.namedById },
  { source: 'metadata, readme, changelog, license, modulejs', says: 'all files are there', faults: layout.neededFiles },
  { source: 'own', says: 'no sources and no hidden files', faults: layout.nothingLeftOver },
  { source: 'nestedmetadata, includesnested', says: 'no plugin in the plugin', faults: layout.noOtherPlugin },
  { source: 'backendbinary, binarypermissions, backenddebug', says: 'no backend', faults: layout.noBackend },
  { source: 'own', says: 'a size that can be downloaded', faults: layout.bounded },
  { source: 'own', says: 'no paths of the machine it was built on', faults: layout.noMachinePaths },
  { source: 'manifest, signature', says: 'a signature covers every file', faults: layout.signedAsItIs },

  { source: 'metadatavalid, typesuffix', says: 'plugin.json follows its schema', faults: manifest.followsSchema },
  { source: 'pluginname', says: 'the name is for people', faults: manifest.nameForPeople },
  {
    source: 'version, packagejson, sourcecode',
    says: "the version is package.json's",
    faults: manifest.versionOfProject,
  },
  { source: 'own', says: 'the changelog has the version', faults: manifest.versionInChangelog },
  { source: 'grafanadependency, restrictivedep', says: 'a range of Grafanas', faults: manifest.grafanaVersions },
  { source: 'circulardependencies', says: 'no dependency on itself', faults: manifest.dependsOnOthersOnly },
  { source: 'metadatapaths, logos', says: 'named files are there', faults: manifest.pathsExist },
  { source: 'screenshots', says: 'screenshots are named', faults: manifest.hasScreenshot },
  { source: 'safelinks', says: 'links are encrypted', faults: manifest.addressesAreSafe },
  { source: 'own', says: 'links to the repository', faults: manifest.hasLinks, advice: true },
  { source: 'sponsorshiplink', says: 'a link for sponsors', faults: manifest.hasSponsorship, advice: true },

  { source: 'templatereadme', says: 'a README of its own', faults: text.readmeOfItsOwn },
  { source: 'htmlreadme', says: 'a README without HTML', faults: text.readmeWithoutMarkup },
  { source: 'jargon', says: 'a README for users', faults: text.readmeForUsers },
  { source: 'brokenlinks', says: 'absolute links in the README', faults: text.readmeLinksLead },
  { source: 'license', says: 'the whole text of the licence', faults: text.licenceIsApache },
  { source: 'logos', says: 'logos are SVG', faults: text.logosAreSvg },
  { source: 'unsafesvg', says: 'SVG pictures run nothing', faults: text.picturesRunNothing },
  { source: 'screenshots', says: 'screenshots are pictures', faults: text.screenshotsArePictures },

  { source: 'modulejs', says: 'module.js is an AMD module', faults: code.isAmdModule },
  { source: 'legacyplatform, legacybuilder', says: 'no AngularJS', faults: code.noAngular },
  { source: 'reactcompat', says: 'nothing that React 19 lacks', faults: code.readyForReact19 },
  { source: 'trackingscripts', says: 'no strange hosts', faults: code.namesNoHosts },
  { source: 'own', says: 'no text is run as code', faults: code.noTextAsCode },
  { source: 'jssourcemap', says: 'every script has a source map', faults: code.sourceMapsAreThere },
  { source: 'jssourcemap', says: 'source maps are of these sources', faults: code.sourcesAreOurs },
  { source: 'coderules', says: 'sources leave console, window and styles alone', faults: code.sourcesBehave },
];

/** What the validator looks at besides, and why no rule is here. */
export const NOT_CHECKED = {
  checksum: 'compares with what is filled in when a plugin is submitted; package.mjs writes that',
  discoverability: 'the schema here requires description and keywords',
  org: 'asks grafana.com whether there is an organisation of the name with which the id begins',
  'published, provenance, virusscan, osvscanner': 'ask services in the network',
  'llmreview, codediff': 'ask a language model',
  'gomanifest, gosec, sdkusage': 'are about backends in Go',
};

/** What the validator will find when it is given the sources too. A reviewer has to hear the reason. */
export const KNOWN_FAULTS = {
  buildtools:
    'It wants .config/webpack/webpack.config.ts as @grafana/create-plugin makes it. Freshet has a webpack.config.js of its ' +
    'own, because an engine in Rust is built in.',
  jssourcemap:
    'It compares source maps with the folder src, which is the engine here; the sources of module.js are in www/plugin. ' +
    'Our rule compares with that folder.',
};
