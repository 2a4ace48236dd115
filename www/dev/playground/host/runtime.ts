import { EventBusSrv, type PanelPlugin } from '@grafana/data';
import { initPluginTranslations } from '@grafana/i18n';
import {
  setAppEvents,
  setDataSourceSrv,
  setPluginImportUtils,
  setRunRequest,
  setTemplateSrv,
  type DataSourceSrv,
} from '@grafana/runtime';
import { panelPlugins } from '../panels';
import { runRequest } from './runRequest';
import { registerStandards } from './standardFields';
import { templateSrv } from './templateSrv';

function panelPlugin(id: string): PanelPlugin {
  const plugin = panelPlugins.get(id);
  if (!plugin) {
    throw new Error(`this page has no panel "${id}"; it has ${[...panelPlugins.keys()].join(', ')}`);
  }
  return plugin;
}

/** Sets the services of @grafana/runtime that Grafana's core sets, as far as scenes and data sources use them. */
export async function startRuntime(dataSources: DataSourceSrv): Promise<void> {
  await initPluginTranslations('grafana');
  registerStandards();
  setAppEvents(new EventBusSrv());
  setTemplateSrv(templateSrv);
  setDataSourceSrv(dataSources);
  setRunRequest(runRequest);
  setPluginImportUtils({
    importPanelPlugin: async (id) => panelPlugin(id),
    getPanelPluginFromCache: (id) => panelPlugins.get(id),
  });
}
