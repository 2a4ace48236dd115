import { DURATION_UNITS_MS } from './generated';

const UNITS: Readonly<Record<string, number>> = DURATION_UNITS_MS;
const PART = String.raw`(\d+\.?\d*|\.\d+)\s*(${Object.keys(UNITS).join('|')})\s*`;

/** Milliseconds of a duration such as `500ms`, `90s` or `1m 30s`; undefined for anything else. */
export function durationMs(text: string): number | undefined {
  const trimmed = text.trim();
  if (!new RegExp(`^(${PART})+$`).test(trimmed)) {
    return undefined;
  }
  const parts = [...trimmed.matchAll(new RegExp(PART, 'g'))];
  const ms = parts.reduce((sum, [, count, unit]) => sum + Number(count) * UNITS[unit], 0);
  return Number.isFinite(ms) ? ms : undefined;
}
