import { Journal } from './journal.mjs';

/** @typedef {import('./types.mjs').PathStats} PathStats */

const KEPT_TEXTS = 1000;
const KEPT_FAULTS = 100;

/** What happened on one path. */
export class PathRecord {
  open = 0;
  opened = 0;
  refused = 0;
  sent = 0;
  journal = new Journal();

  /** @returns {PathStats} */
  stats() {
    return { open: this.open, opened: this.opened, refused: this.refused, sent: this.sent };
  }
}

/** What happened on the whole server; stays readable after it is closed. */
export class Ledger {
  /** @type {Map<string, PathRecord>} */
  #paths;
  /** @type {{ path: string, text: string }[]} */
  #received = [];
  /** @type {{ path: string, message: string }[]} */
  #faults = [];

  /** @param {string[]} paths */
  constructor(paths) {
    this.#paths = new Map(paths.map((path) => [path, new PathRecord()]));
  }

  /** @param {string} path */
  path(path) {
    return this.#paths.get(path);
  }

  /**
   * @param {string} path
   * @param {string} text
   */
  received(path, text) {
    this.#received.push({ path, text });
    if (this.#received.length > KEPT_TEXTS) {
      this.#received.shift();
    }
  }

  /**
   * @param {string} path
   * @param {string} message
   */
  fault(path, message) {
    this.#faults.push({ path, message });
    if (this.#faults.length > KEPT_FAULTS) {
      this.#faults.shift();
    }
  }

  /** @returns {import('./types.mjs').FeedStats} */
  stats() {
    const paths = Object.fromEntries([...this.#paths].map(([path, record]) => [path, record.stats()]));
    const all = Object.values(paths);
    return {
      connections: all.reduce((sum, { open }) => sum + open, 0),
      opened: all.reduce((sum, { opened }) => sum + opened, 0),
      paths,
      received: [...this.#received],
      faults: [...this.#faults],
    };
  }
}
