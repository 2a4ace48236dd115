// Home Assistant after developers.home-assistant.io, "WebSocket API": auth, ids that grow, supported_features with
// coalesced messages, subscribe_entities with its compressed states, unsubscribe_events, ping.
import { startPeer } from './peer.mjs';

/** @param {import('node:test').TestContext} t @param {(token: string) => boolean} isToken the tokens that it takes */
export async function startHomeAssistant(t, isToken) {
  const peer = await startPeer(t, (link) => {
    let isIn = false;
    let last = 0;
    link.send({ type: 'auth_required', ha_version: '2026.11.0' });
    return (text) => {
      const { id, type, ...rest } = JSON.parse(text);
      const answer = (/** @type {object} */ more) => link.send({ id, type: 'result', ...more });
      if (!isIn) {
        isIn = type === 'auth' && id === undefined && isToken(rest.access_token);
        link.send(isIn ? { type: 'auth_ok' } : { type: 'auth_invalid', message: 'Invalid access token' });
        return;
      }
      if (!(id > last)) {
        answer({ success: false, error: { code: 'id_reuse', message: 'Identifier values have to increase.' } });
        return;
      }
      last = id;
      if (type === 'ping') {
        link.send({ id, type: 'pong' });
      } else if (type === 'supported_features') {
        answer({ success: rest.features.coalesce_messages === 1, result: null });
      } else if (type === 'subscribe_entities' && rest.entity_ids.includes('lock.none')) {
        answer({ success: false, error: { code: 'unauthorized', message: 'Unauthorized' } });
      } else if (type === 'subscribe_entities') {
        link.subscribed.set(rest.entity_ids[0], id);
        const event = { a: { [rest.entity_ids[0]]: { s: '0' } } };
        link.send([
          { id, type: 'result', success: true, result: null },
          { id, type: 'event', event },
        ]);
      } else if (type === 'unsubscribe_events') {
        const known = [...link.subscribed].find(([, of]) => of === rest.subscription)?.[0];
        answer({ success: link.subscribed.delete(known ?? ''), result: null });
      } else {
        link.refuse(`unexpected ${text}`);
      }
    };
  });
  return Object.assign(peer, {
    publish(/** @type {string} */ entity, /** @type {number} */ v) {
      const readers = peer.open.filter(({ subscribed }) => subscribed.has(entity));
      readers.forEach((link) => {
        const id = link.subscribed.get(entity);
        link.send({ id, type: 'event', event: { c: { [entity]: { '+': { s: String(v) } } } } });
      });
    },
  });
}
