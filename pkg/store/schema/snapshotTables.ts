import type { Table } from './table.ts';

/** Snapshots of PMTA's monitor: one table an endpoint, one row a poll (status) or a listed row of a poll. */
function snapshotTable(name: string, columns: string, order: string): Table {
  return {
    name,
    columns: `node LowCardinality(String),
  time DateTime64(3, 'UTC') CODEC(DoubleDelta, ZSTD),
  ${columns}`,
    engine: 'MergeTree',
    partition: 'toMonday(time)',
    order,
    shard: ['node', 'time'],
  };
}

/** Whether each poll of a node's monitor was answered. */
export const pollsTable = snapshotTable(
  'polls',
  'up UInt8, milliseconds UInt32, error String CODEC(ZSTD)',
  'node, time'
);

/**
 * Traffic is kept as what was counted since the poll before and in how many seconds, so that any bucket's rate is exact
 * (sum by sum) and a restart of PMTA is not a drop.
 */
export const statusTable = snapshotTable(
  'status',
  `state LowCardinality(String),
  version LowCardinality(String),
  started_time DateTime64(3, 'UTC'),
  uptime_seconds Float64,
  interval_seconds Float64,
  traffic_in_recipients Float64,
  traffic_in_messages Float64,
  traffic_in_kilobytes Float64,
  traffic_out_recipients Float64,
  traffic_out_messages Float64,
  traffic_out_kilobytes Float64,
  total_in_recipients Float64,
  total_in_messages Float64,
  total_in_kilobytes Float64,
  total_out_recipients Float64,
  total_out_messages Float64,
  total_out_kilobytes Float64,
  connections_in_current Float64,
  connections_in_max Float64,
  connections_in_top Float64,
  connections_out_current Float64,
  connections_out_max Float64,
  connections_out_top Float64,
  queue_recipients Float64,
  queue_kilobytes Float64,
  queue_domains Float64,
  spool_recipients Nullable(Float64),
  spool_recipients_max Nullable(Float64),
  spool_files Nullable(Float64),
  resolver_names_cached Nullable(Float64),
  resolver_queries_pending Nullable(Float64)`,
  'node, time'
);

export const queuesTable = snapshotTable(
  'queues',
  `queue LowCardinality(String),
  recipient_domain LowCardinality(String),
  vmta LowCardinality(String),
  recipients Float64 CODEC(ZSTD),
  kilobytes Float64 CODEC(ZSTD),
  connections Float64 CODEC(ZSTD),
  backoff UInt8,
  paused UInt8,
  backoff_reason String CODEC(ZSTD),
  last_error String CODEC(ZSTD)`,
  'node, time, queue'
);

export const domainsTable = snapshotTable(
  'domains',
  `recipient_domain LowCardinality(String),
  recipients Float64 CODEC(ZSTD),
  kilobytes Float64 CODEC(ZSTD),
  connections Float64 CODEC(ZSTD),
  last_error String CODEC(ZSTD)`,
  'node, time, recipient_domain'
);

export const vmtasTable = snapshotTable(
  'vmtas',
  `vmta LowCardinality(String),
  recipients Float64 CODEC(ZSTD),
  kilobytes Float64 CODEC(ZSTD),
  connections Float64 CODEC(ZSTD),
  domains Nullable(Float64) CODEC(ZSTD)`,
  'node, time, vmta'
);

export const jobsTable = snapshotTable(
  'jobs',
  `job_id LowCardinality(String),
  recipients Float64 CODEC(ZSTD),
  kilobytes Float64 CODEC(ZSTD),
  connections Nullable(Float64) CODEC(ZSTD),
  paused UInt8`,
  'node, time, job_id'
);

/**
 * How the accounting of each node comes in. What was counted since the row before is kept with the seconds in which it
 * was, as traffic is; a first row after a start has 0 seconds and counts nothing.
 */
export const intakeStateTable = snapshotTable(
  'intake_state',
  `files Float64,
  lag_bytes Float64,
  lag_seconds Nullable(Float64),
  interval_seconds Float64,
  records Float64,
  duplicates Float64,
  rejects Float64,
  lost_bytes Float64,
  error String CODEC(ZSTD)`,
  'node, time'
);

/** PMTA's processes, where this program runs beside them. */
export const processTable = snapshotTable(
  'process',
  `process LowCardinality(String),
  memory_bytes Float64,
  memory_percent Float64,
  virtual_bytes Float64,
  virtual_percent Float64,
  cpu_percent Nullable(Float64),
  open_files Nullable(Float64),
  open_files_limit Nullable(Float64),
  threads Float64,
  started_time DateTime64(3, 'UTC')`,
  'node, time, process'
);

/** Folders of the PMTA host; those with the same `filesystem` share their space. */
export const disksTable = snapshotTable(
  'disks',
  `folder LowCardinality(String),
  filesystem LowCardinality(String),
  used_percent Float64,
  free_bytes Float64,
  total_bytes Float64,
  inodes_percent Nullable(Float64)`,
  'node, time, folder'
);
