// Servers that answer JSON-RPC 2.0 calls: Ethereum after geth.ethereum.org, "Real-time Events"; Deribit after
// docs.deribit.com, "public/subscribe" and "public/set_heartbeat"; Moonraker after moonraker.readthedocs.io.
import { hasOnly, startPeer } from './peer.mjs';

/** @typedef {import('./peer.mjs').Link} Link */

/**
 * A server that answers calls; `answers` has a function for each method, which gives the result, or throws what is
 * wrong as `{ code, message }`.
 * @param {import('node:test').TestContext} t
 * @param {(link: Link) => Record<string, (params: any) => unknown>} answers
 */
function startRpc(t, answers) {
  return startPeer(t, (link) => {
    const known = answers(link);
    return (text) => {
      const call = JSON.parse(text);
      const { id, method, params } = call;
      if (call.jsonrpc !== '2.0' || !Number.isInteger(id) || !known[method]) {
        link.refuse(`bad call ${text}`);
        return;
      }
      try {
        const result = known[method](params);
        link.send({ jsonrpc: '2.0', id, result });
      } catch (error) {
        link.send({ jsonrpc: '2.0', id, error });
      }
    };
  });
}

/** An Ethereum node, which names a subscription only behind its first message. @param {import('node:test').TestContext} t */
export async function startEthereum(t) {
  let next = 1;
  const notify = (/** @type {Link} */ link, /** @type {string} */ id, /** @type {number} */ v) =>
    link.send({ jsonrpc: '2.0', method: 'eth_subscription', params: { subscription: id, result: { v } } });
  const peer = await startRpc(t, (link) => ({
    eth_subscribe: ([kind]) => {
      if (kind === 'nothing') {
        throw { code: -32602, message: `no "${kind}" subscription in eth namespace` };
      }
      const id = `0x${next++}`;
      link.subscribed.set(kind, id);
      return id;
    },
    eth_unsubscribe: ([id]) => {
      const kind = [...link.subscribed].find(([, known]) => known === id)?.[0];
      return kind !== undefined && link.subscribed.delete(kind);
    },
  }));
  return Object.assign(peer, {
    publish(/** @type {string} */ kind, /** @type {number} */ v) {
      for (const link of peer.open.filter(({ subscribed }) => subscribed.has(kind))) {
        notify(link, '0xffff', -1);
        notify(link, link.subscribed.get(kind), v);
      }
    },
  });
}

/** @param {import('node:test').TestContext} t */
export async function startDeribit(t) {
  const peer = await startRpc(t, (link) => {
    let isBeating = false;
    return {
      'public/set_heartbeat': ({ interval }) => {
        isBeating = interval >= 10;
        return 'ok';
      },
      'public/test': () => ({ version: '1.2.26' }),
      'public/subscribe': ({ channels }) => {
        if (!isBeating) {
          throw { code: 13, message: 'no heartbeat' };
        }
        const there = channels.filter((/** @type {string} */ channel) => !channel.includes('NONE'));
        there.forEach((/** @type {string} */ channel) => link.subscribed.set(channel, true));
        return there;
      },
      'public/unsubscribe': ({ channels }) =>
        channels.filter((/** @type {string} */ channel) => link.subscribed.delete(channel)),
    };
  });
  return Object.assign(peer, {
    publish(/** @type {string} */ channel, /** @type {number} */ v) {
      const readers = peer.open.filter(({ subscribed }) => subscribed.has(channel));
      readers.forEach((link) => {
        link.send({ jsonrpc: '2.0', method: 'heartbeat', params: { type: 'test_request' } });
        link.send({ jsonrpc: '2.0', method: 'subscription', params: { channel, data: { v } } });
      });
    },
  });
}

/** A printer's host; a query's objects take the place of those of the one before. @param {import('node:test').TestContext} t */
export async function startMoonraker(t) {
  const peer = await startRpc(t, (link) => {
    let isKnown = false;
    return {
      'server.connection.identify': (params) => {
        isKnown = hasOnly(params, ['client_name', 'version', 'type', 'url']);
        return { connection_id: 1 };
      },
      'printer.objects.subscribe': ({ objects }) => {
        if (!isKnown) {
          throw { code: 401, message: 'Unauthorized' };
        }
        const [name] = Object.keys(objects);
        link.subscribed.clear();
        link.subscribed.set(name, true);
        return { eventtime: 1, status: { [name]: { v: 0 } } };
      },
    };
  });
  return Object.assign(peer, {
    publish(/** @type {string} */ name, /** @type {number} */ v) {
      const readers = peer.open.filter(({ subscribed }) => subscribed.has(name));
      readers.forEach((link) => {
        link.send({ jsonrpc: '2.0', method: 'notify_proc_stat_update', params: [{ v: -1 }] });
        link.send({ jsonrpc: '2.0', method: 'notify_status_update', params: [{ [name]: { v } }, 2] });
      });
    },
  });
}
