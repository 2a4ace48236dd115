// Pusher Channels after pusher.com/docs/channels/library_auth_reference/pusher-websockets-protocol (protocol 7):
// connection_established with data as JSON in a text, subscribe and unsubscribe, ping and pong, errors 4000 to 4299. A
// channel that is subscribed to already is an error.
import { startPeer } from './peer.mjs';

/** @param {import('node:test').TestContext} t @param {{ key?: string }} [options] the app's key */
export async function startPusher(t, { key = 'key' } = {}) {
  const peer = await startPeer(t, (link) => {
    const error = (/** @type {number | null} */ code, /** @type {string} */ message) =>
      link.send({ event: 'pusher:error', data: { code, message } });
    if (link.url.pathname !== `/app/${key}`) {
      error(4001, 'App key does not exist');
      link.close(4001, 'App key does not exist');
      return () => {};
    }
    if (link.url.searchParams.get('protocol') !== '7') {
      link.refuse('unsupported protocol version', 4007);
    }
    const established = JSON.stringify({ socket_id: '1.2', activity_timeout: 120 });
    link.send({ event: 'pusher:connection_established', data: established });
    return (text) => {
      const { event, data } = JSON.parse(text);
      if (event === 'pusher:ping') {
        link.send({ event: 'pusher:pong', data: {} });
      } else if (event === 'pusher:subscribe' && data.channel === 'secret') {
        const refusal = { type: 'AuthError', error: 'denied here', status: 403 };
        link.send({ event: 'pusher:subscription_error', channel: data.channel, data: refusal });
      } else if (event === 'pusher:subscribe' && !link.subscribed.has(data.channel)) {
        link.subscribed.set(data.channel, true);
        link.send({ event: 'pusher_internal:subscription_succeeded', channel: data.channel, data: '{}' });
      } else if (event !== 'pusher:unsubscribe' || !link.subscribed.delete(data.channel)) {
        link.refuse(`unexpected ${text}`, 4301);
      }
    };
  });
  return Object.assign(peer, {
    publish(/** @type {string} */ channel, /** @type {number} */ v) {
      const readers = peer.open.filter(({ subscribed }) => subscribed.has(channel));
      readers.forEach((link) => link.send({ event: 'tick', channel, data: JSON.stringify({ v }) }));
    },
  });
}
