import { DataSourcePlugin } from '@grafana/data';

import { DataSource } from './datasource';
import { lazyEditor } from './lazyEditor';
import { type PmtaOptions, type PmtaQuery, type PmtaSecrets } from './types';

export const plugin = new DataSourcePlugin<DataSource, PmtaQuery, PmtaOptions, PmtaSecrets>(DataSource)
  .setConfigEditor(lazyEditor(async () => (await import('./config/ConfigEditor')).ConfigEditor))
  .setQueryEditor(lazyEditor(async () => (await import('./query/QueryEditor')).QueryEditor));
