import type { Condition, StreamQuery } from './types';
import { keysOf } from './upsertKeys';

/** One line about a query, for Explore's history: what is read first, then what is set besides. */
export function displayText(query: StreamQuery, url: string): string {
  const fields = (query.fields ?? []).map((field) => field.name || field.path);
  const parts = [
    query.queryType === 'connections' ? 'Connections' : query.path || url,
    fields.join(', '),
    ...Object.values(query.params ?? {}).map((value) => (typeof value === 'string' ? value : JSON.stringify(value))),
    query.subscribe ?? '',
    ...shapeOf(query),
  ];
  return parts.filter((part) => part !== '').join(' · ');
}

function shapeOf(query: StreamQuery): string[] {
  const { format, filter = [], mode, bucket, window, view } = query;
  return [
    format === undefined || format === 'auto' ? '' : format,
    filter.map(conditionText).join(' and '),
    mode === 'upsert' ? `one row per ${(keysOf(query) ?? []).join(', ') || 'series'}` : '',
    bucket?.interval ? `${bucket.reduce ?? 'last'} of each ${bucket.interval}` : '',
    window ? `the last ${window}` : '',
    view === undefined || view === 'timeseries' ? '' : view,
  ];
}

function conditionText({ path, op, value }: Condition): string {
  if (op === 'exists') {
    return `${path} ${value === false ? 'is absent' : 'exists'}`;
  }
  return `${path} ${op} ${value ?? 'null'}`;
}
