import {
  type DataFrame,
  DataTopic,
  dateTime,
  type Field,
  FieldType,
  getFieldDisplayName,
  type Labels,
  toDataFrame,
} from '@grafana/data';

import type { HistoryColumn, HistoryTable } from '../engine/types';

/** A column with its value in each row. */
type Column = HistoryColumn & { at: (row: number) => unknown };

/**
 * What a data source answered with, as tables. A frame whose fields have labels holds a series for each set of them: it
 * becomes a table for each, with the labels as columns.
 */
export function tablesOf(data: unknown[]): HistoryTable[] {
  const frames = data.map((each) => toDataFrame(each)).filter(({ meta }) => meta?.dataTopic !== DataTopic.Annotations);
  return frames.flatMap((frame) => labelSets(frame).map((labels) => tableOf(frame, frames, labels)));
}

function labelSets({ fields }: DataFrame): Labels[] {
  const sets = fields.flatMap(({ labels = {} }) => (isEmpty(labels) ? [] : [[keyOf(labels), labels] as const]));
  return sets.length === 0 ? [{}] : [...new Map(sets).values()];
}

/** The series with these labels. Fields without any, as the time, belong to all. */
function tableOf(frame: DataFrame, frames: DataFrame[], labels: Labels): HistoryTable {
  const fields = frame.fields.filter((field) => isEmpty(field.labels ?? {}) || keyOf(field.labels) === keyOf(labels));
  const columns: Column[] = [
    ...fields.map((field) => ({
      names: [...new Set([getFieldDisplayName(field, frame, frames), field.name])],
      time: field.type === FieldType.time,
      at: (row: number) => cellOf(field, row),
    })),
    ...Object.entries(labels).map(([name, value]) => ({ names: [name], time: false, at: () => value })),
  ];
  const rows = Array.from({ length: frame.length }, (_, row) => columns.map(({ at }) => at(row)));
  return { columns: columns.map(({ names, time }) => ({ names, time })), rows: JSON.stringify(rows) };
}

function cellOf({ type, values }: Field, row: number): unknown {
  const value: unknown = values[row] ?? null;
  if (type === FieldType.time && value !== null && typeof value !== 'number') {
    return dateTime(value as string).valueOf();
  }
  // JSON has no word for it.
  return typeof value === 'bigint' ? String(value) : value;
}

const isEmpty = (labels: Labels) => Object.keys(labels).length === 0;

const keyOf = (labels: Labels = {}) => JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));
