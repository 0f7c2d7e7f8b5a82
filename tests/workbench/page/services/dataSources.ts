import type { DataSourceInstanceSettings } from '@grafana/data';
import type { DataSourceSrv } from '@grafana/runtime';

import type { PowerMta } from '../plugin.ts';

let current: PowerMta | undefined;

/** The one data source of the workbench, again after each save: its settings went into its constructor. */
export function setDataSource(powermta: PowerMta): void {
  current = powermta;
}

function only(): PowerMta {
  if (!current) {
    throw new Error('The data source has not been loaded yet.');
  }
  return current;
}

/** Grafana's `dataSourceSrv` where every reference (by uid, name, or `${DS_POWERMTA}`) means the one data source. */
export const dataSourceSrv: DataSourceSrv = {
  get: async () => only().dataSource,
  getList: (): DataSourceInstanceSettings[] => [only().settings],
  getInstanceSettings: () => only().settings,
  reload: async () => undefined,
  registerRuntimeDataSource: () => {
    throw new Error('The workbench has one data source.');
  },
};
