import './publicPath';

import { DataSourcePlugin } from '@grafana/data';

import { FreshetDataSource } from './datasource';
import { ConfigEditor } from './editors/config/ConfigEditor';
import { QueryEditor } from './editors/query/QueryEditor';
import type { FreshetOptions, StreamQuery } from './types';

export const plugin = new DataSourcePlugin<FreshetDataSource, StreamQuery, FreshetOptions>(FreshetDataSource)
  .setConfigEditor(ConfigEditor)
  .setQueryEditor(QueryEditor);
