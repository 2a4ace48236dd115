import React, { createContext, type ReactNode, useContext, useEffect, useId, useState } from 'react';

import type { FeedView } from '../../engine/types';

/** What was seen of a feed, as far as paths go. */
interface SeenPaths {
  /** The id of a `datalist` with every path at which a value was seen. */
  list: string;
  unmet: FeedView['unmet'];
}

/** How long the query has to stay the same before the feed is looked at, in milliseconds: a panel that runs it has begun. */
const QUIET_MS = 800;

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
  useEffect(() => {
    if (!look) {
      return;
    }
    let gone = false;
    const timer = setTimeout(() => {
      // What is wrong with the query or the engine is told by the check of the query.
      look().then(
        (seen) => !gone && setView(seen),
        () => !gone && setView(undefined)
      );
    }, QUIET_MS);
    return () => {
      gone = true;
      clearTimeout(timer);
    };
    // The function is new with every rendering, the version is not.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [version]);
  const paths = new Set(view?.places.flatMap(({ path, each, names }) => [each ?? path, path, names ?? path]));
  return (
    <Context.Provider value={view && { list, unmet: view.unmet }}>
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
  return { list: seen.list, unmet: seen.unmet.find((path) => path.option === option) };
}
