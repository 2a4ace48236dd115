import type { StreamQuery } from './types';

/** What a new query holds. `format` is there so that Explore, which skips queries with no key set, runs it as it is. */
export const defaultQuery: Partial<StreamQuery> = { format: 'auto' };

/** How long a query variable reads messages: long enough to see slow devices once, short enough to wait for. */
export const collectDefaults = { text: '2s', minMs: 100, maxMs: 60_000 } as const;

/** How long "Save & test" and Diagnose wait for a first message. */
export const PROBE_TIMEOUT_MS = 4_000;

/** How large a recording grows, in bytes. */
export const RECORDING_BYTES = 16 * 1024 * 1024;

/** The largest file that is replayed, in bytes: messages may become several times as long when they are written as JSON. */
export const REPLAY_BYTES = 128 * 1024 * 1024;
