import type { FreshetOptions, StreamQuery } from './types';

/** What a new query holds. `format` is there so that Explore, which skips queries with no key set, runs it as it is. */
export const defaultQuery: Partial<StreamQuery> = { format: 'auto' };

/** What the engine takes for an option of a query that is not set. */
export const queryDefaults = { capacity: 1000, maxRate: 10, maxSeries: 100 } as const;

/** Bounds of the options of a query, as the engine has them; the editor refuses what lies outside. */
export const queryLimits = {
  capacity: { min: 1, max: 10_000_000 },
  maxRate: { min: 0, aboveMin: true, max: 1000 },
  maxSeries: { min: 1, max: 10_000 },
} as const;

/** How long a query variable reads messages: long enough to see slow devices once, short enough to wait for. */
export const collectDefaults = { text: '2s', minMs: 100, maxMs: 60_000 } as const;

/** What the engine takes for a setting of the data source that is not set. Unset idle time-out and attempts mean: no limit. */
export const settingDefaults = {
  reconnectMinMs: 500,
  reconnectMaxMs: 30_000,
  lingerMs: 30_000,
  maxMessageBytes: 16 * 1024 * 1024,
  finiteTimeoutMs: 5_000,
} as const;

/** How long "Save & test" waits for the connection, and then for a first message. */
export const PROBE_TIMEOUT_MS = 4_000;

/** The settings with every default written out, so that editor and engine cannot disagree about one. */
export function withDefaults(settings: FreshetOptions): FreshetOptions {
  return {
    ...settings,
    reconnect: {
      ...settings.reconnect,
      minMs: settings.reconnect?.minMs ?? settingDefaults.reconnectMinMs,
      maxMs: settings.reconnect?.maxMs ?? settingDefaults.reconnectMaxMs,
    },
    lingerMs: settings.lingerMs ?? settingDefaults.lingerMs,
    maxMessageBytes: settings.maxMessageBytes ?? settingDefaults.maxMessageBytes,
    finiteTimeoutMs: settings.finiteTimeoutMs ?? settingDefaults.finiteTimeoutMs,
  };
}
