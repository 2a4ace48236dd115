// Messages that a feed could send: no two are alike, so that no parser lives off a cache.

export interface Row {
  time: number;
  value: number;
}

let clock = 1_700_000_000_000;

function row(): Row {
  clock += 1;
  return { time: clock, value: Math.sin(clock / 500) * 20 + Math.random() };
}

/** Messages of one row each. */
export function singles(count: number): string[] {
  return Array.from({ length: count }, () => JSON.stringify(row()));
}

/** Messages that are arrays of rows. */
export function arrays(count: number, rows: number): string[] {
  return Array.from({ length: count }, () => JSON.stringify(Array.from({ length: rows }, row)));
}
