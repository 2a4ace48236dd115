import { dashboards } from '../dashboards';
import { playground } from './bootData';
import { DataSources, completeSettings, saveForProxy } from './dataSources';
import { loadPlugin, type LoadedPlugin } from './pluginLoader';
import { startRuntime } from './runtime';

export interface Host {
  plugin: LoadedPlugin;
  dataSources: DataSources;
}

/** Loads the plugin, and sets up Grafana's services with data sources that point at the feed: one for most dashboards. */
export async function startHost(): Promise<Host> {
  const plugin = await loadPlugin();
  const dataSources = new DataSources(plugin);
  await startRuntime(dataSources);
  const settings = completeSettings({
    name: 'Demo feed',
    url: playground.feedUrl,
    typeLogoUrl: plugin.meta.info.logos.small,
    typeName: plugin.meta.name,
  });
  await saveForProxy(settings);
  dataSources.add(settings);
  for (const { dataSource } of dashboards) {
    if (dataSource) {
      const { path = '', ...rest } = dataSource;
      const own = { ...settings, ...rest, url: settings.url + path, isDefault: false };
      await saveForProxy(own);
      dataSources.add(own);
    }
  }
  return { plugin, dataSources };
}
