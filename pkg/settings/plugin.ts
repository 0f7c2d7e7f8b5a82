import type { QueryLimits } from '../store/engine.ts';

/** What the administrator of Grafana sets in grafana.ini, `[plugin.pmta-datasource]`. */
export interface PluginSettings {
  /** Folder of the store and all other state; never the plugin's own folder. */
  dataPath: string;
  /** Folders below which a data source may read accounting files. */
  accountingRoots: string[];
  limits: QueryLimits;
}

/** Reads the settings from the environment, where Grafana puts each key as `GF_PLUGIN_<KEY>`. */
export function readPluginSettings(environment: Readonly<Record<string, string | undefined>>): PluginSettings {
  const value = (key: string, otherwise: string) => environment[`GF_PLUGIN_${key}`]?.trim() || otherwise;
  const number = (key: string, otherwise: number) => {
    const given = Number(value(key, String(otherwise)));
    return Number.isFinite(given) && given > 0 ? given : otherwise;
  };
  return {
    dataPath: value('DATA_PATH', '/var/lib/grafana/pmta-datasource'),
    accountingRoots: value('ACCOUNTING_ROOTS', '/var/log/pmta').split(':').filter(Boolean),
    limits: {
      maxSeconds: number('MAX_QUERY_SECONDS', 30),
      // Rounded up, because the engine takes 0 for no bound at all.
      maxMemoryBytes: Math.ceil(number('MAX_QUERY_MEMORY_MB', 1024) * 1024 * 1024),
      maxRows: Math.ceil(number('MAX_ROWS', 100_000)),
    },
  };
}
