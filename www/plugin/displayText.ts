import type { Condition, FieldSelector, StreamQuery } from './types';

/** Fields that are named; of more their number is told. */
const NAMED = 4;

/** Characters of a subscribe message that are shown. */
const SHOWN = 80;

/** One line about a query, for Explore's history: what is read first, then what is set besides. */
export function displayText(query: StreamQuery, url: string): string {
  const parts = [
    query.queryType === 'connections' ? 'Connections' : query.path || url,
    query.event ? `event ${query.event}` : '',
    fieldsText(query.fields ?? []),
    ...Object.values(query.params ?? {}).map((value) => (typeof value === 'string' ? value : JSON.stringify(value))),
    shortened(query.subscribe ?? ''),
    ...shapeOf(query),
  ];
  return parts.filter((part) => part !== '').join(' · ');
}

function shapeOf(query: StreamQuery): string[] {
  const { format, filter = [], mode, bucket, window, view, backfill } = query;
  return [
    format === undefined || format === 'auto' ? '' : format,
    filter.map(conditionText).join(' and '),
    mode === 'upsert' ? `one row per ${keyText(query)}` : '',
    bucket?.interval ? `${bucket.reduce ?? 'last'} of each ${bucket.interval}` : '',
    window ? `the last ${window}` : '',
    backfill?.url || backfill?.datasource ? 'with history' : '',
    view === undefined || view === 'timeseries' ? '' : view,
  ];
}

const nameOf = ({ name, path }: FieldSelector) => name || path;

// Fields without a path are still being written.
const isWritten = ({ path }: FieldSelector) => path !== '';

function fieldsText(fields: FieldSelector[]): string {
  const names = fields.filter(isWritten).map(nameOf);
  const more = names.length - NAMED;
  return more > 0 ? `${names.slice(0, NAMED).join(', ')} and ${more} more` : names.join(', ');
}

/** What makes two rows the same row: the keys, or else the labels. */
function keyText({ keys = [], fields = [] }: StreamQuery): string {
  const labels = fields.filter((field) => field.role === 'label' && isWritten(field)).map(nameOf);
  return (keys.length > 0 ? keys : labels).join(', ') || 'series';
}

function shortened(message: string): string {
  const line = message.replace(/\s+/g, ' ').trim();
  return line.length > SHOWN ? `${line.slice(0, SHOWN)}…` : line;
}

function conditionText({ path, op, value }: Condition): string {
  if (op === 'exists') {
    return `${path} ${value === false ? 'is absent' : 'exists'}`;
  }
  return `${path} ${op} ${value ?? 'null'}`;
}
