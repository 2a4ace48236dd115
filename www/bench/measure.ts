// Timing side by side: the contestants take turns, so that a slow moment of the machine hits all of them.

/** Milliseconds that `work` takes. */
export async function time(work: () => unknown): Promise<number> {
  const begun = performance.now();
  await work();
  return performance.now() - begun;
}

/** The middle value. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

export type Contestants<Name extends string, Messages> = Record<Name, (messages: Messages) => unknown>;

/** The milliseconds of each contestant in each of so many turns, each turn on fresh messages. */
export async function sideBySide<Name extends string, Messages>(
  contestants: Contestants<Name, Messages>,
  messages: () => Promise<Messages>,
  turns: number
): Promise<Record<Name, number[]>> {
  const names = Object.keys(contestants) as Name[];
  const times = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Name, number[]>;
  for (let turn = -2; turn < turns; turn++) {
    const batch = await messages();
    // Everyone is first in turn: who comes later finds the messages in the processor's caches.
    for (let i = 0; i < names.length; i++) {
      const name = names[(i + turn + names.length) % names.length];
      const taken = await time(() => contestants[name](batch));
      // The first two turns warm up the compilers.
      if (turn >= 0) {
        times[name].push(taken);
      }
    }
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return times;
}

/** The median of the turns' own ratios: what a turn suffers from, both sides suffer from. */
export function ratio(ours: readonly number[], theirs: readonly number[]): number {
  return median(ours.map((time, turn) => time / theirs[turn]));
}
