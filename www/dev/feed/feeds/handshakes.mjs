import { delay, period } from '../query.mjs';
import { rowMessages } from './rows.mjs';

/**
 * @typedef {import('../types.mjs').Feed} Feed
 * @typedef {import('../types.mjs').Welcome} Welcome
 */

/**
 * @param {URLSearchParams} query
 * @returns {Welcome}
 */
function plainRows(query) {
  const periodMs = period(query, 100);
  return { serve: (client) => client.play(rowMessages(0, periodMs), 1000 / periodMs) };
}

/** @type {Feed} */
export const slow = {
  path: '/slow',
  example: '/slow?delay=3000',
  about: 'answers the handshake only after a delay, then as /simple',
  misbehaves: true,
  answer: (query) => ({ ...plainRows(query), delayMs: delay(query, 3000) }),
};

/** @type {Feed} */
export const protocol = {
  path: '/protocol',
  example: '/protocol?want=v2',
  about: 'turns away (400) who does not offer the subprotocol v2',
  misbehaves: true,
  answer(query, offered) {
    const want = query.get('want') || 'v2';
    if (offered.includes(want)) {
      return { ...plainRows(query), protocol: want };
    }
    const given = offered.length > 0 ? offered.join(', ') : 'none';
    return { status: 400, reason: `The subprotocol "${want}" must be offered; offered: ${given}.` };
  },
};

/** @type {Feed} */
export const wrongProtocol = {
  path: '/wrong-protocol',
  example: '/wrong-protocol',
  about: 'selects a subprotocol that nobody offered, so that clients must fail',
  misbehaves: true,
  answer: (query) => ({ ...plainRows(query), unaskedProtocol: 'never-offered' }),
};

/** @type {Feed} */
export const unauthorized = {
  path: '/unauthorized',
  example: '/unauthorized',
  about: 'turns everybody away with 401',
  misbehaves: true,
  answer: () => ({
    status: 401,
    reason: 'This feed asks for a token and accepts none.',
    headers: { 'WWW-Authenticate': 'Bearer' },
  }),
};

/** @type {Feed} */
export const forbidden = {
  path: '/forbidden',
  example: '/forbidden',
  about: 'turns everybody away with 403',
  misbehaves: true,
  answer: () => ({ status: 403, reason: 'Nobody may read this feed.' }),
};
