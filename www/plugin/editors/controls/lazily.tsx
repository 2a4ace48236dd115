import { Alert, LoadingPlaceholder } from '@grafana/ui';
import React, { type ComponentType, lazy, Suspense } from 'react';

import { messageOf } from '../../engine/trap';

/**
 * A component in a file of its own, which the browser fetches when it is first shown. Where that fails, because the plugin
 * was updated since the page was loaded or the network is down, a message stands in its place, and the rest goes on.
 */
export function lazily<Props extends object>(load: () => Promise<ComponentType<Props>>): ComponentType<Props> {
  const Loaded = lazy(async () => {
    try {
      return { default: await load() };
    } catch (error) {
      const problem = messageOf(error);
      return { default: () => <Unloadable problem={problem} /> };
    }
  }) as unknown as ComponentType<Props>;
  return function Lazily(props: Props) {
    return (
      <Suspense fallback={<LoadingPlaceholder text="Loading editor" />}>
        <Loaded {...props} />
      </Suspense>
    );
  };
}

function Unloadable({ problem }: { problem: string }) {
  return (
    <Alert severity="error" title="Part of the editor could not be loaded. Save your work and reload the page.">
      {problem}
    </Alert>
  );
}
