// The feeds of recordings/ against what somebody would write for each by hand.
import type { DataFrame, DataQueryResponse } from '@grafana/data';
import { byHand, shapes, type ByHand } from './byHand';
import { median, ratio, sideBySide } from './measure';
import { inBatches, received } from './messages';
import { fed } from './ours';
import { endless, type Recording } from './recorded';

const BATCH = 100;
/** Batches of a turn: a feed that goes on, so that what is done once after a pause weighs little. */
const BATCHES = 200;
const TURNS = 21;
const CAPACITY = 1000;
/** Messages after which both must hold the same; few enough that nothing has been let go yet. */
const COMPARED = 300;
/** Arrival is taken down by two clocks, and times read by hand have no more than milliseconds. */
const ARRIVAL_TOLERANCE_MS = 5000;
const TIME_TOLERANCE_MS = 1;

/** What is measured of one of the feeds: its query, the code by hand, and messages without end. */
export function contest(feedUrl: string, name: string, recording: Recording) {
  const shape = shapes[name];
  const draw = endless(recording, shape.handshake, shape.keeps ?? (() => true));
  const messages = (count: number) => received(draw(count), `${feedUrl}/echo`);
  return {
    query: { format: 'json', ...recording.query, ...(shape.format && { format: shape.format }) },
    hand: byHand(shape, CAPACITY),
    messages,
    batches: async () => inBatches(await messages(BATCH * BATCHES), BATCH),
  };
}

/** Nanoseconds per message for one of the feeds. */
export async function feedShape(feedUrl: string, name: string, recording: Recording) {
  const { query, hand, messages, batches } = contest(feedUrl, name, recording);
  let packet: DataQueryResponse | undefined;
  const own = await fed({ queries: [query] }, (next) => {
    packet = next;
  });
  const compared = await messages(COMPARED);
  hand.take(compared);
  own.take(compared);
  await new Promise((resolve) => setTimeout(resolve, 300));
  mustEqual(name, packet?.data ?? [], hand);
  const times = await sideBySide(
    { ours: (batches) => batches.forEach(own.take), hand: (batches) => batches.forEach(hand.take) },
    batches,
    TURNS
  );
  own.stop();
  const per = (ms: number[]) => (median(ms) * 1e6) / (BATCH * BATCHES);
  return { ratio: ratio(times.ours, times.hand), ours: per(times.ours), hand: per(times.hand) };
}

/** The feeds that are measured: a recording each. */
export function feedShapes(): string[] {
  return Object.keys(shapes);
}

/** A comparison of two that do not the same would be worth nothing. */
export function mustEqual(name: string, frames: DataFrame[], { series }: Pick<ByHand, 'series'>) {
  const filled = frames.filter((frame) => frame.length > 0);
  if (filled.length !== series.size) {
    throw new Error(`${name}: ${filled.length} frames of ours, ${series.size} series by hand`);
  }
  const byLabel = [...series];
  filled.forEach((frame, index) => {
    const [label, columns] = byLabel[index];
    columns.forEach((column, place) => {
      const { values, type, name: field } = frame.fields[place];
      const arrival = type === 'time' && field === 'Time';
      const tolerance = arrival ? ARRIVAL_TOLERANCE_MS : type === 'time' ? TIME_TOLERANCE_MS : 0;
      const wrong = column.findIndex((value, row) => !same(values[row], value, tolerance));
      if (wrong >= 0 || values.length !== column.length) {
        const [own, other] = [values[wrong], column[wrong]].map((value) => JSON.stringify(value));
        const rows = `${values.length} rows of ours, ${column.length} by hand`;
        throw new Error(`${name}, series "${label}", field ${field}, row ${wrong}: ${own} of ours, ${other}; ${rows}`);
      }
    });
  });
}

function same(own: unknown, other: unknown, tolerance: number): boolean {
  if (typeof own === 'number' && typeof other === 'number') {
    return Math.abs(own - other) <= tolerance;
  }
  // A log line's labels are an object; by hand the one label there is.
  const plain = typeof own === 'object' && own !== null ? Object.values(own)[0] : own;
  return plain === other;
}
