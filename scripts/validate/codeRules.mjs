// Rules about what a browser runs.

/** @typedef {import('./pluginArchive.mjs').PluginArchive} PluginArchive */

/** Patterns in scripts, with what each one shows. @typedef {Array<[RegExp, string]>} Patterns */

/** @type {Patterns} */
const ANGULAR = [
  [/PanelCtrl|QueryCtrl|ctrl\.annotation|editor\.html|angular\.isNumber\(|getLegacyAngularInjector/, 'AngularJS'],
  [/app\/plugins\/sdk|['"]app\/(core|plugins)\/|from\s+['"]grafana\/app\//, 'a module inside Grafana'],
  [/System\.register\(/, 'another module format than AMD'],
];

/** @type {Patterns} */
const GONE_IN_REACT_19 = [
  [/\.(propTypes|defaultProps)=/, 'propTypes or defaultProps'],
  [/\.(contextTypes|childContextTypes)=|getChildContext/, 'the legacy context'],
  [/ref:"[^"]+"|ref:'[^']+'/, 'a ref that is a text'],
  [/createFactory\(/, 'createFactory'],
  [/findDOMNode\(/, 'findDOMNode'],
  [/ReactDOM\.render\(|unmountComponentAtNode\(/, 'ReactDOM.render'],
  [/__SECRET_INTERNALS_DO_NOT_USE_OR_YOU_WILL_BE_FIRED/, "React's internals"],
];

// A content security policy as Grafana ships it runs no text as code.
/** @type {Patterns} */
const TEXT_AS_CODE = [[/\beval\(|\bnew Function\(|\bset(Timeout|Interval)\(["'`]/, 'a text that is run as code']];

/** @type {Patterns} */
const FORBIDDEN_IN_SOURCES = [
  [/\bconsole\.(?!error\b|warn\b)\w+\(/, 'writes to the console'],
  [/\bwindow\.(grafanaBootData|grafanaRuntime|__grafanaSceneContext)/, 'reaches into Grafana through window'],
  [/featureToggles\.topnav/, 'asks for a feature toggle that is gone'],
  [/import\s+['"].*\.(css|scss|less)['"]/, 'imports a style sheet'],
  [/import\s*\{[^}]*\bGlobal\b[^}]*\}\s*from\s*['"]@emotion\/react['"]/, 'sets styles of the whole page'],
];

/** Hosts that scripts may name: of the JSON schema of queries, and those that stand for any (RFC 2606). */
const HOSTS = /^(json-schema\.org|([\w-]+\.)*example(\.(com|net|org))?|www\.w3\.org|localhost)$/;

/** @param {Patterns} patterns @param {string} verb */
const inScripts =
  (patterns, verb) =>
  (/** @type {PluginArchive} */ { scripts }) =>
    scripts.flatMap(([name, text]) =>
      patterns.filter(([pattern]) => pattern.test(text)).map(([, what]) => `${name} ${verb} ${what}.`)
    );

export const noAngular = inScripts(ANGULAR, 'uses');
export const readyForReact19 = inScripts(GONE_IN_REACT_19, 'uses');
export const noTextAsCode = inScripts(TEXT_AS_CODE, 'has');

/** @param {PluginArchive} plugin */
export function isAmdModule(plugin) {
  return /\bdefine\(/.test(plugin.textOrNone('module.js')) ? [] : ['module.js is no AMD module.'];
}

/** The validator has a list of 15,000 hosts that track people; here no host is fine that is not known. @param {PluginArchive} plugin */
export function namesNoHosts({ scripts }) {
  return scripts.flatMap(([name, text]) => {
    const hosts = [...text.matchAll(/\bhttps?:\/\/([\w-]+(?:\.[\w-]+)+)/g)].map(([, host]) => host);
    return [...new Set(hosts)].filter((host) => !HOSTS.test(host)).map((host) => `${name} names the host ${host}.`);
  });
}

/** @param {PluginArchive} plugin */
export function sourceMapsAreThere({ files, scripts }) {
  return scripts.filter(([name]) => !files.has(`${name}.map`)).map(([name]) => `${name} has no source map.`);
}

/** @param {PluginArchive} plugin */
export function sourcesAreOurs({ sources, project }) {
  return [...sources]
    .filter(([place, text]) => place.startsWith('www/') && project.source(place) !== text)
    .map(([place]) => `The package was made of another version of ${place}. Build it anew.`);
}

/** @param {PluginArchive} plugin */
export function sourcesBehave({ sources }) {
  return [...sources]
    .filter(([place]) => place.startsWith('www/'))
    .flatMap(([place, text]) =>
      FORBIDDEN_IN_SOURCES.filter(([pattern]) => pattern.test(text)).map(([, what]) => `${place} ${what}.`)
    );
}
