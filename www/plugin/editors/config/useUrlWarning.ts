import { useEffect, useState } from 'react';

import { mayBeMixedContent } from '../../address';
import { engineHost } from '../../engine';
import type { EngineHost } from '../../engine/host';
import type { FreshetOptions } from '../../types';

/** What the browser makes of a URL that is not encrypted, in the engine's words; undefined where it opens it. */
export function useUrlWarning(
  url: string,
  { transport }: Pick<FreshetOptions, 'transport'>,
  engine: Pick<EngineHost, 'ask'> = engineHost,
  page: Pick<Location, 'protocol'> = window.location
): string | undefined {
  const [told, setTold] = useState<{ of: string; warning?: string }>();
  const isAsked = mayBeMixedContent(url, page);
  const of = `${transport ?? ''} ${url}`;
  useEffect(() => {
    let isNewest = isAsked;
    if (isAsked) {
      engine.ask('describe', { transport }, url).then(
        ({ warning }) => isNewest && setTold({ of, warning }),
        // The diagnosis says the same, and why the engine could not be asked.
        () => undefined
      );
    }
    return () => {
      isNewest = false;
    };
  }, [engine, isAsked, of, transport, url]);
  return isAsked && told?.of === of ? told.warning : undefined;
}
