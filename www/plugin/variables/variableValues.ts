import { createDataFrame, type DataFrame, type DataQueryResponse, FieldType } from '@grafana/data';

/** Compares texts as people do: case aside, and digits in them by their number, so that pump-2 comes before pump-10. */
const texts = new Intl.Collator(undefined, { numeric: true });

/** The column that holds the values to list; one of this name is also what Grafana makes the options of. */
export const COLUMN = 'value';

/**
 * The distinct values of the column in a frame of their own, sorted, numbers before texts; null is no value. Throws
 * the warning of the engine when there is none, since a list that is merely empty would not say that the connection
 * was refused.
 */
export function listValues(packet: DataQueryResponse): DataFrame {
  const values = new Set(packet.data.flatMap(cellsOf));
  if (values.size === 0) {
    throwWarning(packet);
  }
  const sorted = [...values].sort(compare);
  return createDataFrame({
    refId: packet.data[0]?.refId,
    fields: [{ name: COLUMN, type: FieldType.string, values: sorted }],
  });
}

function cellsOf(frame: DataFrame): string[] {
  const cells: unknown[] = frame.fields.find(({ name }) => name === COLUMN)?.values ?? [];
  return cells.filter((cell) => cell !== null && cell !== undefined).map(String);
}

function throwWarning(packet: DataQueryResponse): void {
  const notices = packet.data.flatMap((frame) => frame.meta?.notices ?? []);
  const warning = notices.find(({ severity }) => severity !== 'info');
  if (warning) {
    throw new Error(warning.text);
  }
}

function compare(a: string, b: string): number {
  const [x, y] = [a, b].map((text) => (text.trim() === '' ? NaN : Number(text)));
  if (Number.isNaN(x) || Number.isNaN(y)) {
    return Number(Number.isNaN(x)) - Number(Number.isNaN(y)) || texts.compare(a, b);
  }
  return x - y || texts.compare(a, b);
}
