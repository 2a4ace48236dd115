import { durationMs } from './duration';
import { DURATION_UNITS_MS } from './generated';

it.each(Object.entries(DURATION_UNITS_MS))('knows the unit %s of the engine', (unit, ms) => {
  expect(durationMs(`3${unit}`)).toBe(3 * ms);
  expect(durationMs(`2${unit} 1ms`)).toBe(2 * ms + 1);
});

it.each([
  ['500ms', 500],
  ['90s', 90_000],
  ['5m', 300_000],
  ['1h', 3_600_000],
  ['2d', 172_800_000],
  ['1w', 604_800_000],
  ['1m30s', 90_000],
  ['1m 30s', 90_000],
  ['5 s', 5000],
  ['1.5s', 1500],
  [' 2s ', 2000],
  ['0s', 0],
])('%s is %d ms', (text, ms) => {
  expect(durationMs(text)).toBe(ms);
});

it.each(['', '5', 's', '5 s 5', '5M', '-5s', '1e3s', '5s!', '1.s', '$wait', '5sec'])('"%s" is none', (text) => {
  expect(durationMs(text)).toBeUndefined();
});
