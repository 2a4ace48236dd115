import { type AdHocVariableFilter, escapeRegex } from '@grafana/data';

import type { Condition, FieldSelector, StreamQuery } from '../types';

/** What Grafana's panels call parts of a log line, by the names that feeds give them; the engine goes by the same. */
const PARTS_OF_LINES = new Map([
  ['severity', ['severity', 'level', 'lvl', 'log_level', 'loglevel', 'priority']],
  ['body', ['body', 'message', 'msg', 'line', 'log', 'text', 'value']],
]);

/** The columns of connections have names of their own; see docs/reference.md. */
export const CONNECTIONS = 'connections';

/** The query with the filters of the dashboard among its conditions. */
export function withFilters(query: StreamQuery, filters: readonly AdHocVariableFilter[] = []): StreamQuery {
  // Without fields nothing in the query says which member a column of connections is.
  const knowsKeys = query.queryType !== CONNECTIONS || namesOf(query).length > 0;
  const added = knowsKeys ? filters.filter(({ key }) => key).flatMap((filter) => conditionsOf(query, filter)) : [];
  return added.length === 0 ? query : { ...query, filter: [...(query.filter ?? []), ...added] };
}

/** What one filter asks of each message. */
function conditionsOf(query: StreamQuery, { key, operator, value, values }: AdHocVariableFilter): Condition[] {
  const path = pathOf(query, key);
  const several = values && values.length > 0 ? values : [value];
  switch (operator) {
    case '=':
      return [{ path, op: '==', value }];
    case '!=':
      return [{ path, op: '!=', value }];
    case '=|':
      return [{ path, op: 'matches', value: anyOf(several) }];
    case '!=|':
      return several.map((each) => ({ path, op: '!=', value: each }));
    case '=~':
      return [{ path, op: 'matches', value: whole(value) }];
    case '!~':
      return [{ path, op: '!matches', value: whole(value) }];
    default:
      // The rest is written as in a query; what is not, the engine refuses with a sentence.
      return [{ path, op: operator as Condition['op'], value }];
  }
}

/** A regular expression of a filter is for the whole of a value. */
const whole = (pattern: string) => `^(?:${pattern})$`;

const anyOf = (values: readonly string[]) => whole(values.map(escapeRegex).join('|'));

/**
 * Where the value stands that a panel shows under a name: at the path of the field with that name, or where the engine
 * finds it by itself, which joins the names on the way with dots.
 */
export function pathOf(query: StreamQuery, key: string): string {
  if (key.startsWith('$')) {
    return key;
  }
  const names = namesOf(query);
  const find = (wanted: string) => names.find(({ name }) => name === wanted)?.path;
  const part = PARTS_OF_LINES.get(key)
    ?.map(find)
    .find((path) => path !== undefined);
  return find(key) ?? part ?? `$${key.split('.').map(segment).join('')}`;
}

const segment = (name: string) => (/^[A-Za-z_]\w*$/.test(name) ? `.${name}` : `['${name.replace(/['\\]/g, '\\$&')}']`);

/** The fields of a query and what they are shown as. */
function namesOf({ fields = [] }: StreamQuery): Array<{ name: string; path: string }> {
  return fields.filter(({ path }) => path.trim()).map((field) => ({ name: shownAs(field), path: field.path }));
}

/** The name of a field without one is the last in its path. */
export function shownAs({ name, path }: FieldSelector): string {
  const last = /(?:\.([\w-]+)|\['([^']+)'\]|\["([^"]+)"\])(?:\[[^\]]*\])*\s*$/.exec(path);
  return name?.trim() || last?.slice(1).find(Boolean) || path;
}
