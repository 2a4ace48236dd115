import { useEffect, useRef, useState } from 'react';

import { messageOf } from '../../engine/trap';

/** How often an open editor asks, in milliseconds. */
const EVERY_MS = 500;

interface Seen<T> {
  /** The newest answer. */
  view?: T;
  /** Why there is none. */
  problem?: string;
}

/** Asks again and again while the page is in sight and nobody has paused it; each question waits for the answer to the last. */
export function usePolled<T>(ask: () => Promise<T>, isPaused: boolean, everyMs = EVERY_MS): Seen<T> {
  const [seen, setSeen] = useState<Seen<T>>({});
  const newest = useRef(ask);
  useEffect(() => {
    newest.current = ask;
  });
  useEffect(() => {
    if (isPaused) {
      return;
    }
    let gone = false;
    let timer: ReturnType<typeof setTimeout>;
    const look = async () => {
      if (document.visibilityState !== 'hidden') {
        const next = await newest.current().then(
          (view): Seen<T> => ({ view }),
          (error): Seen<T> => ({ problem: messageOf(error) })
        );
        if (gone) {
          return;
        }
        setSeen(next);
      }
      timer = setTimeout(() => void look(), everyMs);
    };
    void look();
    return () => {
      gone = true;
      clearTimeout(timer);
    };
  }, [isPaused, everyMs]);
  return seen;
}
