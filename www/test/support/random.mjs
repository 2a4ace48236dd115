// Random input for checks in a page, which can be had again.
import process from 'node:process';

/**
 * Runs a check on a page that has `random()`, like Math.random but with a seed. When the check fails, the seed is told;
 * FRESHET_SEED runs the same input again.
 * @template Result
 * @param {import('playwright-core').Page} page
 * @param {() => Promise<Result>} check
 * @returns {Promise<Result>}
 */
export async function withRandom(page, check) {
  const seed = Number(process.env.FRESHET_SEED ?? Math.floor(Math.random() * 2 ** 32));
  await page.evaluate(`window.random = (${generator})(${seed})`);
  try {
    return await check();
  } catch (error) {
    throw new Error(`The same input comes again with FRESHET_SEED=${seed}`, { cause: error });
  }
}

/** Mulberry32, by Tommy Ettinger. @param {number} seed */
export function generator(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
