/**
 * @typedef {object} Project What the repository says, to which the archive is compared.
 * @property {string} version of package.json
 * @property {(place: string) => string | undefined} source the text of a file, by its path from the top level
 */

/** @typedef {{ name: string, path: string }} NamedPath */
/** @typedef {{ name: string, url: string }} Link */

/**
 * @typedef {object} Manifest plugin.json, as far as rules read it after the schema has been checked
 * @property {string} id
 * @property {string} name
 * @property {string} type
 * @property {{
 *   author: { url?: string }, description: string, keywords: string[], links?: Link[],
 *   logos: { small: string, large: string }, screenshots?: NamedPath[], version: string
 * }} info
 * @property {{ grafanaDependency: string, plugins?: Array<{ id: string }> }} dependencies
 * @property {NamedPath[]} [includes]
 */

/** A plugin as it is published. */
export class PluginArchive {
  /** @param {import('../package/zip.mjs').Files} entries everything in the archive @param {Project} project */
  constructor(entries, project) {
    this.project = project;
    this.entries = entries;
    /** The folders and files at the top of it. */
    this.top = [...new Set([...this.entries.keys()].map((name) => name.split('/')[0]))];
    const [folder] = this.top;
    /** The plugin's own files, by their paths in its folder. */
    this.files = new Map(
      [...this.entries]
        .filter(([name]) => name.startsWith(`${folder}/`))
        .map(([name, bytes]) => [name.slice(folder.length + 1), Buffer.from(bytes)])
    );
  }

  /** @param {string} name @returns {string | undefined} */
  text(name) {
    return this.files.get(name)?.toString('utf8');
  }

  /** The text of a file, or nothing of one that is missing, about which another rule speaks. @param {string} name */
  textOrNone(name) {
    return this.text(name) ?? '';
  }

  /** plugin.json, or undefined when it is no JSON. @returns {Manifest | undefined} */
  get manifest() {
    try {
      return JSON.parse(this.textOrNone('plugin.json'));
    } catch (error) {
      if (error instanceof SyntaxError) {
        return undefined;
      }
      throw error;
    }
  }

  /** The scripts that a browser runs, with their names. @returns {Array<[string, string]>} */
  get scripts() {
    const names = [...this.files.keys()].filter((name) => name.endsWith('.js'));
    return names.map((name) => [name, this.textOrNone(name)]);
  }

  /**
   * What the source maps say the scripts were made of: where it is, from the top level of the repository, and its text.
   * @returns {Map<string, string>}
   */
  get sources() {
    const maps = [...this.files.keys()].filter((name) => name.endsWith('.js.map'));
    return new Map(maps.flatMap((name) => sourcesIn(JSON.parse(this.textOrNone(name)))));
  }
}

/** @param {{ sources: string[], sourcesContent: string[] }} map @returns {Array<[string, string]>} */
function sourcesIn({ sources, sourcesContent }) {
  const places = sources.map((source) => source.replace(/^webpack:\/\/[^/]+\//, ''));
  return places.flatMap((place, at) => {
    // webpack's own runtime, and what Grafana shares, are in no file.
    const isFile = place.startsWith('./') || place.startsWith('../');
    const fromTop = place.startsWith('./') ? `www/plugin/${place.slice(2)}` : place.replace(/^(\.\.\/)+/, '');
    return isFile ? [/** @type {[string, string]} */ ([fromTop, sourcesContent[at]])] : [];
  });
}
