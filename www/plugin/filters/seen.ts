import { type DataFrame, type DataQueryResponse, FieldType, type MetricFindValue } from '@grafana/data';

import type { StreamQuery } from '../types';

/** Rows that are looked at; the newest. */
const ROWS = 1000;

/** What lists of values end at. */
const MOST_VALUES = 200;

/** How long is waited for messages where nothing reads the feed yet; else there is a journal. */
export const LOOK_MS = 700;

/** The query as a table of what it has seen, whatever it shows: labels are columns then. */
export function asTable(query: StreamQuery): StreamQuery {
  const { bucket, backfill, keepRows, window, mode, keys, key, deleteWhen, clearWhen, ...rest } = query;
  return { ...rest, view: 'table', mode: 'append', capacity: ROWS };
}

/** The columns that filters can name, in the order in which they stand. */
export function keysIn({ data }: DataQueryResponse): string[] {
  const fields = data.flatMap((frame: DataFrame) => frame.fields);
  return fields.filter(({ type }) => type !== FieldType.time && type !== FieldType.other).map(({ name }) => name);
}

/** The distinct values of a column, the newest first. */
export function valuesIn({ data }: DataQueryResponse, key: string): string[] {
  const columns = data.flatMap((frame: DataFrame) => frame.fields).filter(({ name }) => name === key);
  const values: unknown[] = columns.flatMap((field) => [...field.values].reverse());
  return values.filter((value) => value !== null && value !== undefined).map(String);
}

/** Each once, as Grafana's filters want them. */
export function asOptions(texts: readonly string[]): MetricFindValue[] {
  return [...new Set(texts)].slice(0, MOST_VALUES).map((text) => ({ text, value: text }));
}
