// Centrifugo after centrifugal.dev/docs/transports/client_protocol: "Framing" (JSON commands and replies, one in a
// line), "Connect", "Subscribe" with recovery (offset, epoch, recover), "Ping pong", "Disconnect" codes: 3501 bad
// request, 3012 no pong; errors of replies: 103 permission denied, 104 method not found, 105 already subscribed.
import { hasOnly, startPeer } from './peer.mjs';

/** @param {import('node:test').TestContext} t @param {{ ping?: number }} [options] seconds between pings */
export async function startCentrifugo(t, { ping = 25 } = {}) {
  const epoch = 'xyz';
  /** What each channel has had. @type {Map<string, Array<{ data: unknown, offset: number }>>} */
  const history = new Map();
  const past = (/** @type {string} */ channel) => history.get(channel) ?? [];
  let isSilent = false;
  const peer = await startPeer(t, (link) => {
    let isConnected = false;
    let lastId = 0;
    const timer = setInterval(() => isConnected && !isSilent && link.send('{}'), ping * 1000);
    t.after(() => clearInterval(timer));
    /** @param {any} command */
    const obey = ({ id, ...command }) => {
      const answer = (/** @type {object} */ reply) => link.send({ id, ...reply });
      const error = (/** @type {number} */ code, /** @type {string} */ message) => answer({ error: { code, message } });
      if (!Number.isInteger(id) || id <= lastId || Object.keys(command).length !== 1) {
        link.refuse(`bad request ${id} ${JSON.stringify(command)}`, 3501);
      } else if (command.connect) {
        if (isConnected || !hasOnly(command.connect, ['name?', 'token?', 'version?', 'data?'])) {
          link.refuse('bad connect', 3501);
        }
        isConnected = true;
        answer({ connect: { client: 'c', version: '6.0.0', ping, pong: true } });
      } else if (!isConnected) {
        link.refuse('no connect before', 3501);
      } else if (command.subscribe) {
        const { channel, recover, offset } = command.subscribe;
        if (!hasOnly(command.subscribe, ['channel', 'recover?', 'offset?', 'epoch?'])) {
          link.refuse('bad subscribe', 3501);
        } else if (channel === 'secret') {
          error(103, 'permission denied');
        } else if (link.subscribed.has(channel)) {
          error(105, 'already subscribed');
        } else {
          link.subscribed.set(channel, command.subscribe);
          const isSame = recover === true && command.subscribe.epoch === epoch;
          const recovery = recover && {
            was_recovering: true,
            recovered: isSame,
            publications: isSame ? past(channel).filter((one) => one.offset > offset) : [],
          };
          answer({ subscribe: { recoverable: true, epoch, offset: past(channel).length, ...recovery } });
        }
      } else if (command.unsubscribe) {
        if (!link.subscribed.delete(command.unsubscribe.channel)) {
          link.refuse('nothing to unsubscribe', 3501);
        }
        answer({ unsubscribe: {} });
      } else {
        error(104, 'method not found');
      }
      lastId = id;
    };
    return (text) => {
      for (const line of text.split('\n').filter(Boolean)) {
        if (line !== '{}') {
          obey(JSON.parse(line));
        }
      }
    };
  });
  return Object.assign(peer, {
    /** No more pings. */
    fallSilent: () => (isSilent = true),
    publish(/** @type {string} */ channel, /** @type {number} */ v) {
      const pub = { data: { v }, offset: past(channel).length + 1 };
      history.set(channel, [...past(channel), pub]);
      const readers = peer.open.filter(({ subscribed }) => subscribed.has(channel));
      readers.forEach((link) => link.send({ push: { channel, pub } }));
    },
  });
}
