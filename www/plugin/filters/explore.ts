import type { QueryFilterOptions, QueryFixAction, ToggleFilterAction } from '@grafana/data';

import type { Condition, StreamQuery } from '../types';
import { pathOf } from './conditions';

/** What Explore may ask to change in a query. */
export const MODIFICATIONS = ['ADD_FILTER', 'ADD_FILTER_OUT'];

/** The query with a condition on the value that was pointed at, instead of one that said the opposite. */
export function modified(query: StreamQuery, { type, options }: QueryFixAction): StreamQuery {
  if (!MODIFICATIONS.includes(type) || !options?.key) {
    return query;
  }
  const { key, value } = options;
  const condition = conditionFor(query, key, value, type === 'ADD_FILTER' ? '==' : '!=');
  const others = (query.filter ?? []).filter((other) => !isAbout(other, condition));
  return { ...query, filter: [...others, condition] };
}

/** The same, but a condition that is there already goes. */
export function toggled(query: StreamQuery, { type, options }: ToggleFilterAction): StreamQuery {
  const op = type === 'FILTER_FOR' ? '==' : '!=';
  const condition = conditionFor(query, options.key, options.value, op);
  if ((query.filter ?? []).some((other) => isAbout(other, condition) && other.op === op)) {
    return { ...query, filter: (query.filter ?? []).filter((other) => !isAbout(other, condition)) };
  }
  return modified(query, { type: op === '==' ? 'ADD_FILTER' : 'ADD_FILTER_OUT', options });
}

/** Whether the query keeps only rows with that value. */
export function hasFilter(query: StreamQuery, { key, value }: QueryFilterOptions): boolean {
  const condition = conditionFor(query, key, value, '==');
  return (query.filter ?? []).some((other) => isAbout(other, condition) && other.op === '==');
}

function conditionFor(query: StreamQuery, key: string, value: string | undefined, op: '==' | '!='): Condition {
  return { path: pathOf(query, key), op, value: value ?? '' };
}

/** Whether both compare the same with the same. */
function isAbout(one: Condition, other: Condition): boolean {
  const compares = one.op === '==' || one.op === '!=';
  return compares && one.path === other.path && String(one.value) === String(other.value);
}
