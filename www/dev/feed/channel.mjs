import { runPaced } from './pace.mjs';

/**
 * @typedef {import('./types.mjs').Message} Message
 * @typedef {import('./client.mjs').Client} Client
 */

/**
 * One sequence of messages for all its members: each message goes to every one of them and stands in the journal
 * once. Runs only while it has members; the sequence goes on where it stopped.
 */
export class Channel {
  #messages;
  /** @type {Set<Client>} */
  #members = new Set();
  #period = 0;
  #stop = () => {};

  /** @param {Iterator<Message>} messages without end */
  constructor(messages) {
    this.#messages = messages;
  }

  /**
   * @param {Client} client
   * @param {number} period in ms; the newest member's holds for all
   */
  join(client, period) {
    this.#members.add(client);
    client.onLeave(() => this.leave(client));
    if (this.#members.size > 1 && period === this.#period) {
      return;
    }
    this.#stop();
    this.#period = period;
    this.#stop = runPaced(1000 / period, (due) => this.#emit(client.record, due));
  }

  /** @param {Client} client */
  leave(client) {
    if (this.#members.delete(client) && this.#members.size === 0) {
      this.#stop();
    }
  }

  /**
   * @param {import('./ledger.mjs').PathRecord} record
   * @param {number} due
   */
  #emit(record, due) {
    // A member in its closing handshake gets nothing more; with no other, the sequence waits.
    const readers = [...this.#members].filter((member) => member.isOpen);
    if (readers.length === 0) {
      return 0;
    }
    for (let sent = 0; sent < due; sent++) {
      const message = this.#messages.next().value;
      record.journal.record(message);
      readers.forEach((reader) => reader.pass(message));
    }
    return due;
  }
}
