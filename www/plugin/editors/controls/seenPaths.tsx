import React, {
  createContext,
  type ReactNode,
  useCallback,
  useContext,
  useEffect,
  useId,
  useRef,
  useState,
} from 'react';

import type { FeedView } from '../../engine/types';

/** What was seen of a feed, as far as paths go. */
interface SeenPaths {
  /** The id of a `datalist` with every path at which a value was seen. */
  list: string;
  unmet: FeedView['unmet'];
  /** Looks anew, for somebody who is about to write a path. */
  refresh: () => void;
}

/** How long the query has to stay the same before the feed is looked at, in milliseconds: a panel that runs it has begun. */
const QUIET_MS = 800;

/** For how long what was seen is good enough for the next path, in milliseconds. */
const FRESH_MS = 2000;

const Context = createContext<SeenPaths | undefined>(undefined);

interface Props {
  /** Looks at the feed without its messages; undefined where that cannot be done. */
  look: (() => Promise<FeedView>) | undefined;
  /** Changes with the query. */
  version: string;
  children: ReactNode;
}

/** Has paths inside completed from what was seen of the feed, and told when they meet nothing in it. */
export function SeenPathsProvider({ look, version, children }: Props) {
  const list = useId();
  const [view, setView] = useState<FeedView>();
  const newest = useRef(look);
  const lookedAt = useRef(-Infinity);
  useEffect(() => {
    newest.current = look;
  });
  const refresh = useCallback(() => {
    const now = performance.now();
    if (!newest.current || now - lookedAt.current < FRESH_MS) {
      return;
    }
    lookedAt.current = now;
    const isNewest = () => lookedAt.current === now;
    // What is wrong with the query or the engine is told by the check of the query.
    newest.current().then(
      (seen) => isNewest() && setView(seen),
      () => isNewest() && setView(undefined)
    );
  }, []);
  useEffect(() => {
    const forget = () => (lookedAt.current = -Infinity);
    // An answer to what the query was says nothing of what it is.
    forget();
    const timer = setTimeout(() => {
      forget();
      refresh();
    }, QUIET_MS);
    return () => clearTimeout(timer);
  }, [version, refresh]);
  const paths = new Set(view?.places.flatMap(({ path, each, names }) => [each ?? path, path, names ?? path]));
  return (
    <Context.Provider value={look && { list, unmet: view?.unmet ?? [], refresh }}>
      {children}
      <datalist id={list}>
        {[...paths].map((path) => (
          <option key={path} value={path} />
        ))}
      </datalist>
    </Context.Provider>
  );
}

/** For the control of a path; `option` is its place in the query, undefined when what it edits is no path. */
export function useSeenPath(option: string | undefined) {
  const seen = useContext(Context);
  if (option === undefined || !seen) {
    return {};
  }
  return { list: seen.list, unmet: seen.unmet.find((path) => path.option === option), refresh: seen.refresh };
}
