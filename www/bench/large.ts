// Messages that are larger than those of most feeds, and queries that want little of them.
import { median, ratio, sideBySide, time, withPackets } from './measure';
import { inBatches, received } from './messages';
import { fed } from './ours';
import { parseOnly } from './others';

const KEYS = 200;
const BATCH = 100;
const TURNS = 15;
const SIDE_BY_SIDE = 10;

const FIELDS = 50;
const FEW = 2000;

const MEGABYTE = 1_000_000;
const SINGLE_TURNS = 12;
/** Below what the scanner takes (MAX_DEPTH). */
const DEPTH = 100;

const random = () => Number((Math.random() * 1000).toFixed(3));

/** A text of one object with a number in each of so many members. */
function object(keys: number): string {
  return JSON.stringify(Object.fromEntries(Array.from({ length: keys }, (_, i) => [`f${i}`, random()])));
}

/** Nanoseconds for a message of which two members in two hundred are wanted. */
export async function wide(feedUrl: string) {
  const own = await fed({ queries: [{ format: 'json', fields: [{ path: '$.f60' }, { path: '$.f140' }] }] });
  const times = await sideBySide(
    { ours: (batches) => batches.forEach(own.take), parse: (batches) => batches.forEach(parseOnly().take) },
    async () => {
      const texts = Array.from({ length: BATCH * SIDE_BY_SIDE }, () => object(KEYS));
      return inBatches(await received(texts, `${feedUrl}/echo`), BATCH);
    },
    TURNS
  );
  own.stop();
  const per = (ms: number[]) => (median(ms) * 1e6) / (BATCH * SIDE_BY_SIDE);
  return { ratio: ratio(times.ours, times.parse), ours: per(times.ours), parse: per(times.parse) };
}

/** Milliseconds for one target that takes one field, and for fifty that take another one each. */
export async function differentFields(feedUrl: string) {
  const query = (i: number) => ({ format: 'json', fields: [{ path: `$.f${i}`, type: 'number' }] });
  const one = await fed({ queries: [query(0)] });
  const fifty = await fed({ queries: Array.from({ length: FIELDS }, (_, i) => query(i)) });
  const times = await sideBySide(
    {
      one: (messages) => withPackets(() => one.take(messages)),
      fifty: (messages) => withPackets(() => fifty.take(messages)),
    },
    () =>
      received(
        Array.from({ length: FEW }, () => object(FIELDS)),
        `${feedUrl}/echo`
      ),
    TURNS
  );
  one.stop();
  fifty.stop();
  return { one: median(times.one), fifty: median(times.fifty), ratio: ratio(times.fifty, times.one) };
}

function rows(): string {
  const parts: string[] = [];
  for (let length = 2; length < MEGABYTE; length += parts[parts.length - 1].length + 1) {
    parts.push(JSON.stringify({ time: 1_700_000_000_000 + parts.length, name: 'pump', value: random(), on: true }));
  }
  return `[${parts.join(',')}]`;
}

function nested(): string {
  const level = JSON.stringify(Array.from({ length: MEGABYTE / DEPTH / 8 }, random));
  return `${`{"values":${level},"inner":`.repeat(DEPTH)}${random()}${'}'.repeat(DEPTH)}`;
}

function text(): string {
  const words = Array.from({ length: MEGABYTE / 8 }, () => String(random()).padEnd(7, 'x'));
  return JSON.stringify({ value: random(), text: words.join('\n') });
}

/** The kinds of messages, and the queries: fields that are found, one at the bottom, a text that is kept. */
const kinds = {
  rows: { message: rows, query: { format: 'json' } },
  nested: { message: nested, query: { format: 'json', fields: [{ path: `$${'.inner'.repeat(DEPTH)}` }] } },
  text: { message: text, query: { format: 'json', capacity: 4, fields: [{ path: '$.value' }, { path: '$.text' }] } },
};

type Kind = keyof typeof kinds;

/** Milliseconds per megabyte that taking a message of one megabyte holds the page up: the longest, and the usual. */
export async function megabytes(feedUrl: string, kind: Kind) {
  const { message, query } = kinds[kind];
  const own = await fed({ queries: [query] });
  const taken: number[] = [];
  for (let turn = -2; turn < SINGLE_TURNS; turn++) {
    const batch = await received([message()], `${feedUrl}/echo`);
    const ms = await time(() => withPackets(() => own.take(batch)));
    if (turn >= 0) {
      taken.push((ms * MEGABYTE) / batch.data[0].length);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  own.stop();
  return { longest: Math.max(...taken), usual: median(taken) };
}
