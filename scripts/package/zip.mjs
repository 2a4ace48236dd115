// A zip that has the same bytes whenever and wherever it is made of the same files.
import { unzipSync, zipSync } from 'fflate';

/** Files by their paths, which have slashes everywhere. @typedef {Map<string, Uint8Array>} Files */

const UNIX = 3;
// A regular file that everybody may read.
const READABLE = 0o100644 << 16;

/**
 * Packs files, in the order of their names. fflate deflates in JavaScript, so that the bytes depend on its version alone
 * and not on the zlib of the Node that runs it.
 * @param {Files} files
 * @param {Date} date that all of them get
 */
export function zip(files, date) {
  // The format has times without a zone, and fflate takes the local one. No zone leaves noon out.
  const mtime = new Date(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate(), 12);
  const names = [...files.keys()].sort();
  const entries = names.map((name) => [name, files.get(name) ?? new Uint8Array()]);
  return zipSync(Object.fromEntries(entries), { level: 9, mtime, os: UNIX, attrs: READABLE });
}

/** What a zip holds, without the entries of folders. @param {Uint8Array} archive @returns {Files} */
export function unzip(archive) {
  return new Map(Object.entries(unzipSync(archive)).filter(([name]) => !name.endsWith('/')));
}
