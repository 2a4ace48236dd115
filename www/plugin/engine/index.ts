// The only file that imports ../pkg (ESLint sees to it), and the only one that knows how the bundler treats it.
import type * as Pkg from '../../../pkg/freshet';
import { EngineHost } from './host';
import { EngineLoader } from './loader';
import type { FreshetOptions } from '../types';

export type { ConnectionStatus, ProbeReport } from '../../../pkg/freshet';

/** Grafana's request. `finite` asks for one packet; `collectMs` is how long rows are gathered for it. */
export type EngineRequest = Pkg.EngineRequest & { collectMs?: number };

/** A data source as the engine is told of it. */
export type Source = Pkg.Source & { settings: FreshetOptions };

/** What the host page uses of the engine. */
export type Engine = Pick<typeof Pkg, 'query' | 'probe' | 'connections' | 'abandon'>;

// Webpack puts the file beside module.js under a hashed name and makes this its absolute address.
const wasmUrl = new URL('../../../pkg/freshet_bg.wasm', import.meta.url).href;

/**
 * The glue keeps its instance in module variables, so a second instance needs a second evaluation of the module.
 * Webpack evaluates a module again when it is no longer in its cache; "eager" keeps it a module of its own there.
 */
function freshGlue(): Promise<typeof Pkg> {
  delete require.cache[require.resolveWeak('../../../pkg/freshet.js')];
  return import(/* webpackMode: "eager" */ '../../../pkg/freshet.js');
}

/** The engine that all data sources of this plugin share. Nothing is loaded before the first query. */
export const engineHost = new EngineHost(new EngineLoader(wasmUrl, freshGlue).load);
