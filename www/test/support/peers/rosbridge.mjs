// rosbridge after rosbridge_suite, ROSBRIDGE_PROTOCOL.md 2.0: 3.4.4 subscribe, 3.4.5 unsubscribe (by id), 3.4.3
// publish, 3.1 status messages.
import { hasOnly, startPeer } from './peer.mjs';

/** @param {import('node:test').TestContext} t */
export async function startRosbridge(t) {
  const peer = await startPeer(t, (link) => (text) => {
    const message = JSON.parse(text);
    const { op, id, topic } = message;
    if (typeof id !== 'string' || !hasOnly(message, ['op', 'id', 'topic', 'type?', 'throttle_rate?'])) {
      link.send({ op: 'status', level: 'error', msg: `bad message ${text}` });
      link.refuse(`bad message ${text}`);
    } else if (op === 'subscribe' && topic === '/none') {
      link.send({ op: 'status', id, level: 'error', msg: 'Cannot infer topic type for topic /none' });
    } else if (op === 'subscribe') {
      link.subscribed.set(topic, [...(link.subscribed.get(topic) ?? []), id]);
    } else if (op === 'unsubscribe' && link.subscribed.get(topic)?.includes(id)) {
      const rest = link.subscribed.get(topic).filter((/** @type {string} */ one) => one !== id);
      rest.length > 0 ? link.subscribed.set(topic, rest) : link.subscribed.delete(topic);
    } else {
      link.refuse(`unexpected ${text}`);
    }
  });
  return Object.assign(peer, {
    publish(/** @type {string} */ topic, /** @type {number} */ v) {
      const readers = peer.open.filter(({ subscribed }) => subscribed.has(topic));
      readers.forEach((link) => link.send({ op: 'publish', topic, msg: { v } }));
    },
  });
}
