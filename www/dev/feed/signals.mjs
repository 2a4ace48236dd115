/**
 * @param {number} seed
 * @param {number} index
 * @returns {number} -1 to 1, always the same for the same arguments
 */
function lattice(seed, index) {
  let h = Math.imul(index ^ Math.imul(seed + 1, 0x9e3779b1), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 15), 0xc2b2ae35);
  return ((h ^ (h >>> 16)) >>> 0) / 2 ** 31 - 1;
}

/**
 * @param {number} seed
 * @param {number} x
 */
function smoothNoise(seed, x) {
  const index = Math.floor(x);
  const f = x - index;
  const left = lattice(seed, index);
  return left + (lattice(seed, index + 1) - left) * f * f * (3 - 2 * f);
}

const OCTAVES = [
  { ms: 240_000, weight: 0.5 },
  { ms: 60_000, weight: 0.25 },
  { ms: 15_000, weight: 0.15 },
  { ms: 4_000, weight: 0.1 },
];

/**
 * A random walk that stays between -1 and 1. It is a function of the time, so a line goes on without a jump when a
 * client reconnects or the server is started again, and two clients see the same world.
 *
 * @param {number} seed
 * @param {number} ms
 */
export function wander(seed, ms) {
  return OCTAVES.reduce((sum, octave, i) => sum + octave.weight * smoothNoise(seed * 7 + i, ms / octave.ms), 0);
}

/**
 * @param {number} ms
 * @param {number} periodMs
 * @param {number} [phase] in turns
 */
export function sine(ms, periodMs, phase = 0) {
  return Math.sin(2 * Math.PI * (ms / periodMs + phase));
}

/**
 * Noise of a measurement: mostly small, never beyond `amplitude`.
 *
 * @param {number} amplitude
 */
export function jitter(amplitude) {
  return (Math.random() + Math.random() - 1) * amplitude;
}

/**
 * @param {number} value
 * @param {number} digits
 */
export function round(value, digits) {
  const scale = 10 ** digits;
  return Math.round(value * scale) / scale;
}

/**
 * @template T
 * @param {readonly T[]} items
 * @returns {T}
 */
export function pick(items) {
  return /** @type {T} */ (items[Math.floor(Math.random() * items.length)]);
}
