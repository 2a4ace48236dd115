import { period, QueryError, whole } from '../query.mjs';
import { first, rowMessages } from './rows.mjs';

const MAX_REASON_BYTES = 123;

/**
 * Plays `after` rows, then ends the connection.
 *
 * @param {URLSearchParams} query
 * @param {(client: import('../client.mjs').Client) => void} end
 * @returns {import('../types.mjs').Welcome}
 */
function endsAfter(query, end) {
  const after = whole(query, 'after', { initial: 5, min: 0, max: 1_000_000_000 });
  const periodMs = period(query, 100);
  return {
    serve(client) {
      // first() takes 0 for endless.
      const messages = after === 0 ? [].values() : first(rowMessages(0, periodMs), after);
      client.play(messages, 1000 / periodMs, () => end(client));
    },
  };
}

/** @type {import('../types.mjs').Feed} */
export const drop = {
  path: '/drop',
  example: '/drop?after=5',
  about: 'cuts the connection after 5 messages, without a closing handshake',
  misbehaves: true,
  answer: (query) => endsAfter(query, (client) => client.cut()),
};

/** @type {import('../types.mjs').Feed} */
export const close = {
  path: '/close',
  example: '/close?after=5&code=4001&reason=bye',
  about: 'closes with a code and a reason after 5 messages',
  misbehaves: true,
  answer(query) {
    const code = closeCode(query);
    const reason = query.get('reason') ?? 'bye';
    if (Buffer.byteLength(reason) > MAX_REASON_BYTES) {
      throw new QueryError(`reason has ${Buffer.byteLength(reason)} bytes; a close frame holds ${MAX_REASON_BYTES}.`);
    }
    return endsAfter(query, (client) => client.close(code, reason));
  },
};

/** @param {URLSearchParams} query */
function closeCode(query) {
  const code = whole(query, 'code', { initial: 4001, min: 1000, max: 4999 });
  // RFC 6455, 7.4: 1004 to 1006 are never sent, 1015 to 2999 are not given out.
  if ((code >= 1004 && code <= 1006) || (code > 1014 && code < 3000)) {
    throw new QueryError(`code is ${code}; a close frame carries 1000-1003, 1007-1014 or 3000-4999.`);
  }
  return code;
}
