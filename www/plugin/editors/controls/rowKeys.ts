import { useState } from 'react';

interface Rows {
  keys: number[];
  /** The key of the row that the user added last. */
  added?: number;
}

/**
 * A key for each row of a list. It goes where its row goes, so that what is written in a row and not stored goes along.
 * Rows that come or go elsewhere are taken for the last ones.
 */
export function useRowKeys(count: number) {
  const [known, setRows] = useState<Rows>({ keys: [] });
  const keys = known.keys.slice(0, count);
  while (keys.length < count) {
    keys.push(unused(known.keys, keys));
  }
  return {
    keys,
    added: known.added,
    /** To be called with every change that the user makes to the order: where each row stood before. */
    arrange: (from: number[]) => setRows({ keys: from.map((at) => keys[at]) }),
    append: () => {
      const added = unused(known.keys, keys);
      setRows({ keys: [...keys, added], added });
    },
  };
}

function unused(...keys: number[][]): number {
  return Math.max(-1, ...keys.flat()) + 1;
}
