import type { FeedPlace } from '../../engine/types';
import type { FieldSelector, StreamQuery } from '../../types';

/** One step of a path: `.name`, `['odd name']`, `[0]`, `.*` or `[*]`. */
const STEP = /\.\*~?|\.[^.[]+|\[(?:\d+|\*|'(?:[^'\\]|\\.)*')\]/g;

const ANY = new Set(['.*', '[*]']);

/** Appends the step to a member, as the engine writes it. */
export function member(path: string, name: string): string {
  if (/^[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*$/.test(name)) {
    return `${path}.${name}`;
  }
  const inner = JSON.stringify(name).slice(1, -1).replace(/\\"/g, '"').replace(/'/g, "\\'");
  return `${path}['${inner}']`;
}

/** What is known of the value at a path: only the first items of a list are listed by themselves. */
export function placeOf(places: readonly FeedPlace[], path: string): FeedPlace | undefined {
  const same = places.find((place) => place.path === path);
  if (same) {
    return same;
  }
  const steps = path.match(STEP) ?? [];
  const like = places.find(({ each }) => {
    const pattern = each?.match(STEP) ?? [];
    return pattern.length === steps.length && pattern.every((step, at) => step === steps[at] || ANY.has(step));
  });
  return like && { ...like, path };
}

/** Whether a query has a field at the place, this one or each of its kind. */
export function isPicked(query: StreamQuery, place: FeedPlace): boolean {
  return (query.fields ?? []).some(({ path }) => path === place.path || path === place.each);
}

/** The query without the fields at a place. */
export function withoutPick(query: StreamQuery, { path, each, names }: FeedPlace): StreamQuery {
  const all = query.fields ?? [];
  const rest = all.filter((field) => field.path !== path && field.path !== each);
  const needsNames = rest.some(
    (field) => names !== undefined && field.path !== names && field.path.startsWith(names.slice(0, -1))
  );
  return { ...query, fields: needsNames ? rest : rest.filter((field) => field.path !== names) };
}

/** The query with a field at a place: this one, or each of its kind, with the names of a map's members as a label. */
export function withPick(query: StreamQuery, place: FeedPlace, how: 'this' | 'each'): StreamQuery {
  const fields = [...(query.fields ?? [])];
  const { each, names } = place;
  if (how === 'each' && names && !fields.some(({ path }) => path === names)) {
    fields.push({ path: names, role: 'label' });
  }
  fields.push(fieldOf(place, how === 'each' && each ? each : place.path, fields));
  return { ...query, fields };
}

function fieldOf(
  { kind, role, timeFormat, timeZone, unit }: FeedPlace,
  path: string,
  others: FieldSelector[]
): FieldSelector {
  // Several fields with the role tell one time together.
  const isTime = role === 'time' && !others.some((other) => other.role === 'time');
  if (kind === 'time') {
    return {
      path,
      ...(isTime ? { role: 'time' } : { type: 'time' }),
      ...(timeFormat && { timeFormat }),
      ...(timeZone && { timeZone }),
    };
  }
  return {
    path,
    ...(role === 'label' || role === 'id' ? { role } : {}),
    ...(kind === 'number' && role === 'value' ? { type: 'number' } : {}),
    ...(unit && { unit }),
  };
}
