import type { DataSourcePlugin, DataSourcePluginMeta } from '@grafana/data';
import { playground } from './bootData';
import { fetchScripts, sharedModule, shareModules, systemLoader } from './sharedModules';

// A plugin as the page sees it: only through Grafana's own types, never through the plugin's sources.
export type LoadedPlugin = DataSourcePlugin<any, any, any>;

const baseUrl = playground.pluginUrl;

/** SystemJS's AMD extra defines `window.define`, which would divert every UMD package that loads after it. */
function loadAmdExtra(): Promise<void> {
  return new Promise((resolve, reject) => {
    const script = document.createElement('script');
    script.src = 'amd.js';
    script.onload = () => resolve();
    script.onerror = () => reject(new Error('amd.js could not be loaded'));
    document.head.append(script);
  });
}

async function loadMeta(): Promise<DataSourcePluginMeta> {
  const answer = await fetch(`${baseUrl}/plugin.json`);
  if (!answer.ok) {
    throw new Error(`${baseUrl}/plugin.json: HTTP ${answer.status}. Is the plugin built? "npm run build" makes dist/.`);
  }
  const json = await answer.json();
  const logos = {
    small: `${baseUrl}/${json.info.logos.small}`,
    large: `${baseUrl}/${json.info.logos.large}`,
  };
  return { ...json, module: `${baseUrl}/module.js`, baseUrl, info: { ...json.info, logos } };
}

/** Loads the plugin the way Grafana does: AMD through SystemJS, dependencies from the page, `exports.plugin`. */
export async function loadPlugin(): Promise<LoadedPlugin> {
  shareModules();
  await loadAmdExtra();
  if (playground.loading === 'fetch') {
    fetchScripts();
  }
  const meta = await loadMeta();
  const version = encodeURIComponent(meta.info.version);
  const exports = await load(`${new URL(meta.module, window.location.href).href}?_cache=${version}`);
  const plugin = exports.plugin as LoadedPlugin | undefined;
  if (!plugin?.DataSourceClass) {
    throw new Error(`${meta.module} does not export a DataSourcePlugin named "plugin"`);
  }
  plugin.meta = meta;
  return plugin;
}

async function load(url: string): Promise<Record<string, unknown>> {
  if (playground.loading !== 'sandbox') {
    return systemLoader().import(url);
  }
  const { importInSandbox } = await import('./sandbox');
  return importInSandbox(url, sharedModule);
}
