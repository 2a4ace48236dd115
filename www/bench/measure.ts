// Timing side by side: the contestants take turns, so that a slow moment of the machine hits all of them.

/** Milliseconds that `work` takes. What it only sets going, as a message does a packet that ten a second have, is not
 * its own. */
export async function time(work: () => unknown): Promise<number> {
  const begun = performance.now();
  const result = work();
  if (result instanceof Promise) {
    await result;
  }
  return performance.now() - begun;
}

/** The same with what it sets going at once. */
export async function withPackets(work: () => unknown) {
  work();
  // The engine's own tasks are before this one in the queue.
  await undefined;
}

/** The middle value. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

type Contestants<Name extends string, Messages> = Record<Name, (messages: Messages) => unknown>;

/** Turns before those that count: a panel runs for hours, and in the first turns of a page, before the browser has
 * compiled both sides well, they take up to twice as long. */
const WARM_UP = 16;

/** The milliseconds of each contestant in each of so many turns, each turn on fresh messages. */
export async function sideBySide<Name extends string, Messages>(
  contestants: Contestants<Name, Messages>,
  messages: () => Promise<Messages>,
  turns: number
): Promise<Record<Name, number[]>> {
  const names = Object.keys(contestants) as Name[];
  const times = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Name, number[]>;
  for (let turn = -WARM_UP; turn < turns; turn++) {
    const batch = await messages();
    // In any order: who comes later finds in the processor's caches what the one before has left there,
    // be it the messages or something else.
    for (const name of shuffled(names)) {
      sweep();
      const taken = await time(() => contestants[name](batch));
      if (turn >= 0) {
        times[name].push(taken);
      }
      // Now comes what it set going.
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }
  return times;
}

/** Makes new objects old ones, so that nobody's time goes into what others have left, or into moving the messages. */
function sweep() {
  const { gc } = globalThis as { gc?: (options: { type: 'minor' }) => void };
  if (!gc) {
    throw new Error('start the browser with --js-flags=--expose-gc');
  }
  gc({ type: 'minor' });
  gc({ type: 'minor' });
}

function shuffled<Item>(items: readonly Item[]): Item[] {
  const keyed = items.map((item) => ({ item, key: Math.random() }));
  return keyed.sort((a, b) => a.key - b.key).map(({ item }) => item);
}

/** The median of the turns' own ratios: what a turn suffers from, both sides suffer from. */
export function ratio(ours: readonly number[], theirs: readonly number[]): number {
  return median(ours.map((time, turn) => time / theirs[turn]));
}

/** Between which ratios the middle half of the turns lie. */
export function quartiles(ours: readonly number[], theirs: readonly number[]): [low: number, high: number] {
  const ratios = ours.map((time, turn) => time / theirs[turn]).sort((a, b) => a - b);
  return [ratios[Math.floor(ratios.length / 4)], ratios[Math.floor((ratios.length * 3) / 4)]];
}
