// What taking a message costs, without a network.
import { arrays, singles, singlesWithMistakes, type Batch } from './messages';
import { median, ratio, sideBySide, withPackets } from './measure';
import { fed } from './ours';
import { parseOnly, perspectiveTable, streamingFrame, tutorial } from './others';

const ROWS = 1000;
const MESSAGES = 60;
const FEW = 6;
const SINGLES = 20_000;
const TURNS = 15;

/** What the slow ones take of it. */
const few = ({ data }: Batch<string>) => ({ data: data.slice(0, FEW) });

/** Nanoseconds per row for arrays of 1,000 rows. */
export async function arraysOfRows(feedUrl: string) {
  const ours = await fed({});
  const perspective = await perspectiveTable();
  const [circular, streaming] = [tutorial(), streamingFrame()];
  const times = await sideBySide(
    {
      ours: (messages) => ours.take(messages),
      parse: (messages) => parseOnly().take(messages),
      tutorial: (messages) => circular.take(few(messages)),
      streaming: (messages) => streaming.take(messages),
      perspective: (messages) => perspective.take(few(messages)),
    },
    () => arrays(MESSAGES, ROWS, `${feedUrl}/echo`),
    TURNS
  );
  ours.stop();
  await perspective.stop();
  const per = (ms: number[], messages: number) => (median(ms) * 1e6) / (messages * ROWS);
  return {
    toTutorial: (ratio(times.tutorial, times.ours) * MESSAGES) / FEW,
    toParse: ratio(times.ours, times.parse),
    ours: per(times.ours, MESSAGES),
    parse: per(times.parse, MESSAGES),
    tutorial: per(times.tutorial, FEW),
    streaming: per(times.streaming, MESSAGES),
    perspective: per(times.perspective, FEW),
  };
}

/** Nanoseconds per message for a flood of distinct one-row messages. */
export async function oneRowMessages(feedUrl: string) {
  const ours = await fed({});
  const [circular, streaming] = [tutorial(), streamingFrame()];
  const times = await sideBySide(
    {
      ours: (messages) => ours.take(messages),
      parse: (messages) => parseOnly().take(messages),
      tutorial: (messages) => circular.take(messages),
      streaming: (messages) => streaming.take(messages),
    },
    () => singles(SINGLES, `${feedUrl}/echo`),
    TURNS
  );
  ours.stop();
  const per = (ms: number[]) => (median(ms) * 1e6) / SINGLES;
  return {
    toParse: ratio(times.ours, times.parse),
    ours: per(times.ours),
    parse: per(times.parse),
    tutorial: per(times.tutorial),
    streaming: per(times.streaming),
  };
}

/** Nanoseconds per message for a flood of one-row messages, all right and with one in a hundred that is no JSON. */
export async function oneInAHundred(feedUrl: string) {
  const [right, mistaken] = [await fed({}), await fed({})];
  const times = await sideBySide(
    {
      right: (messages) => right.take(messages.right),
      mistaken: (messages) => mistaken.take(messages.mistaken),
    },
    async () => ({
      right: await singles(SINGLES, `${feedUrl}/echo`),
      mistaken: await singlesWithMistakes(SINGLES, `${feedUrl}/echo`),
    }),
    TURNS
  );
  right.stop();
  mistaken.stop();
  const per = (ms: number[]) => (median(ms) * 1e6) / SINGLES;
  return { right: per(times.right), mistaken: per(times.mistaken) };
}

/** Milliseconds for 20,000 one-row messages and a packet of each target, with one target and with fifty. */
export async function fiftyTargets(feedUrl: string) {
  const one = await fed({ targets: 1 });
  const fifty = await fed({ targets: 50 });
  const times = await sideBySide(
    {
      one: (messages) => withPackets(() => one.take(messages)),
      fifty: (messages) => withPackets(() => fifty.take(messages)),
    },
    () => singles(SINGLES, `${feedUrl}/echo`),
    TURNS
  );
  one.stop();
  fifty.stop();
  return { one: median(times.one), fifty: median(times.fifty), ratio: ratio(times.fifty, times.one) };
}
