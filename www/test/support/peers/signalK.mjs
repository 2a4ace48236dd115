// Signal K after signalk.org/specification, "Streaming WebSocket API" and "Subscription Protocol": the hello, a
// subscription for a context and paths, deltas.
import { startPeer } from './peer.mjs';

/** Whether a path is one of those that a `*` at the end stands for. @param {string} pattern @param {string} path */
const covers = (pattern, path) => pattern === path || (pattern.endsWith('*') && path.startsWith(pattern.slice(0, -1)));

/** @param {import('node:test').TestContext} t */
export async function startSignalK(t) {
  const peer = await startPeer(t, (link) => {
    if (link.url.pathname !== '/signalk/v1/stream' || link.url.searchParams.get('subscribe') !== 'none') {
      link.refuse(`address ${link.url}`, 1008);
    }
    link.send({ name: 'signalk-server', version: '2.23.0', self: 'vessels.urn:x', roles: ['main'] });
    return (text) => {
      const { context, subscribe, unsubscribe } = JSON.parse(text);
      if (context === 'vessels.self' && subscribe?.length === 1) {
        link.subscribed.set(subscribe[0].path, subscribe[0].period);
      } else if (context === '*' && unsubscribe) {
        link.subscribed.clear();
      } else {
        link.refuse(`unexpected ${text}`);
      }
    };
  });
  return Object.assign(peer, {
    publish(/** @type {string} */ path, /** @type {number} */ value) {
      const readers = peer.open.filter(({ subscribed }) => [...subscribed.keys()].some((each) => covers(each, path)));
      readers.forEach((link) =>
        link.send({ context: 'vessels.urn:x', updates: [{ source: { label: 'gps' }, values: [{ path, value }] }] })
      );
    },
  });
}
