// What a browser has to fetch of the plugin, gzipped, and the most that it may be: the only list of these limits, for
// `npm run size` and `npm run bench`.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';

/** In KB. Without `several` there is one file of the kind. */
export const SIZE_LIMITS = [
  { name: 'module.js', pattern: /^module\.js$/, limit: 120 },
  { name: 'wasm', pattern: /\.wasm$/, limit: 810 },
  // What editors load when it is opened.
  { name: 'chunk', pattern: /^[\w-]+\.[0-9a-f]{8,}\.js$/, limit: 60, several: true },
];

/** The files of a kind with their sizes in KB. @param {string} folder @param {RegExp} pattern */
export function sizesOf(folder, pattern) {
  return readdirSync(folder)
    .filter((name) => pattern.test(name))
    .map((name) => ({ name, kilobytes: sizeOf(path.join(folder, name)) }));
}

/** @param {string} file */
function sizeOf(file) {
  return gzipSync(readFileSync(file), { level: 9 }).length / 1000;
}
