// Binance after developers.binance.com, "WebSocket Streams", "Live Subscribing/Unsubscribing to streams" and "Error
// messages": /stream, whole numbers as id, {"result": null, "id"} or {"error": {"code", "msg"}, "id"}, and the end of a
// connection that says more than five things in a second.
import { hasOnly, startPeer } from './peer.mjs';

/** @param {import('node:test').TestContext} t */
export async function startBinance(t) {
  const peer = await startPeer(t, (link) => {
    if (link.url.pathname !== '/stream') {
      link.refuse(`path ${link.url.pathname}`, 1008);
    }
    /** @type {number[]} */
    let lately = [];
    return (text) => {
      const now = performance.now();
      lately = [...lately.filter((at) => at > now - 1000), now];
      if (lately.length > 5) {
        link.refuse('more than five messages in a second', 1008);
        return;
      }
      const message = JSON.parse(text);
      const { method, params, id } = message;
      const isRight = hasOnly(message, ['method', 'params', 'id']) && Number.isInteger(id) && Array.isArray(params);
      if (!isRight || !['SUBSCRIBE', 'UNSUBSCRIBE'].includes(method)) {
        link.refuse(`bad request ${text}`, 1008);
      } else if (!params.every((/** @type {string} */ stream) => /^[a-z0-9]+@\w+$/.test(stream))) {
        link.send({ error: { code: 2, msg: 'Invalid request: invalid stream' }, id });
      } else {
        params.forEach((/** @type {string} */ stream) =>
          method === 'SUBSCRIBE' ? link.subscribed.set(stream, true) : link.subscribed.delete(stream)
        );
        link.send({ result: null, id });
      }
    };
  });
  return Object.assign(peer, {
    publish(/** @type {string} */ stream, /** @type {number} */ v) {
      const readers = peer.open.filter(({ subscribed }) => subscribed.has(stream));
      readers.forEach((link) => link.send({ stream, data: { e: 'trade', v } }));
    },
  });
}
