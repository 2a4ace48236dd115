import type { DataQueryError, DataQueryResponse } from '@grafana/data';

import type { StreamQuery } from './types';

/**
 * The query without the fields of the editor that are not filled in yet, those without a path. Adding a field must not
 * break the panel while it is being written. Conditions and keys without a path are passed over by the engine.
 *
 * A query may have been written by hand and be of any shape. What is no row of the editor is left as it is: the engine
 * refuses it by name, as the error of its own target.
 */
export function withoutUnfinished(query: StreamQuery): StreamQuery {
  const { fields, backfill } = query;
  return {
    ...query,
    fields: finished(fields),
    backfill: isObject(backfill) ? { ...backfill, fields: finished(backfill.fields) } : backfill,
  };
}

/** The packet, with errors that name a field by its place in the query as it is stored: there, all rows count. */
export function inStoredPlaces(packet: DataQueryResponse, stored: StreamQuery[]): DataQueryResponse {
  if (!packet.error && !packet.errors) {
    return packet;
  }
  const placed = (error: DataQueryError) => inStoredPlace(error, stored);
  return { ...packet, error: packet.error && placed(packet.error), errors: packet.errors?.map(placed) };
}

function inStoredPlace(error: DataQueryError, stored: StreamQuery[]): DataQueryError {
  const query = stored.find(({ refId }) => refId === error.refId);
  const message = error.message?.replace(/^(backfill\.)?fields\[(\d+)\]/, (place, ofHistory, at) => {
    const rows: unknown = ofHistory ? query?.backfill?.fields : query?.fields;
    const storedAt = Array.isArray(rows) ? indexOfFinished(rows, Number(at)) : undefined;
    return storedAt === undefined ? place : `${ofHistory ?? ''}fields[${storedAt}]`;
  });
  return { ...error, message };
}

/** Where the finished row stands that is the one of this number among the finished ones. */
function indexOfFinished(rows: unknown[], number: number): number | undefined {
  return [...rows.keys()].filter((at) => isFinished(rows[at]))[number];
}

function finished<T extends unknown[] | undefined>(rows: T): T {
  return Array.isArray(rows) ? (rows.filter(isFinished) as T) : rows;
}

function isFinished(row: unknown): boolean {
  return !(isObject(row) && 'path' in row && typeof row.path === 'string' && row.path.trim() === '');
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
