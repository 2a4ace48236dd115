// A folder of packages below .cache that a checked-in list pins: when it is whole, and how it is made anew.
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** The files that list what npm installs. */
export const NPM_LISTS = ['package.json', 'package-lock.json'];
/** For `npm ci`: nothing that runs while it installs, and no more than the list names. */
export const NPM_OPTIONS = [
  '--omit=dev',
  '--omit=optional',
  '--ignore-scripts',
  '--legacy-peer-deps',
  '--no-audit',
  '--no-fund',
];

export class PackageFolder {
  /**
   * @param {string} folder where the packages are
   * @param {string} lists the folder of the lists
   * @param {string[]} files the lists
   */
  constructor(folder, lists, files) {
    this.folder = folder;
    this.lists = lists;
    this.files = files;
  }

  /** Written when all is installed, so that a half is never taken for the whole. */
  get #stamp() {
    return path.join(this.folder, 'installed');
  }

  /** Changes with any of the packages. */
  get #digest() {
    const hash = createHash('sha256');
    this.files.forEach((file) => hash.update(readFileSync(path.join(this.lists, file))));
    return hash.digest('hex');
  }

  get isWhole() {
    return existsSync(this.#stamp) && readFileSync(this.#stamp, 'utf8') === this.#digest;
  }

  /** Begins with an empty folder that holds the lists. @param {() => Promise<void>} install */
  async fill(install) {
    rmSync(this.folder, { recursive: true, force: true });
    mkdirSync(this.folder, { recursive: true });
    this.files.forEach((file) => copyFileSync(path.join(this.lists, file), path.join(this.folder, file)));
    await install();
    writeFileSync(this.#stamp, this.#digest);
  }
}
