// Loki after grafana.com/docs/loki, "Loki HTTP API", "Stream logs": GET /loki/api/v1/tail?query=…, streams with their
// labels and values, and dropped_entries; first what there is from `start` on. The client says nothing.
import { startPeer } from './peer.mjs';

/** @param {import('node:test').TestContext} t */
export async function startLoki(t) {
  /** Entries by query: what they hold, and their nanoseconds. @type {Map<string, Array<{ v: number, ns: bigint }>>} */
  const entries = new Map();
  let ns = 1_700_000_000_000_000_000n;
  /** @param {Array<{ v: number, ns: bigint }>} list */
  const streamsOf = (list) =>
    list.map(({ v, ns }) => ({ stream: { v: String(v) }, values: [[String(ns), `line ${v}`]] }));
  const peer = await startPeer(t, (link) => {
    const query = link.url.searchParams.get('query');
    if (link.url.pathname !== '/loki/api/v1/tail' || !query) {
      link.refuse(`address ${link.url.href}`, 1011);
    }
    link.subscribed.set(query ?? '', true);
    const start = BigInt(link.url.searchParams.get('start') ?? 0);
    const streams = streamsOf((entries.get(query ?? '') ?? []).filter(({ ns }) => ns >= start));
    if (streams.length > 0) {
      link.send({ streams });
    }
    return (text) => link.refuse(`said ${text}`);
  });
  return Object.assign(peer, {
    publish(/** @type {string} */ query, /** @type {number[]} */ lines, more = {}) {
      const readers = peer.open.filter(({ subscribed }) => subscribed.has(query));
      const added = lines.map((v) => ({ v, ns: ns++ }));
      entries.set(query, [...(entries.get(query) ?? []), ...added]);
      const streams = streamsOf(added);
      readers.forEach((link) => link.send({ streams, ...more }));
    },
  });
}
