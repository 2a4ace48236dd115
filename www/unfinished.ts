import type { StreamQuery } from './types';

/**
 * The query without the rows of the editor that are not filled in yet: fields, conditions and keys without a path.
 * Adding a row to a list must not break the panel while it is being written.
 *
 * A query may have been written by hand and be of any shape. What is no row of the editor is left as it is: the engine
 * refuses it by name, as the error of its own target.
 */
export function withoutUnfinished(query: StreamQuery): StreamQuery {
  const { fields, filter, keys, deleteWhen, backfill } = query;
  return {
    ...query,
    fields: finished(fields, pathOf),
    filter: finished(filter, pathOf),
    deleteWhen: finished(deleteWhen, pathOf),
    keys: finished(keys, (key) => key),
    backfill: isObject(backfill) ? { ...backfill, fields: finished(backfill.fields, pathOf) } : backfill,
  };
}

function finished<T extends unknown[] | undefined>(rows: T, path: (row: unknown) => unknown): T {
  return Array.isArray(rows) ? (rows.filter((row) => !isBlank(path(row))) as T) : rows;
}

function pathOf(row: unknown): unknown {
  return isObject(row) && 'path' in row ? row.path : undefined;
}

function isBlank(path: unknown): boolean {
  return typeof path === 'string' && path.trim() === '';
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
