import type { StreamQuery, VariableQuery } from '../types';

/** What Grafana may hold for the query of a variable: ours, a panel's, or the text of another kind of data source. */
type StoredQuery = VariableQuery | StreamQuery | string;

const REF_ID = 'variable';

/** The query of a variable in whatever shape it is stored. A text is a field when it is a JSONPath, else the path. */
export function asVariableQuery(stored: StoredQuery): VariableQuery {
  if (typeof stored === 'string') {
    const text = stored.trim();
    const isField = /^\$($|[.[])/.test(text);
    return { refId: REF_ID, ...(isField ? { field: text } : text && { path: text }) };
  }
  if ('fields' in stored && !('field' in stored)) {
    const { refId = REF_ID, path, subscribe, format, fields } = stored;
    return { refId, path, subscribe, format, field: fields?.[0]?.path };
  }
  return { ...stored, refId: stored.refId || REF_ID };
}
