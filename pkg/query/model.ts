/**
 * The query model, as saved in dashboards and alert rules: types, names and defaults only, free of Node imports,
 * because the frontend uses them too. Validation is in `validate.ts`. The names are public (docs/queries.md).
 */

export const filterOperators = ['=', '!=', '=|', '!=|', '=~', '!~', '<', '>'] as const;
export type FilterOperator = (typeof filterOperators)[number];

/** One condition; `=|` and `!=|` mean one of / none of, `=~` and `!~` are RE2, `<` and `>` compare numbers. */
export interface Filter {
  key: string;
  operator: FilterOperator;
  values: string[];
}

export const measures = [
  'attempts',
  'delivered',
  'bounced',
  'deferred',
  'delivery_rate',
  'bounce_rate',
  'deferral_rate',
] as const;
export type Measure = (typeof measures)[number];

export const dimensions = [
  'node',
  'recipient_domain',
  'sender_domain',
  'provider',
  'vmta',
  'vmta_pool',
  'queue',
  'source_ip',
  'destination_ip',
  'mx',
  'job_id',
  'env_id',
  'type',
  'action',
  'bounce_category',
  'status',
  'smtp_code',
  'enhanced_code',
  'tls_protocol',
  'tls_cipher',
  'delivery_type',
  'source_type',
  'feedback_type',
  'user',
] as const;
export type NamedDimension = (typeof dimensions)[number];
/** `extra.<name>` is an accounting column that has no dimension of its own. */
export type Dimension = NamedDimension | `extra.${string}`;

/** Dimensions of history alone, of what is measured on the PMTA host. */
export const hostDimensions = ['process', 'folder'] as const;
export type HistoryDimension = Dimension | (typeof hostDimensions)[number];

export const resources = ['status', 'queues', 'domains', 'vmtas', 'jobs'] as const;
export type Resource = (typeof resources)[number];

export const metrics = [
  'traffic.in.recipients',
  'traffic.in.messages',
  'traffic.in.kilobytes',
  'traffic.out.recipients',
  'traffic.out.messages',
  'traffic.out.kilobytes',
  'connections.in.current',
  'connections.in.max',
  'connections.in.top',
  'connections.out.current',
  'connections.out.max',
  'connections.out.top',
  'queue.recipients',
  'queue.kilobytes',
  'queue.connections',
  'queue.backoff',
  'queue.paused',
  'up',
  'intake.lag_bytes',
  'intake.lag_seconds',
  'intake.records',
  'intake.duplicates',
  'intake.rejects',
  'intake.lost_bytes',
  'intake.files',
  'process.memory_bytes',
  'process.memory_percent',
  'process.virtual_bytes',
  'process.virtual_percent',
  'process.cpu_percent',
  'disk.used_percent',
  'disk.free_bytes',
] as const;
export type Metric = (typeof metrics)[number];

export const aggregates = ['avg', 'max', 'min', 'last', 'rate'] as const;
export type Aggregate = (typeof aggregates)[number];

export const formats = ['timeseries', 'table'] as const;
export type Format = (typeof formats)[number];

export const queryTypes = ['events', 'logs', 'history', 'live'] as const;
export type QueryType = (typeof queryTypes)[number];

export interface EventsQuery {
  queryType: 'events';
  measure: Measure;
  groupBy: Dimension[];
  filters: Filter[];
  format: Format;
  /** Only the groups with the highest measure. */
  limit: number;
}

export interface LogsQuery {
  queryType: 'logs';
  filters: Filter[];
  /** Text that the log line must contain, case-insensitively. */
  search: string;
  limit: number;
  direction: 'backward' | 'forward';
}

export interface HistoryQuery {
  queryType: 'history';
  metric: Metric;
  groupBy: HistoryDimension[];
  filters: Filter[];
  aggregate: Aggregate;
  format: Format;
  limit: number;
}

export interface LiveQuery {
  queryType: 'live';
  resource: Resource;
  filters: Filter[];
  limit: number;
}

export type Query = EventsQuery | LogsQuery | HistoryQuery | LiveQuery;

/** What each query type assumes for the fields that a saved query leaves out. */
export const defaults: { events: EventsQuery; logs: LogsQuery; history: HistoryQuery; live: LiveQuery } = {
  events: { queryType: 'events', measure: 'delivered', groupBy: [], filters: [], format: 'timeseries', limit: 20 },
  logs: { queryType: 'logs', filters: [], search: '', limit: 1000, direction: 'backward' },
  history: {
    queryType: 'history',
    metric: 'queue.recipients',
    groupBy: [],
    filters: [],
    aggregate: 'avg',
    format: 'timeseries',
    limit: 20,
  },
  live: { queryType: 'live', resource: 'queues', filters: [], limit: 100 },
};
