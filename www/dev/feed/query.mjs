/** A query parameter that cannot be used; its message is the answer to the client. */
export class QueryError extends Error {}

/**
 * Reads a whole number.
 *
 * @param {URLSearchParams} query
 * @param {string} name
 * @param {{ initial: number, min: number, max: number }} bounds
 */
export function whole(query, name, { initial, min, max }) {
  const raw = query.get(name);
  if (raw === null || raw === '') {
    return initial;
  }
  const value = Number(raw);
  if (!/^\d+$/.test(raw) || value < min || value > max) {
    throw new QueryError(`${name} is "${raw}"; it must be a whole number from ${min} to ${max}.`);
  }
  return value;
}

/**
 * @param {URLSearchParams} query
 * @param {number} initial
 */
export function period(query, initial) {
  return whole(query, 'period', { initial, min: 1, max: 3_600_000 });
}

/**
 * How many messages to send before falling silent; 0 means that it never ends.
 *
 * @param {URLSearchParams} query
 */
export function count(query) {
  return whole(query, 'count', { initial: 0, min: 0, max: 1_000_000_000 });
}

/**
 * @param {URLSearchParams} query
 * @param {number} initial
 */
export function delay(query, initial) {
  return whole(query, 'delay', { initial, min: 0, max: 600_000 });
}
