import type { Condition, FieldSelector, StreamQuery } from './types';

/**
 * The query without the rows of the editor that are not filled in yet: fields, conditions and keys without a path.
 * Adding a row to a list must not break the panel while it is being written.
 */
export function withoutUnfinished(query: StreamQuery): StreamQuery {
  const { fields, filter, keys, deleteWhen, backfill } = query;
  return {
    ...query,
    fields: finished(fields),
    filter: finished(filter),
    deleteWhen: finished(deleteWhen),
    keys: keys?.filter((path) => path.trim() !== ''),
    backfill: backfill && { ...backfill, fields: finished(backfill.fields) },
  };
}

function finished<T extends FieldSelector | Condition>(rows: T[] | undefined): T[] | undefined {
  return rows?.filter(({ path }) => path.trim() !== '');
}
