// Source maps without what differs from one folder of a build to another.

/**
 * While webpack works, it names chunks by hashes of the source maps of single modules, in which there are paths of this
 * machine. The finished scripts have other names, but in the finished maps those of before are still to be read: as the
 * name of the file, and in the text of webpack's own runtime.
 * @param {string} text of the map
 * @param {string} script the name of the script that it belongs to
 */
export function settledSourceMap(text, script) {
  const map = JSON.parse(text);
  map.file = script;
  // The specification has null for a text that is not known (ECMA-426, section 9).
  map.sourcesContent = map.sources.map((/** @type {string} */ source, /** @type {number} */ at) =>
    /^webpack:\/\/[^/]+\/webpack\//.test(source) ? null : map.sourcesContent[at]
  );
  return JSON.stringify(map);
}
