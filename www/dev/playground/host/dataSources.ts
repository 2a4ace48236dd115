import type {
  DataSourceApi,
  DataSourceInstanceSettings,
  DataSourceRef,
  DataSourceSettings,
  ScopedVars,
} from '@grafana/data';
import type { DataSourceSrv, GetDataSourceListFilters } from '@grafana/runtime';
import { Subject } from 'rxjs';
import { playground } from './bootData';
import type { LoadedPlugin } from './pluginLoader';
import { templateSrv } from './templateSrv';

type Ref = DataSourceRef | string | null | undefined;

/** Complete settings from the few that matter here. */
export function completeSettings(some: Partial<DataSourceSettings>): DataSourceSettings {
  return {
    id: 1,
    uid: 'freshet',
    orgId: 1,
    name: 'Demo feed',
    type: playground.pluginId,
    typeName: 'Freshet',
    typeLogoUrl: '',
    access: 'direct',
    url: playground.feedUrl,
    user: '',
    database: '',
    basicAuth: false,
    basicAuthUser: '',
    isDefault: true,
    jsonData: {},
    secureJsonFields: {},
    readOnly: false,
    withCredentials: false,
    ...some,
  };
}

/** What the browser is told of a data source: behind the proxy it learns the proxy's path, never the real URL. */
function instanceSettings(settings: DataSourceSettings, plugin: LoadedPlugin): DataSourceInstanceSettings {
  const access = settings.access === 'proxy' ? 'proxy' : 'direct';
  return {
    id: settings.id,
    uid: settings.uid,
    name: settings.name,
    type: settings.type,
    meta: plugin.meta,
    readOnly: settings.readOnly,
    isDefault: settings.isDefault,
    jsonData: settings.jsonData,
    access,
    url: access === 'proxy' ? `/api/datasources/proxy/uid/${settings.uid}` : settings.url,
  };
}

export function instantiate(plugin: LoadedPlugin, settings: DataSourceInstanceSettings): DataSourceApi {
  const instance: DataSourceApi = new plugin.DataSourceClass(settings);
  instance.components = plugin.components;
  // Grafana sets these on data sources whose class does not hand its settings to super().
  instance.meta ??= settings.meta;
  return instance;
}

/** What the proxy has to know of a data source. */
type ForProxy = Pick<DataSourceSettings, 'uid' | 'url' | 'basicAuth' | 'basicAuthUser' | 'secureJsonData' | 'jsonData'>;

/** Tells the server where its proxy has to go for this data source, and with which credentials. */
export async function saveForProxy({ uid, ...settings }: ForProxy): Promise<void> {
  const { url, basicAuth, basicAuthUser, secureJsonData, jsonData } = settings;
  const answer = await fetch(`${playground.appSubUrl}/api/datasources/uid/${uid}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ url, basicAuth, basicAuthUser, secureJsonData, jsonData }),
  });
  if (!answer.ok) {
    throw new Error(`saving the data source: HTTP ${answer.status}`);
  }
}

/** Grafana's registry of data sources: one instance per saved settings, made anew when the settings are saved. */
export class DataSources implements DataSourceSrv {
  /** The uid of a data source whose settings have just been saved. */
  readonly saved = new Subject<string>();
  private readonly settings = new Map<string, DataSourceSettings>();
  private readonly instances = new Map<string, DataSourceApi>();
  /** Those of another plugin, by the uid of the data source. */
  private readonly others = new Map<string, LoadedPlugin>();

  constructor(private readonly plugin: LoadedPlugin) {}

  add(settings: DataSourceSettings, plugin = this.pluginOf(settings.uid)): void {
    this.settings.set(settings.uid, settings);
    this.others.set(settings.uid, plugin);
    this.instances.delete(settings.uid);
  }

  async save(settings: DataSourceSettings): Promise<void> {
    await saveForProxy(settings);
    this.add(settings);
    this.saved.next(settings.uid);
  }

  settingsOf(ref: Ref): DataSourceSettings {
    const found = this.find(ref);
    if (!found) {
      throw new Error(`Data source ${typeof ref === 'string' ? ref : ref?.uid} was not found`);
    }
    return found;
  }

  async get(ref?: Ref, scopedVars?: ScopedVars): Promise<DataSourceApi> {
    const settings = this.settingsOf(interpolated(ref, scopedVars));
    const plugin = this.pluginOf(settings.uid);
    const instance = this.instances.get(settings.uid) ?? instantiate(plugin, instanceSettings(settings, plugin));
    this.instances.set(settings.uid, instance);
    return instance;
  }

  getInstanceSettings(ref?: Ref, scopedVars?: ScopedVars): DataSourceInstanceSettings | undefined {
    const settings = this.find(interpolated(ref, scopedVars));
    return settings && instanceSettings(settings, this.pluginOf(settings.uid));
  }

  getList(filters: GetDataSourceListFilters = {}): DataSourceInstanceSettings[] {
    const types = filters.type === undefined ? undefined : [filters.type].flat();
    return [...this.settings.values()]
      .map((settings) => instanceSettings(settings, this.pluginOf(settings.uid)))
      .filter(({ type }) => types === undefined || types.includes(type))
      .filter((settings) => filters.pluginId === undefined || settings.type === filters.pluginId)
      .filter((settings) => filters.filter?.(settings) ?? true);
  }

  async reload(): Promise<void> {
    this.instances.clear();
  }

  registerRuntimeDataSource(): void {
    throw new Error('this page has no runtime data sources');
  }

  private pluginOf(uid: string): LoadedPlugin {
    return this.others.get(uid) ?? this.plugin;
  }

  private find(ref: Ref): DataSourceSettings | undefined {
    const all = [...this.settings.values()];
    const wanted = typeof ref === 'string' ? ref : ref?.uid;
    if (!wanted || wanted === 'default') {
      return all.find(({ isDefault }) => isDefault) ?? all[0];
    }
    return this.settings.get(wanted) ?? all.find(({ name }) => name === wanted);
  }
}

function interpolated(ref: Ref, scopedVars?: ScopedVars): Ref {
  const uid = typeof ref === 'string' ? ref : ref?.uid;
  return uid === undefined ? ref : templateSrv.replace(uid, scopedVars);
}
