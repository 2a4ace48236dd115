// Loki after grafana.com/docs/loki, "Loki HTTP API", "Stream logs": GET /loki/api/v1/tail?query=…, streams with their
// labels and values, and dropped_entries. The client says nothing.
import { startPeer } from './peer.mjs';

/** @param {import('node:test').TestContext} t */
export async function startLoki(t) {
  const peer = await startPeer(t, (link) => {
    const query = link.url.searchParams.get('query');
    if (link.url.pathname !== '/loki/api/v1/tail' || !query) {
      link.refuse(`address ${link.url.href}`, 1011);
    }
    link.subscribed.set(query ?? '', true);
    return (text) => link.refuse(`said ${text}`);
  });
  return Object.assign(peer, {
    publish(/** @type {string} */ query, /** @type {number[]} */ lines, more = {}) {
      const readers = peer.open.filter(({ subscribed }) => subscribed.has(query));
      const streams = lines.map((v) => ({ stream: { v: String(v) }, values: [['1', `line ${v}`]] }));
      readers.forEach((link) => link.send({ streams, ...more }));
    },
  });
}
