// react-router 5 comes without types. @grafana/ui needs its Router around the compatibility package's.

declare module 'react-router' {}

declare module 'react-router-dom' {
  import type { History } from 'history';
  import type { ComponentType, ReactNode } from 'react';

  export const Router: ComponentType<{ history: History; children: ReactNode }>;
}
