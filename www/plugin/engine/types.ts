import type { DataQueryRequest } from '@grafana/data';

import type * as Pkg from '../../../pkg/freshet';
import type { FreshetOptions, StreamQuery } from '../types';

export type { ConnectionStatus, ProbeReport } from '../../../pkg/freshet';

/** A request, with the wish for a single answer that some consumers have, and how long to gather rows for it. */
export type StreamRequest = DataQueryRequest<StreamQuery> & { finite?: boolean; collectMs?: number };

/** Grafana's request. `finite` asks for one packet; `collectMs` is how long rows are gathered for it. */
export type EngineRequest = Pkg.EngineRequest & { collectMs?: number };

/** A data source as the engine is told of it. */
export type Source = Pkg.Source & { settings: FreshetOptions };

/** What the host page uses of the engine. */
export type Engine = Pick<typeof Pkg, 'query' | 'probe' | 'connections' | 'abandon'>;
