import type { Table } from './table.ts';

/**
 * One row an accounting record. `source` and `position` identify it: PMTA's clock has a resolution of one second, so
 * time alone orders nothing. Columns that have no place of their own are kept in `extra`.
 */
export const eventsTable: Table = {
  name: 'events',
  columns: `node LowCardinality(String),
  time DateTime('UTC') CODEC(DoubleDelta, ZSTD),
  type LowCardinality(String),
  recipient String CODEC(ZSTD),
  recipient_domain LowCardinality(String),
  sender String CODEC(ZSTD),
  sender_domain LowCardinality(String),
  provider LowCardinality(String),
  vmta LowCardinality(String),
  vmta_pool LowCardinality(String),
  queue LowCardinality(String),
  source_ip LowCardinality(String),
  destination_ip LowCardinality(String),
  mx LowCardinality(String),
  job_id LowCardinality(String),
  env_id String CODEC(ZSTD),
  bounce_category LowCardinality(String),
  status LowCardinality(String),
  smtp_code LowCardinality(String),
  enhanced_code LowCardinality(String),
  reply String CODEC(ZSTD),
  tls_protocol LowCardinality(String),
  tls_cipher LowCardinality(String),
  delivery_type LowCardinality(String),
  source_type LowCardinality(String),
  feedback_type LowCardinality(String),
  user LowCardinality(String),
  bytes UInt64 CODEC(T64, ZSTD),
  latency Nullable(UInt32) CODEC(ZSTD),
  extra Map(LowCardinality(String), String) CODEC(ZSTD),
  source LowCardinality(String),
  position UInt64 CODEC(DoubleDelta, ZSTD)`,
  engine: 'MergeTree',
  partition: 'toMonday(time)',
  order: 'time, source, position',
  rememberedInserts: 10_000,
  shard: ['source', 'position'],
};

/** Records that could not be read, with the place where they stand; one row a place, however often it was read. */
export const rejectsTable: Table = {
  name: 'rejects',
  columns: `time DateTime64(3, 'UTC'),
  node LowCardinality(String),
  path String,
  source String,
  position UInt64,
  reason LowCardinality(String),
  raw String CODEC(ZSTD)`,
  engine: 'ReplacingMergeTree',
  order: 'node, source, position',
  shard: ['node', 'source', 'position'],
};

/**
 * The journal: how far each source has been read. The newest row of a source holds. pending_end > done_end says
 * that the bytes between may or may not have gone in; they are sent again with the same token.
 */
export const intakeTable: Table = {
  name: 'intake',
  columns: `node LowCardinality(String),
  source String,
  version UInt64,
  path String,
  done_end UInt64,
  pending_end UInt64,
  records UInt64,
  rejects UInt64`,
  engine: 'ReplacingMergeTree',
  version: 'version',
  order: 'node, source',
  shard: 'everywhere',
};
