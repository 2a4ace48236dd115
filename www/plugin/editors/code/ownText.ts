import type { StreamQuery } from '../../types';

/** What Grafana keeps in a query, and the editor's own state: no part of the text of a query. */
export const KEPT_OUT = ['refId', 'datasource', 'hide', 'key', 'queryType', 'editorMode'] as const;

const isKeptOut = (name: string) => KEPT_OUT.some((kept) => kept === name);

/** The query as text: what a person has chosen, also of options that only a later version knows. */
export function textOf(query: StreamQuery): string {
  return JSON.stringify(
    part(query, (name) => !isKeptOut(name)),
    null,
    2
  );
}

/** The query with another text. What is kept out of texts stays as it is, whatever stands in `own`. */
export function withOwn(query: StreamQuery, own: object): StreamQuery {
  const kept = part(query, isKeptOut) as Pick<StreamQuery, (typeof KEPT_OUT)[number]>;
  return { ...kept, ...part(own, (name) => !isKeptOut(name)) };
}

function part(query: object, isWanted: (name: string) => boolean): object {
  return Object.fromEntries(Object.entries(query).filter(([name]) => isWanted(name)));
}
