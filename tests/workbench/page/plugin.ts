import {
  type DataSourceApi,
  type DataSourceInstanceSettings,
  type DataSourceJsonData,
  type DataSourcePlugin,
  type DataSourcePluginMeta,
  type DataSourceSettings,
  PluginType,
} from '@grafana/data';

import { backendSrv } from './services/backend.ts';
import { setDataSource } from './services/dataSources.ts';
import { importModule } from './sharedModules.ts';

type JsonData = DataSourceJsonData;
export type Settings = DataSourceSettings<JsonData, Record<string, string>>;
type Plugin = DataSourcePlugin<DataSourceApi>;

/** One bundled dashboard, as `plugin.json` names it. */
export interface BundledDashboard {
  name: string;
  path: string;
}

/** The loaded plugin and its one data source. */
export interface PowerMta {
  meta: DataSourcePluginMeta;
  plugin: Plugin;
  /** What the plugin's code sees. */
  settings: DataSourceInstanceSettings;
  /** What an administrator edits. */
  saved: Settings;
  dataSource: DataSourceApi;
}

const pluginPath = '/public/plugins/pmta-datasource';

let loading: Promise<{ meta: DataSourcePluginMeta; plugin: Plugin }> | undefined;

async function loadPlugin(): Promise<{ meta: DataSourcePluginMeta; plugin: Plugin }> {
  const meta = await backendSrv.get<DataSourcePluginMeta>(`${pluginPath}/plugin.json`);
  const module = await importModule(`${pluginPath}/module.js?_cache=${meta.info.version}`);
  if (typeof module !== 'object' || module === null || !('plugin' in module)) {
    throw new Error('module.js exports no "plugin".');
  }
  const plugin = module.plugin as Plugin;
  plugin.meta = { ...meta, module: `${pluginPath}/module.js`, baseUrl: pluginPath, type: PluginType.datasource };
  return { meta: plugin.meta, plugin };
}

function instanceSettings(meta: DataSourcePluginMeta, saved: Settings): DataSourceInstanceSettings {
  const { id, uid, type, name, jsonData, readOnly } = saved;
  return { id, uid, type, name, meta, jsonData, readOnly, access: 'proxy', url: `/api/datasources/proxy/uid/${uid}` };
}

/** Loads the plugin once, and its data source anew each time, as Grafana does after a save. */
export async function loadPowerMta(): Promise<PowerMta> {
  loading ??= loadPlugin();
  const { meta, plugin } = await loading;
  const [{ uid }] = await backendSrv.get<[Settings]>('/api/datasources');
  const saved = await backendSrv.get<Settings>(`/api/datasources/uid/${uid}`);
  const settings = instanceSettings(meta, saved);
  const dataSource = new plugin.DataSourceClass(settings);
  // Grafana's loader puts these on every instance it makes.
  dataSource.components = plugin.components;
  dataSource.meta = meta;
  const powermta: PowerMta = { meta, plugin, settings, saved, dataSource };
  setDataSource(powermta);
  return powermta;
}

/** The dashboards that `plugin.json` includes. */
export function bundledDashboards(meta: DataSourcePluginMeta): BundledDashboard[] {
  return (meta.includes ?? [])
    .filter((include) => include.type === 'dashboard' && include.path)
    .map(({ name, path }) => ({ name, path: `${pluginPath}/${path}` }));
}
