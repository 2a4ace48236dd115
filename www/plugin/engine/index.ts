// Only this folder imports ../pkg (ESLint sees to it), and only this file knows how the bundler treats it.
import type * as Pkg from '../../../pkg/freshet';
import { EngineHost } from './host';
import { EngineLoader } from './loader';

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
