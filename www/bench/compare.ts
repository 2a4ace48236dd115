// One of the two sides of compare.mjs: this checkout's measurements with one build of the engine.
import { contest, WARM_UP } from './feeds';
import { ratio, sideBySide } from './measure';
import { arrays } from './messages';
import { parseOnly } from './others';
import { fed } from './ours';
import type { Message, Recording } from './recorded';

const ARRAYS = 50;
const ROWS = 1000;
const TURNS = 24;

export { fed };

/** The query, the rival and the batches of a measurement. */
function measurement(feedUrl: string, name: string, recording?: Recording) {
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
  // A promise is waited for, so that what an engine has put off is done before the next one's turn.
  const all = (take: (batch: string[]) => unknown) => async (batches: Message[][]) => {
    batches.forEach((batch) => take(batch as string[]));
    await Promise.resolve();
  };
  const times = await sideBySide(
    { before: all(before.take), after: all(after.take), hand: all((batch) => hand.take(batch)) },
    batches,
    TURNS,
    WARM_UP
  );
  [before, after].forEach((engine) => engine.stop());
  return {
    toBefore: ratio(times.after, times.before),
    beforeToHand: ratio(times.before, times.hand),
    afterToHand: ratio(times.after, times.hand),
  };
}
