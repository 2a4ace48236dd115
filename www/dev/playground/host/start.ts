import type { FreshetOptions } from '../../../plugin/types';
import { dashboards } from '../dashboards';
import { playground } from './bootData';
import { DataSources, completeSettings, saveForProxy } from './dataSources';
import { loadPlugin, type LoadedPlugin } from './pluginLoader';
import { startRuntime } from './runtime';

export interface Host {
  plugin: LoadedPlugin;
  dataSources: DataSources;
}

/** The uid of the data source that somebody has just added: it says nothing yet. */
export const ADDED = 'added';

/** The uid of one that was provisioned, as Grafana reads it from a file: nothing of it can be changed. */
export const PROVISIONED = 'provisioned';

const OPTIONS: FreshetOptions & { httpHeaderName1: string } = {
  reconnect: { maxMs: 10_000 },
  httpHeaderName1: 'X-Feed-Key',
};

const PROVISIONED_SETTINGS = {
  uid: PROVISIONED,
  name: 'Provisioned feed',
  readOnly: true,
  jsonData: OPTIONS,
  secureJsonFields: { httpHeaderValue1: true },
};

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
  const { name } = plugin.meta;
  dataSources.add({ ...settings, uid: ADDED, name, url: '', isDefault: false });
  const provisioned = { ...settings, ...PROVISIONED_SETTINGS, url: `${settings.url}/sensors`, isDefault: false };
  await saveForProxy(provisioned);
  dataSources.add(provisioned);
  return { plugin, dataSources };
}
