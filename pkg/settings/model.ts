/**
 * The data source's settings as Grafana stores them in `jsonData`: types and defaults only, free of Node imports,
 * because the config editor uses them too. Validation is in `validate.ts`.
 */

/** How the accounting records of one node reach the store. */
export interface AccountingSettings {
  /** Globs of accounting files on the machine that runs Grafana, below the plugin's `accounting_roots`. */
  files: string[];
  /** Fetch closed accounting files over PMTA's monitor (`/logs`, `/getFile`). */
  pull: boolean;
  /** Accept accounting that is posted to `resources/accounting/<node>`. */
  receive: boolean;
}

/** One PMTA server. */
export interface NodeSettings {
  /** Label on every row and series of this node; unique in the data source. */
  name: string;
  /** Base address of the HTTP monitor; empty for a node of which there is only accounting. */
  url: string;
  /** `auto`, or the IANA name of the zone in which the monitor prints its times. */
  timeZone: string;
  tlsSkipVerify: boolean;
  /** PEM of the certificate authority of the monitor's certificate; empty for the system's. */
  tlsCaCert: string;
  accounting: AccountingSettings;
}

/** A ClickHouse server or cluster; its passwords are in `secureJsonData`. */
export interface ClickHouseSettings {
  kind: 'clickhouse';
  url: string;
  database: string;
  username: string;
  /** Name of the cluster whose servers share the tables; empty for one server. */
  cluster: string;
  /** A user that may only read, for queries; empty where the one above answers them too. */
  queryUsername: string;
  tlsSkipVerify: boolean;
  /** PEM of the certificate authority of the server's certificate; empty for the system's. */
  tlsCaCert: string;
}

export type StoreSettings = { kind: 'embedded' } | ClickHouseSettings;

/** What is stored of the local part of recipient addresses. */
export type RecipientPrivacy = 'keep' | 'hash' | 'redact';

export interface DataSourceSettings {
  nodes: NodeSettings[];
  /** Seconds between two polls of each node's monitor. */
  pollSeconds: number;
  store: StoreSettings;
  retentionDays: number;
  recipients: RecipientPrivacy;
}

export const defaultNode: NodeSettings = {
  name: '',
  url: '',
  timeZone: 'auto',
  tlsSkipVerify: false,
  tlsCaCert: '',
  accounting: { files: [], pull: false, receive: false },
};

export const defaultSettings: DataSourceSettings = {
  nodes: [],
  pollSeconds: 15,
  store: { kind: 'embedded' },
  retentionDays: 90,
  recipients: 'keep',
};

export const defaultClickHouse: ClickHouseSettings = {
  kind: 'clickhouse',
  url: '',
  database: 'pmta',
  username: 'pmta',
  cluster: '',
  queryUsername: '',
  tlsSkipVerify: false,
  tlsCaCert: '',
};

/** Keys of the secrets of the data source in `secureJsonData`. */
export const storePasswordKey = 'storePassword';
export const storeQueryPasswordKey = 'storeQueryPassword';
/** Of recipients that are stored as hashes. */
export const hashKeyKey = 'hashKey';

/** Key of a node's API key in `secureJsonData`. */
export function apiKeyOf(nodeName: string): string {
  return `apiKey.${nodeName}`;
}
