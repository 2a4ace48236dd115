const UNITS_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/** Milliseconds of a duration such as `500ms`, `90s` or `1m 30s`; undefined for anything else. */
export function durationMs(text: string): number | undefined {
  const trimmed = text.trim();
  if (!/^(\d+(\.\d+)?\s*(ms|[smhdw])\s*)+$/.test(trimmed)) {
    return undefined;
  }
  const parts = [...trimmed.matchAll(/([\d.]+)\s*([a-z]+)/g)];
  return parts.reduce((sum, [, count, unit]) => sum + Number(count) * UNITS_MS[unit], 0);
}
