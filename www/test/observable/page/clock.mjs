// A clock that stands still until it is told to go on, so that two runs of the same timers cannot differ.
const NAMES = ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'];

export class Clock {
  #now = 0;
  #ids = 0;
  /** By id; a Map keeps the order in which timers of the same moment were set. */
  #timers = new Map();
  #kept = Object.fromEntries(NAMES.map((name) => [name, window[name]]));
  #dateNow = Date.now;

  /** Puts itself in place of the page's clock. */
  install() {
    const set =
      (repeat) =>
      (callback, ms, ...values) => {
        this.#timers.set(++this.#ids, {
          at: this.#now + Math.max(1, ms ?? 0),
          every: repeat ? ms : 0,
          callback,
          values,
        });
        return this.#ids;
      };
    const clear = (id) => void this.#timers.delete(id);
    Object.assign(window, {
      setTimeout: set(false),
      setInterval: set(true),
      clearTimeout: clear,
      clearInterval: clear,
    });
    Date.now = () => this.#now;
  }

  uninstall() {
    Object.assign(window, this.#kept);
    Date.now = this.#dateNow;
  }

  /** Whether any timer is left. */
  get isIdle() {
    return this.#timers.size === 0;
  }

  /** Goes on to the next timer, and lets everything happen that follows from it. */
  async step() {
    await pause();
    const [id, timer] = [...this.#timers].reduce((first, next) => (next[1].at < first[1].at ? next : first), [0, LAST]);
    if (timer !== LAST) {
      this.#now = timer.at;
      this.#timers.delete(id);
      if (timer.every) {
        this.#timers.set(id, { ...timer, at: timer.at + timer.every });
      }
      const { callback, values } = timer;
      try {
        callback(...values);
      } catch (error) {
        reportError(error);
      }
    }
    await pause();
  }
}

const LAST = { at: Infinity };

/** Lets promises settle: a task of its own, without a timer. @returns {Promise<void>} */
function pause() {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(undefined);
  });
}
