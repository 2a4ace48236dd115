// One of the two sides of compare.mjs: this checkout's measurements with one build of the engine.
import { contest } from './feeds';
import { ratio, sideBySide } from './measure';
import { arrays, type Batch } from './messages';
import { parseOnly } from './others';
import { fed } from './ours';
import type { Recording } from './recorded';

const ARRAYS = 50;
const ROWS = 1000;
const TURNS = 24;

export { fed };

interface Measurement {
  options: Parameters<typeof fed>[0];
  /** The rival. */
  hand: { take(batch: Batch<string>): unknown };
  batches: () => Promise<Batch[]>;
}

function measurement(feedUrl: string, name: string, recording?: Recording): Measurement {
  if (recording) {
    const { query, hand, batches } = contest(feedUrl, name, recording);
    return { options: { queries: [query] }, hand, batches };
  }
  return { options: {}, hand: parseOnly(), batches: async () => [await arrays(ARRAYS, ROWS, `${feedUrl}/echo`)] };
}

/** Ratios of what messages cost: this side to the other, and both to JavaScript by hand (for arrays, bare JSON.parse). */
export async function compare(other: { fed: typeof fed }, feedUrl: string, name: string, recording?: Recording) {
  const { options, hand, batches } = measurement(feedUrl, name, recording);
  const [before, after] = [await other.fed(options), await fed(options)];
  const times = await sideBySide(
    {
      before: (batches) => batches.forEach(before.take),
      after: (batches) => batches.forEach(after.take),
      hand: (batches) => batches.forEach((batch) => hand.take(batch as Batch<string>)),
    },
    batches,
    TURNS
  );
  [before, after].forEach((engine) => engine.stop());
  return {
    toBefore: ratio(times.after, times.before),
    beforeToHand: ratio(times.before, times.hand),
    afterToHand: ratio(times.after, times.hand),
  };
}
