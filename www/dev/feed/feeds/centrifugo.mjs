import { jitter, round, sine } from '../signals.mjs';

/**
 * @typedef {import('../client.mjs').Client} Client
 * @typedef {import('../types.mjs').Feed} Feed
 */

const PING_SECONDS = 5;
const PONG_MS = 3000;
const PERIOD_MS = 200;

/** What is published on a channel, by its name. @type {Record<string, (ts: number) => object>} */
const CHANNELS = {
  'plant:pump': (ts) => ({ ts, rpm: round(1450 + 60 * sine(ts, 45_000) + jitter(8), 1) }),
  'plant:tank': (ts) => ({ ts, level: round(60 + 25 * sine(ts, 90_000, 1), 2), inflow: round(8 + jitter(0.5), 2) }),
  'plant:valve': (ts) => ({ ts, open: sine(ts, 20_000) > 0 }),
};

/** Codes of Centrifugo (centrifugal.dev, "Client protocol"). */
const PERMISSION_DENIED = { code: 103, message: 'permission denied' };
const METHOD_NOT_FOUND = { code: 104, message: 'method not found' };
const ALREADY_SUBSCRIBED = { code: 105, message: 'already subscribed' };
const NO_PONG = 3012;
const BAD_REQUEST = 3501;

/**
 * The side of the server in Centrifugo's bidirectional JSON protocol: who connects first and answers pings may
 * subscribe to several channels over one socket.
 * @type {Feed}
 */
export const centrifugo = {
  path: '/connection/websocket',
  example: '/connection/websocket',
  about: `speaks the protocol of Centrifugo; channels: ${Object.keys(CHANNELS).join(', ')}`,
  answer: () => ({ serve }),
  isRow: (value) => typeof value === 'object' && value !== null && 'push' in value,
};

/** @param {Client} client */
function serve(client) {
  const say = (/** @type {object} */ reply) => client.send(JSON.stringify(reply));
  /** @type {Set<string>} */
  const subscribed = new Set();
  let isConnected = false;
  let heard = Date.now();
  const ping = setInterval(() => isConnected && say({}), PING_SECONDS * 1000);
  const watch = setInterval(() => {
    if (isConnected && Date.now() > heard + PING_SECONDS * 1000 + PONG_MS) {
      client.close(NO_PONG, 'no pong');
    }
  }, 1000);
  const publish = setInterval(() => {
    const ts = Date.now();
    subscribed.forEach((channel) => say({ push: { channel, pub: { data: CHANNELS[channel]?.(ts) } } }));
  }, PERIOD_MS);
  client.onLeave(() => [ping, watch, publish].forEach(clearInterval));

  /** @param {any} command */
  function obey({ id, connect, subscribe, unsubscribe }) {
    const channel = subscribe?.channel;
    if (!Number.isInteger(id) || isConnected === Boolean(connect)) {
      client.close(BAD_REQUEST, 'bad request');
    } else if (connect) {
      isConnected = true;
      say({ id, connect: { client: 'demo', version: '6.0.0', ping: PING_SECONDS, pong: true } });
    } else if (unsubscribe) {
      subscribed.delete(unsubscribe.channel);
      say({ id, unsubscribe: {} });
    } else if (!subscribe) {
      say({ id, error: METHOD_NOT_FOUND });
    } else if (!Object.hasOwn(CHANNELS, channel)) {
      say({ id, error: PERMISSION_DENIED });
    } else if (subscribed.has(channel)) {
      say({ id, error: ALREADY_SUBSCRIBED });
    } else {
      subscribed.add(channel);
      say({ id, subscribe: {} });
    }
  }

  client.onMessage((message) => {
    heard = Date.now();
    for (const line of String(message).split('\n').filter(Boolean)) {
      try {
        const command = JSON.parse(line);
        if (Object.keys(command).length > 0) {
          obey(command);
        }
      } catch {
        client.close(BAD_REQUEST, 'bad request');
      }
    }
  });
}
