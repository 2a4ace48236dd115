// Kraken after docs.kraken.com, "Spot WebSocket API v2": the status that greets, subscribe and unsubscribe with req_id,
// an answer for each symbol, heartbeat, ping and pong. Candles say of which interval they are; a book has one depth on a
// connection, which its messages do not say.
import { hasOnly, startPeer } from './peer.mjs';

/** @param {import('node:test').TestContext} t */
export async function startKraken(t) {
  const peer = await startPeer(t, (link) => {
    if (link.url.pathname !== '/v2') {
      link.refuse(`path ${link.url.pathname}`, 1008);
    }
    const status = { api_version: 'v2', connection_id: 1, system: 'online', version: '2.0.0' };
    link.send({ channel: 'status', type: 'update', data: [status] });
    return (text) => {
      const { method, params, req_id } = JSON.parse(text);
      if (!Number.isInteger(req_id)) {
        link.refuse(`no req_id in ${text}`);
      } else if (method === 'ping') {
        link.send({ method: 'pong', req_id, time_in: '', time_out: '' });
      } else if (!hasOnly(params, ['channel', 'symbol', 'snapshot?', 'depth?', 'interval?'])) {
        link.refuse(`bad params ${text}`);
      } else {
        for (const symbol of params.symbol) {
          const { channel, interval = 1, depth = 10 } = params;
          const key = channel === 'ohlc' ? `ohlc ${symbol} ${interval}` : `${channel} ${symbol}`;
          if (symbol === 'NO/NE') {
            const error = 'Currency pair not supported NO/NE';
            link.send({ error, method, req_id, success: false, symbol });
          } else if (method === 'subscribe' && !link.subscribed.has(key)) {
            link.subscribed.set(key, depth);
            link.send({ method, req_id, result: { channel: params.channel, symbol }, success: true });
          } else if (method === 'unsubscribe' && link.subscribed.delete(key)) {
            link.send({ method, req_id, result: { channel: params.channel, symbol }, success: true });
          } else {
            link.refuse(`unexpected ${text}`);
          }
        }
      }
    };
  });
  return Object.assign(peer, {
    publish(/** @type {string} */ key, /** @type {number} */ v) {
      const [channel, symbol, interval] = key.split(' ');
      const readers = peer.open.filter(({ subscribed }) => subscribed.has(key));
      readers.forEach((link) => {
        link.send({ channel: 'heartbeat' });
        link.send({
          channel,
          type: 'update',
          data: [interval ? { symbol, interval: Number(interval), v } : { symbol, v }],
        });
      });
    },
  });
}
