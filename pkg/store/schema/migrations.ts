import { eventsTable, intakeTable, rejectsTable } from './accountingTables.ts';
import { bounceClass } from './bounceClass.ts';
import {
  disksTable,
  domainsTable,
  intakeStateTable,
  jobsTable,
  pollsTable,
  processTable,
  queuesTable,
  statusTable,
  vmtasTable,
} from './snapshotTables.ts';
import { alterColumns, alterStored, createTable, rememberInserts, type Layout, type Table } from './table.ts';

/** One step of the schema; applied once a database, in order. A released step is never edited, only followed. */
export interface Migration {
  version: number;
  statements(layout: Layout): string[];
}

export const migrations: Migration[] = [
  {
    version: 1,
    statements: (layout) =>
      [
        eventsTable,
        rejectsTable,
        intakeTable,
        pollsTable,
        statusTable,
        queuesTable,
        domainsTable,
        vmtasTable,
        jobsTable,
      ].flatMap((table) => createTable(layout, table)),
  },
  {
    version: 2,
    statements: (layout) => [
      ...[intakeStateTable, processTable, disksTable].flatMap((table) => createTable(layout, table)),
      ...eventColumns.flatMap((column) => alterColumns(layout, eventsTable, `ADD COLUMN IF NOT EXISTS ${column}`)),
      ...intakeColumns.flatMap((column) => alterColumns(layout, intakeTable, `ADD COLUMN IF NOT EXISTS ${column}`)),
      alterStored(layout, eventsTable, `MODIFY SETTING min_bytes_for_wide_part = ${compactBytes}`),
      ...expiringTables
        .filter(({ rememberedInserts }) => rememberedInserts === undefined)
        .flatMap((table) => rememberInserts(layout, table, 1000)),
    ],
  },
];

/** Which steps a database has had. Whole on each server: a version that only one shard knew would be applied again. */
export const migrationsTable: Table = {
  name: 'migrations',
  columns: "version UInt32, time DateTime64(3, 'UTC')",
  engine: 'MergeTree',
  order: 'version',
  shard: 'everywhere',
};

/** Tables whose rows expire by `time`; the journal (`intake`) never does, or old files would be read again. */
export const expiringTables: readonly Table[] = [
  eventsTable,
  rejectsTable,
  pollsTable,
  statusTable,
  queuesTable,
  domainsTable,
  vmtasTable,
  jobsTable,
  intakeStateTable,
  processTable,
  disksTable,
];

/**
 * A part that is smaller has one file for all columns instead of two for each: making a hundred files takes as long as
 * all the rest of an insert.
 */
const compactBytes = 128 * 1024 * 1024;

const eventColumns = [
  // The acct-file that a record came from; records of two of them may be the same event.
  'acct_file LowCardinality(String)',
  // The default gives it to the rows that are there already.
  `bounce_class LowCardinality(String) DEFAULT ${bounceClass({
    type: 'type',
    reply: 'reply',
    bounce_category: 'bounce_category',
    status: 'status',
    enhanced_code: 'enhanced_code',
  }).replace(/\s+/g, ' ')}`,
];

/** By what a source is known again, and what has become of it. */
const intakeColumns = [
  'acct_file LowCardinality(String)',
  "inode String DEFAULT splitByChar('-', source)[1]",
  "fingerprint String DEFAULT splitByChar('-', source)[2]",
  'header String CODEC(ZSTD)',
  'tail String',
  'pending_ends Array(UInt64) DEFAULT if(pending_end > done_end, [pending_end], [])',
  'seen_size UInt64 DEFAULT done_end',
  'is_complete UInt8',
  'lost_bytes UInt64',
  'duplicates UInt64',
];
