// Polygon after polygon.io/docs/websocket/quickstart: connected, auth, auth_success or auth_failed, subscribe to
// "T.AAPL", statuses; every message is an array of events.
import { hasOnly, startPeer } from './peer.mjs';

/** @param {import('node:test').TestContext} t @param {(key: string) => boolean} isKey the keys that it takes */
export async function startPolygon(t, isKey) {
  const peer = await startPeer(t, (link) => {
    let isIn = false;
    const status = (/** @type {string} */ word, /** @type {string} */ message) =>
      link.send([{ ev: 'status', status: word, message }]);
    status('connected', 'Connected Successfully');
    return (text) => {
      const message = JSON.parse(text);
      const { action, params } = message;
      if (!hasOnly(message, ['action', 'params'])) {
        link.refuse(`bad request ${text}`);
      } else if (!isIn) {
        isIn = action === 'auth' && isKey(params);
        if (isIn) {
          status('auth_success', 'authenticated');
        } else {
          status('auth_failed', 'authentication failed');
          link.close(1008, 'authentication failed');
        }
      } else if (params === 'T.NONE') {
        status('error', 'not authorized to subscribe to T.NONE');
      } else if (action === 'subscribe') {
        link.subscribed.set(params, true);
        status('success', `subscribed to: ${params}`);
      } else if (action === 'unsubscribe' && link.subscribed.delete(params)) {
        status('success', `unsubscribed to: ${params}`);
      } else {
        link.refuse(`unexpected ${text}`);
      }
    };
  });
  return Object.assign(peer, {
    publish(/** @type {string} */ topic, /** @type {number} */ v) {
      const [ev, sym] = topic.split('.');
      const readers = peer.open.filter(({ subscribed }) => subscribed.has(topic));
      readers.forEach((link) =>
        link.send([
          { ev, sym: 'OTHER', v: 0 },
          { ev, sym, v },
        ])
      );
    },
  });
}
