import type { StreamQuery } from './types';

/** The selectors of an upsert's key. They may stand under `key` too, where Explore writes a text of its own. */
export function keysOf({ keys, key }: StreamQuery): string[] | undefined {
  return keys ?? (Array.isArray(key) ? key : undefined);
}

/** What a query changes to get other keys. */
export function changeOfKeys({ key }: StreamQuery, keys: string[] | undefined): Partial<StreamQuery> {
  return Array.isArray(key) ? { keys, key: undefined } : { keys };
}
