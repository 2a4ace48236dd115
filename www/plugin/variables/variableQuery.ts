import type { StreamQuery, VariableQuery } from '../types';
import { COLUMN } from './variableValues';

/** What Grafana may hold for the query of a variable: ours, a panel's, or the text of another kind of data source. */
type StoredQuery = VariableQuery | StreamQuery | string;

const REF_ID = 'variable';

/** Rows kept for a variable, one for each value. */
const DISTINCT_VALUES = 1000;

/** The query of a variable in whatever shape it is stored. A text is a field when it is a JSONPath, else the path. */
export function asVariableQuery(stored: StoredQuery): VariableQuery {
  if (typeof stored === 'string') {
    const text = stored.trim();
    const isField = /^\$($|[.[])/.test(text);
    return { refId: REF_ID, ...(isField ? { field: text } : text && { path: text }) };
  }
  if ('fields' in stored && !('field' in stored)) {
    const { refId = REF_ID, path, params, subscribe, format, fields } = stored;
    return { refId, path, params, subscribe, format, field: fields?.[0]?.path };
  }
  return { ...stored, refId: stored.refId || REF_ID };
}

/** What the engine is asked for: one row per value, so that a thousand distinct ones fit however often they are repeated. */
export function streamOf({ refId, path, params, subscribe, format, csv, field = '' }: VariableQuery): StreamQuery {
  return {
    refId,
    path,
    params,
    subscribe,
    format,
    csv,
    fields: [{ path: field, name: COLUMN, type: 'string' }],
    view: 'table',
    mode: 'upsert',
    keys: [field],
    capacity: DISTINCT_VALUES,
  };
}
