import { isDeepStrictEqual } from 'node:util';

import type { DataSourceInstance, PluginContext } from '../../grafana/handlers.ts';
import type { Logger } from '../../grafana/log.ts';
import type { PluginSettings } from '../../settings/plugin.ts';
import type { Store } from '../../store/store.ts';
import { type DataSource, openDataSource } from './dataSource.ts';

/** The data sources of one plugin process; Grafana tells of each only with its first request. */
export interface DataSources {
  /**
   * The data source that a request is for. Opened at its first request, opened anew when its settings have changed.
   * Throws SettingsError where they cannot be used.
   */
  of(context: PluginContext): Promise<DataSource>;
  open(): DataSource[];
  close(): Promise<void>;
}

interface Entry {
  instance: DataSourceInstance;
  opened: Promise<DataSource>;
}

export function createDataSources(plugin: PluginSettings, store: Store, log: Logger): DataSources {
  const entries = new Map<string, Entry>();
  const opened = new Set<DataSource>();

  async function reopen(orgId: number, instance: DataSourceInstance, before: Entry | undefined): Promise<DataSource> {
    // Two intakes of the same files would send the same ranges at the same time, so the old one ends first.
    const old = await before?.opened.catch(() => undefined);
    if (old) {
      await old.close();
      opened.delete(old);
    }
    const dataSource = openDataSource(orgId, instance, plugin, store, log);
    opened.add(dataSource);
    return dataSource;
  }

  return {
    of({ orgId, dataSource: instance }) {
      if (!instance) {
        return Promise.reject(new Error('Grafana sent a request without a data source'));
      }
      const key = `${orgId} ${instance.uid}`;
      const entry = entries.get(key);
      if (entry && isSame(entry.instance, instance)) {
        return entry.opened;
      }
      const next = { instance, opened: reopen(orgId, instance, entry) };
      next.opened.catch(() => undefined);
      entries.set(key, next);
      return next.opened;
    },
    open: () => [...opened],
    async close() {
      // One that is still opening would otherwise start after everything was closed.
      await Promise.allSettled([...entries.values()].map(async (entry) => (await entry.opened).close()));
    },
  };
}

/** The time of saving alone does not do: provisioning saves anew at each start, and a rollback may repeat a time. */
function isSame(a: DataSourceInstance, b: DataSourceInstance): boolean {
  return isDeepStrictEqual(a.jsonData, b.jsonData) && isDeepStrictEqual(a.secureJsonData, b.secureJsonData);
}
