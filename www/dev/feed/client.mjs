import { runPaced } from './pace.mjs';

/**
 * @typedef {import('./types.mjs').Message} Message
 * @typedef {import('./ledger.mjs').PathRecord} PathRecord
 */

/** A feed pauses while more than this waits for the client to read it. */
const FULL_BYTES = 1024 * 1024;
/** A shared feed cannot pause for one client; a client this far behind is dropped. */
const DROP_BYTES = 16 * 1024 * 1024;

/** One open connection: what a feed can do with it. */
export class Client {
  #ws;
  #socket;
  #record;

  /**
   * @param {import('ws').WebSocket} ws
   * @param {import('node:net').Socket} socket the connection below `ws`
   * @param {PathRecord} record
   */
  constructor(ws, socket, record) {
    this.#ws = ws;
    this.#socket = socket;
    this.#record = record;
  }

  /** @returns {PathRecord} */
  get record() {
    return this.#record;
  }

  get isOpen() {
    return this.#ws.readyState === this.#ws.OPEN;
  }

  get isFull() {
    return this.#ws.bufferedAmount > FULL_BYTES;
  }

  /**
   * @param {Message} message
   * @param {() => void} [whenWritten]
   */
  send(message, whenWritten) {
    // During the closing handshake nothing goes out any more, so nothing is put down as sent.
    if (this.isOpen) {
      this.#record.journal.record(message);
      this.pass(message, whenWritten);
    }
  }

  /**
   * Sends what the caller has put in the journal already, because other clients get it too.
   *
   * @param {Message} message
   * @param {() => void} [whenWritten]
   */
  pass(message, whenWritten) {
    if (this.#ws.bufferedAmount > DROP_BYTES) {
      this.drop();
      return;
    }
    this.#record.sent++;
    // With a callback, ws reports there that the client has gone; its close event tells the same.
    this.#ws.send(message, whenWritten);
  }

  /**
   * Sends one message after the other at a steady rate until they end or the client leaves.
   *
   * @param {Iterator<Message>} messages
   * @param {number} perSecond
   * @param {() => void} [atEnd]
   * @returns {() => void} stops it
   */
  play(messages, perSecond, atEnd) {
    const stop = runPaced(perSecond, (due) => {
      // One write to the system per batch.
      this.#socket.cork();
      const { sent, ended } = this.#sendBatch(messages, due);
      this.#socket.uncork();
      if (ended) {
        stop();
        atEnd?.();
      }
      return sent;
    });
    this.onLeave(stop);
    return stop;
  }

  /**
   * @param {Iterator<Message>} messages
   * @param {number} due
   */
  #sendBatch(messages, due) {
    for (let sent = 0; sent < due; sent++) {
      if (this.isFull) {
        return { sent, ended: false };
      }
      const next = messages.next();
      if (next.done) {
        return { sent, ended: true };
      }
      this.send(next.value);
    }
    return { sent: due, ended: false };
  }

  /** @param {(message: Message) => void} take gets text as a string and binary as bytes */
  onMessage(take) {
    this.#ws.on('message', (data, isBinary) => {
      const bytes = /** @type {Buffer} */ (data);
      take(isBinary ? bytes : bytes.toString());
    });
  }

  /** @param {() => void} leave */
  onLeave(leave) {
    this.#ws.once('close', leave);
  }

  /** Takes nothing more from the client until `listen()`. */
  pause() {
    this.#ws.pause();
  }

  listen() {
    this.#ws.resume();
  }

  /** Ends the connection without a closing handshake, after what has been sent. */
  cut() {
    this.#socket.destroySoon();
  }

  /** Ends the connection at once; what waits is lost. */
  drop() {
    this.#ws.terminate();
  }

  /**
   * @param {number} code
   * @param {string} reason
   */
  close(code, reason) {
    this.#ws.close(code, reason);
  }

  /**
   * Behaves like a peer whose cable is cut: reads and drops everything, pings and close frames too. Reading on
   * is what lets the server notice that the connection itself has ended.
   */
  goDeaf() {
    this.#socket.removeAllListeners('data');
    this.#socket.resume();
  }
}
