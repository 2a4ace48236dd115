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

export type Contestants<Name extends string> = Record<Name, (messages: string[]) => unknown>;

/** The median milliseconds of each contestant over so many turns, each turn on fresh messages. */
export async function sideBySide<Name extends string>(
  contestants: Contestants<Name>,
  messages: () => string[],
  turns: number
): Promise<Record<Name, number>> {
  const names = Object.keys(contestants) as Name[];
  const times = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Name, number[]>;
  for (let turn = -2; turn < turns; turn++) {
    for (const name of names) {
      // Fresh for each: V8 keeps what it learnt of a text that was parsed before.
      const batch = messages();
      const taken = await time(() => contestants[name](batch));
      // The first two turns warm up the compilers.
      if (turn >= 0) {
        times[name].push(taken);
      }
    }
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return Object.fromEntries(names.map((name) => [name, median(times[name])])) as Record<Name, number>;
}
