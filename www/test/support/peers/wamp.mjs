// A WAMP 2 router after wamp-proto.org, "The Web Application Messaging Protocol": HELLO, WELCOME, ABORT, SUBSCRIBE,
// SUBSCRIBED, ERROR, UNSUBSCRIBE, UNSUBSCRIBED, EVENT, GOODBYE. Its one realm is "plant".
import { startPeer } from './peer.mjs';

/** @param {import('node:test').TestContext} t */
export async function startWamp(t) {
  let next = 7_000_000_001;
  const peer = await startPeer(t, (link) => {
    let isIn = false;
    return (text) => {
      const [code, request, options, topic] = JSON.parse(text);
      if (code === 1 && !isIn) {
        isIn = request === 'plant' && 'subscriber' in options.roles;
        link.send(isIn ? [2, 9129137332, { roles: { broker: {} } }] : [3, {}, 'wamp.error.no_such_realm']);
      } else if (!isIn) {
        link.refuse(`before the session ${text}`);
      } else if (code === 32 && topic === 'no.go') {
        link.send([8, 32, request, {}, 'wamp.error.not_authorized']);
      } else if (code === 32) {
        link.subscribed.set(topic, next);
        link.send([33, request, next++]);
      } else if (code === 34) {
        const known = [...link.subscribed].find(([, id]) => id === options)?.[0];
        link.subscribed.delete(known ?? '');
        link.send(known ? [35, request] : [8, 34, request, {}, 'wamp.error.no_such_subscription']);
      } else if (code === 6) {
        link.send([6, {}, 'wamp.close.goodbye_and_out']);
      } else {
        link.refuse(`unexpected ${text}`);
      }
    };
  });
  return Object.assign(peer, {
    publish(/** @type {string} */ topic, /** @type {number} */ v) {
      const readers = peer.open.filter(({ subscribed }) => subscribed.has(topic));
      readers.forEach((link) => link.send([36, link.subscribed.get(topic), 1, {}, [v], { unit: 'C' }]));
    },
  });
}
