import { readFileSync } from 'node:fs';
import path from 'node:path';

import { durationMs } from './duration';
import { DURATION_UNITS_MS } from './generated';

// The engine's interval.rs is held against the same table (tests/truths.rs).
const TABLE = path.join(__dirname, '../../tests/data/judged-twice.json');
const { durations } = JSON.parse(readFileSync(TABLE, 'utf8')) as { durations: Array<[string, number | null]> };

it.each(Object.entries(DURATION_UNITS_MS))('knows the unit %s of the engine', (unit, ms) => {
  expect(durationMs(`3${unit}`)).toBe(3 * ms);
  expect(durationMs(`2${unit} 1ms`)).toBe(2 * ms + 1);
});

it.each(durations)('judges "%s" as the engine does', (text, ms) => {
  expect(durationMs(text)).toBe(ms ?? undefined);
});
