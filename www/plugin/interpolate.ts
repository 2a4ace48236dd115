import type { StreamQuery } from './types';

/** Replaces the variables in one text. */
type Replace = (text: string) => string;

/** Parts of a query that name something in Grafana or in the model, and so are not a user's text. */
const VERBATIM: ReadonlySet<string> = new Set(['refId', 'datasource', 'queryType', 'format', 'mode', 'view', 'hide']);

/** A copy of the query in which the variables of every text a user wrote are replaced, however deep it stands. */
export function interpolateQuery(query: StreamQuery, replace: Replace): StreamQuery {
  const entries = Object.entries(query).map(([name, value]) => [
    name,
    VERBATIM.has(name) ? value : replaceWithin(value, replace),
  ]);
  const replaced: StreamQuery = Object.fromEntries(entries);
  const { datasource, query: asked } = query.backfill ?? {};
  // What another data source is asked, that data source interpolates.
  return datasource ? { ...replaced, backfill: { ...replaced.backfill, datasource, query: asked } } : replaced;
}

/** Whether a variable is named in a text as Grafana writes them: $name, ${name}, [[name]]. The $ of a JSONPath has no name right behind it. */
export function hasVariable(text: string): boolean {
  return /\$\w|\$\{|\[\[\w/.test(text);
}

function replaceWithin(value: unknown, replace: Replace): unknown {
  if (typeof value === 'string') {
    return replace(value);
  }
  if (Array.isArray(value)) {
    return value.map((item) => replaceWithin(item, replace));
  }
  if (value !== null && typeof value === 'object') {
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, replaceWithin(item, replace)]));
  }
  return value;
}
