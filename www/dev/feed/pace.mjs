/** Fast feeds go out in batches this far apart: timers are not finer, and a write per message costs most. */
const BATCH_MS = 5;
/** At most this much of the schedule in one go, so that catching up is no burst either. */
const SLICE_MS = 25;
/** A schedule further behind than this is given up: whoever slept does not get what was missed. */
const FORGIVE_MS = 250;

/**
 * A schedule of messages at a steady rate: message k is due at start + k / rate, so lateness of one timer
 * does not add up. Knows no timers; the time is handed in.
 */
export class Pace {
  #perMs;
  #start;
  #taken = 0;

  /**
   * @param {number} perSecond
   * @param {number} now
   */
  constructor(perSecond, now) {
    this.#perMs = perSecond / 1000;
    this.#start = now;
  }

  /**
   * How many messages to send now.
   *
   * @param {number} now
   */
  due(now) {
    if (this.#owed(now) - 1 > Math.max(1, FORGIVE_MS * this.#perMs)) {
      this.#start = now;
      this.#taken = 0;
    }
    return Math.min(this.#owed(now), Math.max(1, Math.ceil(SLICE_MS * this.#perMs)));
  }

  /** @param {number} messages */
  take(messages) {
    this.#taken += messages;
  }

  /**
   * How long to sleep from now.
   *
   * @param {number} now
   */
  wait(now) {
    const untilNext = this.#start + this.#taken / this.#perMs - now;
    const inBatches = this.#perMs * BATCH_MS > 1;
    return Math.max(Math.ceil(untilNext), inBatches || untilNext <= 0 ? BATCH_MS : 1);
  }

  /** @param {number} now */
  #owed(now) {
    return Math.floor((now - this.#start) * this.#perMs) + 1 - this.#taken;
  }
}

/**
 * Calls `emit(due)` at a steady rate, the first time at once. `emit` returns how many messages it sent: fewer than
 * due when the socket is full. Returns the function that stops it.
 *
 * @param {number} perSecond
 * @param {(due: number) => number} emit
 * @returns {() => void}
 */
export function runPaced(perSecond, emit) {
  const pace = new Pace(perSecond, performance.now());
  /** @type {NodeJS.Timeout | undefined} */
  let timer;
  let stopped = false;
  const tick = () => {
    const due = pace.due(performance.now());
    if (due > 0) {
      pace.take(emit(due));
    }
    // emit may have stopped this very pace.
    if (!stopped) {
      timer = setTimeout(tick, pace.wait(performance.now()));
    }
  };
  // Not called from here: the caller has no stop function yet.
  timer = setTimeout(tick, 0);
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}
