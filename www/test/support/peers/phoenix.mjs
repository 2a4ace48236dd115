// Phoenix channels after hexdocs.pm/phoenix/writing_a_channels_client.html and Phoenix.Socket.V2.JSONSerializer:
// messages are [join_ref, ref, topic, event, payload]; phx_join, phx_leave, heartbeat and phx_reply; a broadcast has
// neither join_ref nor ref. A second join of a topic closes the channel of the first.
import { hasOnly, startPeer } from './peer.mjs';

/** @param {import('node:test').TestContext} t */
export async function startPhoenix(t) {
  const peer = await startPeer(t, (link) => {
    if (link.url.pathname !== '/socket/websocket' || link.url.searchParams.get('vsn') !== '2.0.0') {
      link.refuse(`address ${link.url.href}`, 1002);
    }
    return (text) => {
      const message = JSON.parse(text);
      const [joinRef, ref, topic, event, payload] = message;
      if (message.length !== 5 || typeof ref !== 'string' || !hasOnly(payload, ['key?'])) {
        link.refuse(`no message: ${text}`);
        return;
      }
      const reply = (/** @type {string} */ status, /** @type {object} */ response) =>
        link.send([joinRef, ref, topic, 'phx_reply', { status, response }]);
      if (topic === 'phoenix' && event === 'heartbeat' && joinRef === null) {
        reply('ok', {});
      } else if (event === 'phx_join' && joinRef === ref) {
        if (topic === 'room:secret') {
          reply('error', { reason: 'unauthorized' });
          return;
        }
        if (link.subscribed.has(topic)) {
          link.send([link.subscribed.get(topic), null, topic, 'phx_close', {}]);
        }
        link.subscribed.set(topic, joinRef);
        reply('ok', {});
      } else if (event === 'phx_leave' && link.subscribed.get(topic) === joinRef) {
        link.subscribed.delete(topic);
        reply('ok', {});
        link.send([joinRef, ref, topic, 'phx_close', {}]);
      } else {
        link.refuse(`unexpected ${text}`);
      }
    };
  });
  return Object.assign(peer, {
    publish(/** @type {string} */ topic, /** @type {number} */ v) {
      const readers = peer.open.filter(({ subscribed }) => subscribed.has(topic));
      // A push of the channel and a broadcast by turns.
      readers.forEach((link) => link.send([v % 2 ? link.subscribed.get(topic) : null, null, topic, 'tick', { v }]));
    },
    /** The channel's process dies. */
    crash(/** @type {string} */ topic) {
      for (const link of peer.open.filter(({ subscribed }) => subscribed.has(topic))) {
        const ref = link.subscribed.get(topic);
        link.subscribed.delete(topic);
        link.send([ref, ref, topic, 'phx_error', {}]);
      }
    },
  });
}
