import './publicPath';

import { DataSourcePlugin } from '@grafana/data';

import { FreshetDataSource } from './datasource';
import { ConfigEditor } from './editors/ConfigEditor';
import { QueryEditor } from './editors/QueryEditor';
import type { FreshetOptions, StreamQuery } from './types';

export const plugin = new DataSourcePlugin<FreshetDataSource, StreamQuery, FreshetOptions>(FreshetDataSource)
  .setConfigEditor(ConfigEditor)
  .setQueryEditor(QueryEditor);
