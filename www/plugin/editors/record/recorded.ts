import { NOT_RECORDED } from '../../generated';
import { migrateQuery } from '../../migrate';
import type { StreamQuery } from '../../types';
import { withOwn } from '../code/ownText';

const isRecorded = (name: string) => !NOT_RECORDED.some((other) => other === name);

/**
 * The query with the options of a recording in the place of its own. What it asks of a server stays as it is, and so
 * does what leads to other servers.
 */
export function withRecorded(query: StreamQuery, recorded: object): StreamQuery {
  const { refId } = query;
  const migrated = migrateQuery({ ...recorded, refId });
  const kept = Object.entries(query).filter(([name]) => !isRecorded(name));
  const taken = Object.entries(migrated).filter(([name]) => isRecorded(name));
  return withOwn(query, Object.fromEntries([...kept, ...taken]));
}

/** Whether two queries say the same, in whatever order. */
export function saysTheSame(one: StreamQuery, other: StreamQuery): boolean {
  const said = (query: StreamQuery) =>
    JSON.stringify(
      Object.entries(query)
        .filter(([, value]) => value !== undefined)
        .sort(([a], [b]) => (a < b ? -1 : 1))
    );
  return said(one) === said(other);
}
