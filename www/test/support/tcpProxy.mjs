// A TCP proxy that does to a connection what networks do: it cuts, resets, stalls, loses, delays, throttles, splits,
// joins, corrupts and refuses. It knows nothing of what it carries.
import { once } from 'node:events';
import net from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** More than this waits in no lane: the sender is told to wait, as by a full network. */
const LANE_BYTES = 4 * 1024 * 1024;

/** How bytes travel in one direction, for the connections there are and those to come. Change it at any time. */
export class Rules {
  /** How long each byte is on its way, in milliseconds. */
  latencyMs = 0;
  bytesPerSecond = Infinity;
  /** The most bytes that are written in one go. */
  pieceBytes = Infinity;
  /** What comes within so many milliseconds is written together. */
  gatherMs = 0;
  /** The connection is reset when so many more bytes have passed. */
  resetAfterBytes = Infinity;
  /** @type {Promise<void> | undefined} */
  #held;
  #release = () => {};

  /** Nothing passes until `release()`; nothing is lost. */
  hold() {
    this.#held ??= new Promise((resolve) => (this.#release = resolve));
  }

  release() {
    this.#release();
    this.#held = undefined;
  }

  /** Resolves when something may pass. */
  async pass() {
    while (this.#held) {
      await this.#held;
    }
  }
}

/** One direction of one connection. */
class Lane {
  /** Whether bytes, and the end, vanish without a trace. */
  loses = false;
  #from;
  #to;
  #rules;
  #reset;
  /** @type {{ at: number, bytes: Buffer | null }[]} what waits, and when it is there; null is the end */
  #queue = [];
  #waiting = 0;
  #runs = false;

  /**
   * @param {net.Socket} from
   * @param {net.Socket} to
   * @param {Rules} rules
   * @param {() => void} reset
   */
  constructor(from, to, rules, reset) {
    this.#from = from;
    this.#to = to;
    this.#rules = rules;
    this.#reset = reset;
    from.on('data', (bytes) => this.#take(bytes));
    from.on('end', () => this.#take(null));
    to.on('close', () => from.resume());
  }

  /** @param {Buffer | null} bytes */
  #take(bytes) {
    if (this.loses || this.#to.destroyed) {
      return;
    }
    this.#queue.push({ at: this.#arrival(), bytes });
    this.#waiting += bytes?.length ?? 0;
    if (this.#waiting > LANE_BYTES) {
      this.#from.pause();
    }
    if (!this.#runs) {
      this.#runs = true;
      void this.#run();
    }
  }

  /** When what comes now is there. */
  #arrival() {
    const { latencyMs, gatherMs } = this.#rules;
    const at = performance.now() + latencyMs;
    return gatherMs > 0 ? Math.ceil(at / gatherMs) * gatherMs : at;
  }

  async #run() {
    while (this.#queue.length > 0 && !this.#to.destroyed) {
      await this.#rules.pass();
      const early = this.#queue[0].at - performance.now();
      if (early > 0) {
        await sleep(early);
      } else {
        await this.#write();
      }
    }
    this.#runs = false;
  }

  /** Writes what has come by now. */
  async #write() {
    const now = performance.now();
    const later = this.#queue.findIndex(({ at }) => at > now);
    const due = this.#queue.splice(0, later === -1 ? this.#queue.length : later);
    const chunks = due.map(({ bytes }) => bytes);
    const all = Buffer.concat(chunks.filter((bytes) => bytes !== null));
    const size = Math.min(this.#rules.pieceBytes, all.length || 1);
    for (let start = 0; start < all.length && !this.#to.destroyed; start += size) {
      await this.#rules.pass();
      await this.#writePiece(all.subarray(start, start + size));
    }
    this.#waiting -= all.length;
    if (this.#waiting <= LANE_BYTES) {
      this.#from.resume();
    }
    if (chunks.includes(null)) {
      this.#to.end();
    }
  }

  /** @param {Buffer} piece */
  async #writePiece(piece) {
    const rules = this.#rules;
    if (piece.length >= rules.resetAfterBytes) {
      const last = piece.subarray(0, rules.resetAfterBytes);
      rules.resetAfterBytes = Infinity;
      await new Promise((resolve) => this.#to.write(last, resolve));
      this.#reset();
      return;
    }
    rules.resetAfterBytes -= piece.length;
    // Called when the bytes have left, or never will.
    await new Promise((resolve) => this.#to.write(piece, resolve));
    if (rules.bytesPerSecond < Infinity) {
      await sleep((piece.length / rules.bytesPerSecond) * 1000);
    } else if (rules.pieceBytes < Infinity) {
      await new Promise(setImmediate);
    }
  }
}

/**
 * @typedef {object} Link a connection on both sides of the proxy
 * @property {net.Socket} client
 * @property {net.Socket} [server]
 * @property {Lane} [down]
 * @property {Lane} [up]
 */

/** What a new connection meets. @typedef {'pass' | 'cut' | 'silence'} Reception */

export class TcpProxy {
  /** From the server to the client. */
  down = new Rules();
  /** From the client to the server. */
  up = new Rules();
  /** The port that new connections are led to. */
  target;
  /** `cut` ends them at once; `silence` accepts them and leads them nowhere. @type {Reception} */
  reception = 'pass';
  /** Connections ever. */
  accepted = 0;
  /** @type {Set<Link>} */
  #links = new Set();
  #listener = net.createServer({ allowHalfOpen: true }, (client) => this.#accept(client));
  #port = 0;

  /** @param {number} target */
  constructor(target) {
    this.target = target;
  }

  get port() {
    return this.#port;
  }

  get url() {
    return `ws://127.0.0.1:${this.#port}`;
  }

  /** Clients that are connected now. */
  get clients() {
    return [...this.#links].filter(({ client }) => !client.destroyed).length;
  }

  /** Accepts connections, on the same port as before. */
  async listen() {
    this.#listener.listen(this.#port, '127.0.0.1');
    await once(this.#listener, 'listening');
    this.#port = /** @type {net.AddressInfo} */ (this.#listener.address()).port;
  }

  /** Has the machine refuse new connections; those that are open stay. Until `listen()`. */
  refuse() {
    this.#listener.close();
  }

  /** Ends all connections in good order, on both sides. */
  cut() {
    this.#each((socket) => socket.destroySoon());
  }

  /** Ends all connections with a RST, on both sides: what is on its way may be lost. */
  reset() {
    this.#each((socket) => socket.resetAndDestroy());
  }

  /**
   * From here on the connections that there are now are half-open: what is sent in this direction, and its end,
   * vanishes.
   * @param {'down' | 'up'} direction
   */
  lose(direction) {
    this.#links.forEach(({ [direction]: lane }) => lane && (lane.loses = true));
  }

  /** Sends clients bytes that the server has not sent. @param {Buffer} bytes */
  inject(bytes) {
    this.#links.forEach(({ client }) => client.write(bytes));
  }

  close() {
    this.#listener.close();
    this.#each((socket) => socket.destroy());
    this.down.release();
    this.up.release();
  }

  /** @param {(socket: net.Socket) => void} act */
  #each(act) {
    this.#links.forEach(({ client, server }) => [client, server].forEach((socket) => socket && act(socket)));
  }

  /** @param {net.Socket} client */
  #accept(client) {
    this.accepted += 1;
    // A reset by either side is what this proxy is for.
    client.on('error', () => undefined);
    if (this.reception === 'cut') {
      client.destroy();
      return;
    }
    /** @type {Link} */
    const link = { client };
    this.#links.add(link);
    client.once('close', () => link.server ?? this.#links.delete(link));
    if (this.reception === 'pass') {
      this.#lead(link);
    }
  }

  /** @param {Link} link */
  #lead(link) {
    const { client } = link;
    const server = net.connect({ port: this.target, host: '127.0.0.1', allowHalfOpen: true });
    const reset = () => [client, server].forEach((socket) => socket.resetAndDestroy());
    [client, server].forEach((socket) => socket.setNoDelay(true));
    server.on('error', () => undefined);
    const down = new Lane(server, client, this.down, reset);
    const up = new Lane(client, server, this.up, reset);
    Object.assign(link, { server, down, up });
    // An end in good order goes through the lanes, after what is on its way.
    client.once('close', (failed) => failed && !up.loses && server.destroy());
    server.once('close', (failed) => {
      this.#links.delete(link);
      return failed && !down.loses && client.resetAndDestroy();
    });
  }
}

/**
 * A proxy for one test.
 * @param {import('node:test').TestContext} t
 * @param {number} target the server's port
 */
export async function startTcpProxy(t, target) {
  const proxy = new TcpProxy(target);
  await proxy.listen();
  t.after(() => proxy.close());
  return proxy;
}
