import type { StreamQuery } from '../../types';

/** What each part of the query editor works on. */
export interface PartProps {
  query: StreamQuery;
  change: (part: Partial<StreamQuery>) => void;
}
