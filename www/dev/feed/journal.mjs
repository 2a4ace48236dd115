/** @typedef {import('./types.mjs').Message} Message */

export const JOURNAL_MESSAGES = 100_000;
/** Messages of megabytes would fill the memory long before their number does. */
export const JOURNAL_LENGTH = 64 * 1024 * 1024;

/** The newest messages of one path, as they were sent, bounded by number and by total length. */
export class Journal {
  /** @type {(Message | undefined)[]} */
  #messages = [];
  #oldest = 0;
  #length = 0;

  /** @param {Message} message */
  record(message) {
    this.#messages.push(message);
    this.#length += message.length;
    while (this.size > 1 && (this.size > JOURNAL_MESSAGES || this.#length > JOURNAL_LENGTH)) {
      this.#evict();
    }
  }

  get size() {
    return this.#messages.length - this.#oldest;
  }

  /** @returns {Message[]} oldest first */
  messages() {
    return /** @type {Message[]} */ (this.#messages.slice(this.#oldest));
  }

  /** @returns {Generator<Message>} newest first */
  *newestFirst() {
    for (let i = this.#messages.length - 1; i >= this.#oldest; i--) {
      yield /** @type {Message} */ (this.#messages[i]);
    }
  }

  #evict() {
    this.#length -= this.#messages[this.#oldest]?.length ?? 0;
    this.#messages[this.#oldest++] = undefined;
    // Compacting only when half is empty keeps the cost per message constant.
    if (this.#oldest > this.#messages.length / 2) {
      this.#messages = this.#messages.slice(this.#oldest);
      this.#oldest = 0;
    }
  }
}
