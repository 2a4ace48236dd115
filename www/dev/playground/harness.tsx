import './host/bootData';
import './host/monaco';
import './page.css';
import * as data from '@grafana/data';
import * as runtime from '@grafana/runtime';
import * as scenes from '@grafana/scenes';
import * as rxjs from 'rxjs';
import { mountDashboard } from './harness/board';
import { collect, makeRequest } from './harness/requests';
import { completeSettings, saveForProxy } from './host/dataSources';
import type { LoadedPlugin } from './host/pluginLoader';
import { runRequest } from './host/runRequest';
import { startHost } from './host/start';

/** Grafana's surroundings without Grafana's page: tests drive this with `page.evaluate`. */
async function startHarness() {
  const host = await startHost();
  const { plugin, dataSources } = host;

  /** A data source of the plugin, registered so that dashboards find it by its uid. */
  async function createDataSource(settings: Partial<data.DataSourceSettings> = {}) {
    const complete = completeSettings({ isDefault: false, name: settings.uid ?? 'freshet', ...settings });
    await saveForProxy(complete);
    dataSources.add(complete);
    return dataSources.get(complete.uid);
  }

  /** A data source of another plugin. */
  function addDataSource(other: LoadedPlugin, settings: Partial<data.DataSourceSettings>) {
    const complete = completeSettings({ isDefault: false, name: settings.uid ?? '', type: other.meta.id, ...settings });
    dataSources.add(complete, other);
    return dataSources.get(complete.uid);
  }

  return {
    plugin,
    dataSources,
    data,
    runtime,
    rxjs,
    scenes,
    createDataSource,
    addDataSource,
    runRequest,
    makeRequest,
    collect,
    mountDashboard: (options: Parameters<typeof mountDashboard>[1]) => mountDashboard(host, options),
  };
}

declare global {
  interface Window {
    /** Set when the plugin has loaded; `harnessReady` resolves to it, or rejects with what went wrong. */
    harness?: Awaited<ReturnType<typeof startHarness>>;
    harnessReady: ReturnType<typeof startHarness>;
  }
}

window.harnessReady = startHarness().then((harness) => (window.harness = harness));
