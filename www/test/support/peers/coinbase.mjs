// Coinbase Exchange after docs.cdp.coinbase.com, "Exchange WebSocket Overview" and "Exchange WebSocket Channels":
// subscribe with product_ids and channels, the answer "subscriptions" with all that the socket has, "error" with
// message and reason.
import { hasOnly, startPeer } from './peer.mjs';

/** @param {import('node:test').TestContext} t */
export async function startCoinbase(t) {
  const peer = await startPeer(t, (link) => (text) => {
    const message = JSON.parse(text);
    const { type, product_ids: products, channels } = message;
    if (!hasOnly(message, ['type', 'product_ids', 'channels']) || !['subscribe', 'unsubscribe'].includes(type)) {
      link.refuse(`bad request ${text}`);
    } else if (products.includes('NO-NE')) {
      link.send({ type: 'error', message: 'Failed to subscribe', reason: 'NO-NE is not a valid product' });
    } else {
      for (const product of products) {
        for (const name of channels.filter((/** @type {string} */ name) => name !== 'heartbeat')) {
          const key = `${name} ${product}`;
          type === 'subscribe' ? link.subscribed.set(key, true) : link.subscribed.delete(key);
        }
      }
      link.send({
        type: 'subscriptions',
        channels: channels.map((/** @type {string} */ name) => ({ name, products })),
      });
    }
  });
  return Object.assign(peer, {
    publish(/** @type {string} */ key, /** @type {number} */ v) {
      const [type, product_id] = key.split(' ');
      const readers = peer.open.filter(({ subscribed }) => subscribed.has(key));
      readers.forEach((link) => link.send({ type, product_id, v }));
    },
  });
}
