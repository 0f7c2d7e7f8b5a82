import type { NodeSettings, RecipientPrivacy, StoreSettings } from './model.ts';

/** What is measured of the machine that PMTA runs on. */
export interface HostSettings {
  /** Memory, CPU and open files of PMTA's processes. */
  processes: boolean;
  /** Folders whose file systems' space is measured. */
  folders: string[];
}

/** Where a collector sends what it collects; secrets as read from their files, empty for none. */
export type CollectorTarget =
  | { kind: 'grafana'; url: string; dataSource: string; token: string }
  | { kind: 'clickhouse'; store: Extract<StoreSettings, { kind: 'clickhouse' }>; password: string };

/** A collector's configuration file, with its secrets read. */
export interface CollectorConfig {
  node: NodeSettings;
  /** Of the monitor; empty for none. */
  apiKey: string;
  /** Folders below which accounting files may be read. */
  accountingRoots: string[];
  pollSeconds: number;
  host: HostSettings;
  /** Folder of what must survive a restart. */
  statePath: string;
  target: CollectorTarget;
  /** Of a ClickHouse target, as the data source has it. */
  retentionDays: number;
  recipients: RecipientPrivacy;
  /** Empty unless `recipients` is `hash`. */
  hashKey: string;
}
