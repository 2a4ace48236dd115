import { createContext, useContext } from 'react';
import type { DataSources } from '../host/dataSources';
import type { LoadedPlugin } from '../host/pluginLoader';

interface Playground {
  plugin: LoadedPlugin;
  dataSources: DataSources;
}

const PlaygroundContext = createContext<Playground | null>(null);

export const PlaygroundProvider = PlaygroundContext.Provider;

export function usePlayground(): Playground {
  const playground = useContext(PlaygroundContext);
  if (!playground) {
    throw new Error('usePlayground needs a PlaygroundProvider around it');
  }
  return playground;
}
