// Packages that break a rule each: how the right one is changed, and what has to be said about it.

/** @typedef {Map<string, Uint8Array>} Files */

/**
 * @typedef {object} Break
 * @property {string} name
 * @property {(files: Files) => Files} change
 * @property {Partial<import('../../../scripts/validate/pluginArchive.mjs').Project>} [project]
 * @property {RegExp} fault
 */

const FOLDER = 'freshet-websocket-datasource';

/** @param {string} text */
const bytes = (text) => new Uint8Array(Buffer.from(text));
/** @param {string} name @param {string | Uint8Array} content */
const add = (name, content) => (/** @type {Files} */ files) =>
  files.set(`${FOLDER}/${name}`, typeof content === 'string' ? bytes(content) : content);
/** @param {string} name */
const remove = (name) => (/** @type {Files} */ files) => {
  files.delete(`${FOLDER}/${name}`);
  return files;
};
/** @param {string} name @param {(text: string) => string} rewrite */
const edit = (name, rewrite) => (/** @type {Files} */ files) =>
  add(name, rewrite(Buffer.from(files.get(`${FOLDER}/${name}`) ?? []).toString()))(files);
/** @param {string} name @param {string} text */
const append = (name, text) => edit(name, (before) => before + text);
/** @param {(manifest: any) => void} change */
const manifest = (change) =>
  edit('plugin.json', (text) => {
    const plugin = JSON.parse(text);
    change(plugin);
    return JSON.stringify(plugin);
  });
/** @param {string} source in the source map of module.js @param {string} text */
const source = (source, text) =>
  edit('module.js.map', (map) => {
    const content = JSON.parse(map);
    content.sourcesContent[content.sources.findIndex((/** @type {string} */ name) => name.endsWith(source))] = text;
    return JSON.stringify(content);
  });

/** A manifest as grafana.com returns it, with a signature that is none. @param {string} manifest */
export const clearSigned = (manifest) => `-----BEGIN PGP SIGNED MESSAGE-----
Hash: SHA512

${manifest}
-----BEGIN PGP SIGNATURE-----
`;
/** @param {Record<string, string>} files */
const signature = (files) => clearSigned(JSON.stringify({ plugin: FOLDER, files }, undefined, 2));

/** @type {Break[]} */
const LAYOUT = [
  { name: 'nothing in it', change: () => new Map(), fault: /^The archive is empty/ },
  {
    name: 'a file beside the folder',
    change: (files) => files.set('a.txt', bytes('a')),
    fault: /2 entries at its top/,
  },
  { name: 'a folder dist', change: add('dist/module.js', ''), fault: /in a folder dist/ },
  {
    name: 'another name of the folder',
    change: (files) => new Map([...files].map(([name, content]) => [name.replace(FOLDER, 'dist'), content])),
    fault: /^The folder is dist.*freshet-websocket-datasource/,
  },
  { name: 'no licence', change: remove('LICENSE'), fault: /^LICENSE is missing/ },
  { name: 'an empty changelog', change: add('CHANGELOG.md', '\n'), fault: /^CHANGELOG\.md is missing or empty/ },
  { name: 'a source', change: add('module.ts', ''), fault: /^module\.ts belongs/ },
  { name: "git's folder", change: add('.git/HEAD', 'ref'), fault: /^\.git\/HEAD belongs/ },
  { name: 'a plugin in the plugin', change: add('panel/plugin.json', '{}'), fault: /^panel\/plugin\.json is a plugin/ },
  {
    name: 'a program',
    change: add('gpx_freshet_linux_amd64', ''),
    fault: /^gpx_freshet_linux_amd64 is part of a backend/,
  },
  { name: 'a backend', change: manifest((plugin) => (plugin.backend = true)), fault: /field backend/ },
  { name: 'too large', change: add('a.bin', new Uint8Array(16e6)), fault: /^Unpacked, the plugin has \d+ bytes/ },
  {
    name: 'a path of a machine',
    change: append('module.js', '\n"/home/me/x.rs"'),
    fault: /module\.js names \/home\/me\/x\.rs/,
  },
  { name: 'a signature of nothing', change: add('MANIFEST.txt', 'x'), fault: /holds no list of files/ },
  {
    name: 'a file without signature',
    change: add('MANIFEST.txt', signature({})),
    fault: /^LICENSE is not in MANIFEST/,
  },
  {
    name: 'a file changed after it was signed',
    change: add('MANIFEST.txt', signature({ LICENSE: '00' })),
    fault: /^LICENSE has been changed since/,
  },
  {
    name: 'a signed file that is gone',
    change: add('MANIFEST.txt', signature({ 'gone.js': '00' })),
    fault: /^gone\.js is in MANIFEST\.txt and not/,
  },
];

/** @type {Break[]} */
const MANIFEST = [
  { name: 'plugin.json that is no JSON', change: add('plugin.json', '{'), fault: /missing or no JSON/ },
  { name: 'an unknown field', change: manifest((plugin) => (plugin.stream = true)), fault: /additional.*\(stream\)/ },
  { name: 'no description', change: manifest((plugin) => delete plugin.info.description), fault: /'description'/ },
  { name: 'no keywords', change: manifest((plugin) => (plugin.info.keywords = [])), fault: /\/info\/keywords/ },
  { name: 'another type', change: manifest((plugin) => (plugin.type = 'panel')), fault: /\/type/ },
  {
    name: 'an id that tells no type',
    change: manifest((plugin) => (plugin.id = 'freshet-datasource-panel')),
    fault: /\/id must match pattern/,
  },
  {
    name: 'a name for programs',
    change: manifest((plugin) => (plugin.name = plugin.id)),
    fault: /^The name is the id/,
  },
  {
    name: 'a version that is none',
    change: manifest((plugin) => (plugin.info.version = '1.0')),
    fault: /no semantic version/,
  },
  { name: 'another version', change: (files) => files, project: { version: '0.0.1' }, fault: /package\.json 0\.0\.1/ },
  {
    name: 'a changelog that stopped before',
    change: manifest((plugin) => (plugin.info.version = '9.9.9')),
    fault: /no heading for the version 9\.9\.9/,
  },
  {
    name: 'a range that is none',
    change: manifest((plugin) => (plugin.dependencies.grafanaDependency = 'newest')),
    fault: /no range of versions/,
  },
  {
    name: 'a version before its release',
    change: manifest((plugin) => (plugin.dependencies.grafanaDependency = '>=11.6.0-0')),
    fault: /before its release/,
  },
  {
    name: 'one Grafana only',
    change: manifest((plugin) => (plugin.dependencies.grafanaDependency = '11.6.x')),
    fault: /leaves newer versions of Grafana out/,
  },
  {
    name: 'a dependency on itself',
    change: manifest(({ id, dependencies }) =>
      dependencies.plugins.push({ id, name: 'Freshet', type: 'datasource', version: '1.0.0' })
    ),
    fault: /depends on itself/,
  },
  { name: 'a logo that is missing', change: remove('img/logo.svg'), fault: /img\/logo\.svg is not in the package/ },
  {
    name: 'a path from the top',
    change: manifest((plugin) => (plugin.info.logos.small = '/img/logo.svg')),
    fault: /path \/img\/logo\.svg should be relative/,
  },
  {
    name: 'no screenshots',
    change: manifest((plugin) => delete plugin.info.screenshots),
    fault: /names no screenshots/,
  },
  {
    name: 'a link that is not encrypted',
    change: manifest((plugin) => (plugin.info.links = [{ name: 'Page', url: 'http://example.org' }])),
    fault: /http:\/\/example\.org should begin/,
  },
  { name: 'no links', change: manifest((plugin) => (plugin.info.links = [])), fault: /has no links/ },
  { name: 'no sponsors', change: manifest((plugin) => (plugin.info.links = [])), fault: /no link for sponsors/ },
];

/** @type {Break[]} */
const TEXTS = [
  {
    name: 'the README of the template',
    change: add('README.md', '# Grafana Data Source Plugin Template\n'),
    fault: /template/,
  },
  {
    name: 'a README that says little',
    change: add('README.md', '# Freshet\n'),
    fault: /10 characters, which tell too little/,
  },
  { name: 'a README with HTML', change: append('README.md', '<b>new</b>'), fault: /contains HTML \(<\/b>\)/ },
  { name: 'a README for developers', change: append('README.md', 'yarn install'), fault: /speaks of yarn/ },
  {
    name: 'a relative link',
    change: append('README.md', '[docs](docs/a.md)'),
    fault: /link docs\/a\.md leads nowhere/,
  },
  { name: 'another licence', change: add('LICENSE', 'Do what you like.'), fault: /not the text of the Apache/ },
  {
    name: 'half a licence',
    change: edit('LICENSE', (text) => text.slice(0, 5000)),
    fault: /not the text of the Apache/,
  },
  { name: 'a licence of the template', change: append('LICENSE', 'Copyright {yyyy}'), fault: /not filled in/ },
  { name: 'a logo that is no SVG', change: add('img/logo.svg', 'GIF89a'), fault: /img\/logo\.svg is no SVG/ },
  {
    name: 'a logo that runs something',
    change: edit('img/logo.svg', (text) => text.replace('</svg>', '<script>a()</script></svg>')),
    fault: /img\/logo\.svg contains script,/,
  },
  {
    name: 'a logo that listens',
    change: edit('img/logo.svg', (text) => text.replace('<svg', '<svg onload="a()"')),
    fault: /img\/logo\.svg contains onload,/,
  },
  { name: 'a screenshot that is none', change: add('img/screenshot.png', 'hello'), fault: /no PNG, JPEG, GIF or SVG/ },
];

/** @type {Break[]} */
const CODE = [
  { name: 'a module of no format', change: add('module.js', 'export {}'), fault: /no AMD module/ },
  { name: 'AngularJS', change: append('module.js', 'class A extends QueryCtrl{}'), fault: /uses AngularJS/ },
  { name: "Grafana's inside", change: append('module.js', 'x("app/plugins/sdk")'), fault: /a module inside Grafana/ },
  { name: 'what React 19 lacks', change: append('module.js', 'a.findDOMNode(b)'), fault: /uses findDOMNode/ },
  {
    name: 'a strange host',
    change: append('module.js', '"https://track.acme.io/a"'),
    fault: /the host track\.acme\.io/,
  },
  {
    name: 'a text as code',
    change: append('token.js', '\neval(a)'),
    fault: /^token\.js has a text that is run as code/,
  },
  { name: 'no source map', change: remove('module.js.map'), fault: /^module\.js has no source map/ },
  { name: 'other sources', change: source('/module.ts', 'new'), fault: /another version of www\/plugin\/module\.ts/ },
  {
    name: 'a source that logs',
    change: source('/module.ts', 'console.log(1)'),
    fault: /module\.ts writes to the console/,
  },
  { name: 'a source in window', change: source('/module.ts', 'window.grafanaBootData'), fault: /through window/ },
];

export const BREAKS = [...LAYOUT, ...MANIFEST, ...TEXTS, ...CODE];
