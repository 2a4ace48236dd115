import type { DataSourceApi } from '@grafana/data';
import { type DataSourceSrv, setDataSourceSrv, setRunRequest, setTemplateSrv } from '@grafana/runtime';

import { runRequest } from '../../dev/playground/host/runRequest';
import { templateSrv } from '../../dev/playground/host/templateSrv';

/** Sets up what @grafana/scenes asks its host for, with one data source, whatever is asked for. */
export function hostScenes(datasource: DataSourceApi) {
  setTemplateSrv(templateSrv);
  setRunRequest(runRequest as Parameters<typeof setRunRequest>[0]);
  setDataSourceSrv({
    get: async () => datasource,
    getInstanceSettings: () => undefined,
    getList: () => [],
  } as unknown as DataSourceSrv);
}
