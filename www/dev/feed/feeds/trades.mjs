import { Channel } from '../channel.mjs';
import { period } from '../query.mjs';
import { jitter, round, wander } from '../signals.mjs';

/** @typedef {import('../client.mjs').Client} Client */

/** Symbol → a price to wander around, the digits it is quoted with, and the size of a usual trade. */
const MARKET = {
  btcusdt: { price: 67_000, digits: 2, size: 0.05 },
  ethusdt: { price: 3_400, digits: 2, size: 0.8 },
  bnbusdt: { price: 610, digits: 2, size: 2 },
  solusdt: { price: 165, digits: 2, size: 12 },
  xrpusdt: { price: 0.62, digits: 4, size: 900 },
};

/**
 * @param {keyof typeof MARKET} symbol
 * @returns {Generator<string, never>}
 */
function* tradesOf(symbol) {
  const { price, digits, size } = MARKET[symbol];
  const seed = Object.keys(MARKET).indexOf(symbol) + 500;
  for (let id = 100_001; ; id++) {
    const now = Date.now();
    // Numbers as strings with eight digits, as exchanges write them.
    const p = round(price * (1 + 0.02 * wander(seed, now) + jitter(0.0001)), digits).toFixed(8);
    const q = round(size * Math.exp(2 * jitter(1)), 5).toFixed(8);
    const T = now - Math.floor(Math.random() * 3);
    const m = Math.random() < 0.5;
    yield JSON.stringify({ e: 'trade', E: now, s: symbol.toUpperCase(), t: id, p, q, T, m });
  }
}

/** A request that cannot be granted; answered in the exchange's form. */
class RequestError extends Error {
  /**
   * @param {number} code
   * @param {string} message
   */
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}

/**
 * The trades of a stream in the envelopes that name it.
 *
 * @param {string} stream
 * @param {Generator<string, never>} trades
 * @returns {Generator<string, never>}
 */
function* inEnvelopes(stream, trades) {
  for (;;) {
    yield `{"stream":"${stream}","data":${trades.next().value}}`;
  }
}

/** @returns {import('../types.mjs').Feed} */
export const trades = () =>
  exchange({
    path: '/trades',
    about: 'an exchange: send {"method":"SUBSCRIBE","params":["btcusdt@trade"],"id":1}',
    streamOf: (_, trades) => trades,
    mark: 'e',
  });

/** Where the preset of Binance reads. @returns {import('../types.mjs').Feed} */
export const combinedTrades = () =>
  exchange({
    path: '/stream',
    about: 'as /trades, each trade in an envelope that names its stream, as the combined streams of Binance',
    streamOf: inEnvelopes,
    mark: 'stream',
  });

/**
 * @param {object} how
 * @param {string} how.path
 * @param {string} how.about
 * @param {(stream: string, trades: Generator<string, never>) => Generator<string, never>} how.streamOf
 * @param {string} how.mark a member that trades have and replies have not
 * @returns {import('../types.mjs').Feed}
 */
function exchange({ path, about, streamOf, mark }) {
  /** @type {Map<string, Channel>} */
  const channels = new Map(
    /** @type {(keyof typeof MARKET)[]} */ (Object.keys(MARKET)).map((symbol) => {
      const stream = `${symbol}@trade`;
      return [stream, new Channel(streamOf(stream, tradesOf(symbol)))];
    })
  );
  return {
    path,
    example: `${path}?period=50`,
    about,
    isRow: (value) => typeof value === 'object' && value !== null && mark in value,
    answer(query) {
      const periodMs = period(query, 50);
      return { serve: (client) => new Desk(channels, client, periodMs).open() };
    },
  };
}

/** One client's subscriptions. */
class Desk {
  #channels;
  #client;
  #periodMs;
  /** @type {Set<string>} */
  #streams = new Set();

  /**
   * @param {Map<string, Channel>} channels
   * @param {Client} client
   * @param {number} periodMs
   */
  constructor(channels, client, periodMs) {
    this.#channels = channels;
    this.#client = client;
    this.#periodMs = periodMs;
  }

  open() {
    this.#client.onMessage((message) => this.#client.send(JSON.stringify(this.#reply(message))));
  }

  /** @param {import('../types.mjs').Message} message */
  #reply(message) {
    let id = null;
    try {
      const request = requestIn(message);
      id = request.id ?? null;
      return { result: this.#grant(request), id };
    } catch (error) {
      if (!(error instanceof RequestError)) {
        throw error;
      }
      return { error: { code: error.code, msg: error.message }, id };
    }
  }

  /**
   * @param {Request} request
   * @returns {null | string[]}
   */
  #grant({ method, params }) {
    switch (method) {
      case 'SUBSCRIBE':
        this.#known(params).forEach(([stream, channel]) => this.#subscribe(stream, channel));
        return null;
      case 'UNSUBSCRIBE':
        this.#known(params).forEach(([stream, channel]) => this.#unsubscribe(stream, channel));
        return null;
      case 'LIST_SUBSCRIPTIONS':
        return [...this.#streams];
      default:
        throw new RequestError(
          2,
          `Invalid request: unknown method ${JSON.stringify(method)}; use SUBSCRIBE, UNSUBSCRIBE or LIST_SUBSCRIPTIONS`
        );
    }
  }

  /**
   * @param {unknown} params
   * @returns {[string, Channel][]}
   */
  #known(params) {
    if (!Array.isArray(params) || params.length === 0) {
      throw new RequestError(2, 'Invalid request: params must be an array of stream names, such as ["btcusdt@trade"]');
    }
    return params.map((stream) => {
      const channel = this.#channels.get(stream);
      if (!channel) {
        const known = [...this.#channels.keys()].join(', ');
        throw new RequestError(2, `Invalid request: unknown stream ${JSON.stringify(stream)}; there are ${known}`);
      }
      return [stream, channel];
    });
  }

  /**
   * @param {string} stream
   * @param {Channel} channel
   */
  #subscribe(stream, channel) {
    if (!this.#streams.has(stream)) {
      this.#streams.add(stream);
      channel.join(this.#client, this.#periodMs);
    }
  }

  /**
   * @param {string} stream
   * @param {Channel} channel
   */
  #unsubscribe(stream, channel) {
    this.#streams.delete(stream);
    channel.leave(this.#client);
  }
}

/**
 * @typedef {{ method?: unknown, params?: unknown, id?: unknown }} Request
 *
 * @param {import('../types.mjs').Message} message
 * @returns {Request}
 */
function requestIn(message) {
  /** @type {unknown} */
  let value;
  try {
    value = JSON.parse(message.toString());
  } catch (error) {
    throw new RequestError(3, `Invalid JSON: ${/** @type {Error} */ (error).message}`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new RequestError(2, 'Invalid request: it must be a JSON object');
  }
  return value;
}
