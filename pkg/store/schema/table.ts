import { literal } from '../sql.ts';

/** Where a schema lives: on one server (or in the embedded engine), or on all servers of a cluster. */
export interface Layout {
  /** A name that needs no quoting. */
  database: string;
  /** The cluster's name in the servers' configuration; empty without a cluster. */
  cluster: string;
}

/** A table as every layout has it. */
export interface Table {
  name: string;
  columns: string;
  engine: 'MergeTree' | 'ReplacingMergeTree';
  /** Of a ReplacingMergeTree: the column whose highest value wins; without it the row that came last. */
  version?: string;
  partition?: string;
  order: string;
  /** How many inserts back a token is recognised; without it inserts carry no tokens. */
  rememberedInserts?: number;
  /**
   * In a cluster: rows that are equal in these columns are on the same shard, so that the same rows sent again split the
   * same way; `everywhere`: each server holds the whole table.
   */
  shard: readonly string[] | 'everywhere';
}

/** A token must outlive the longest time for which Grafana may be down with an insert half done. */
const rememberedSeconds = 30 * 86_400;

export function createDatabase(layout: Layout): string {
  return `CREATE DATABASE IF NOT EXISTS ${layout.database}${onCluster(layout)}`;
}

/**
 * The statements that make a table. In a cluster the rows are in `<name>_local`, replicated within each shard, and the
 * plain name is a Distributed table over all shards, so that all other SQL is the same as on one server.
 */
export function createTable(layout: Layout, table: Table): string[] {
  const stored = storedTable(layout, table);
  const create = [
    `CREATE TABLE IF NOT EXISTS ${stored}${onCluster(layout)} (\n  ${table.columns.trim()}\n)`,
    `ENGINE = ${engine(layout, table)}`,
    ...(table.partition ? [`PARTITION BY ${table.partition}`] : []),
    `ORDER BY (${table.order})`,
    ...settings(layout, table),
  ].join('\n');
  if (layout.cluster === '' || table.shard === 'everywhere') {
    return [create];
  }
  return [
    create,
    `CREATE TABLE IF NOT EXISTS ${layout.database}.${table.name}${onCluster(layout)} AS ${stored}\n` +
      `ENGINE = Distributed(${literal(layout.cluster)}, ${literal(layout.database)}, ${literal(storedName(layout, table))}, ` +
      `cityHash64(${table.shard.join(', ')}))`,
  ];
}

/**
 * The statements that change a table's columns, such as `ADD COLUMN IF NOT EXISTS x String`. First where the rows are: a
 * Distributed table must not ask its shards for a column that they lack.
 */
export function alterColumns(layout: Layout, table: Table, change: string): string[] {
  const stored = alterStored(layout, table, change);
  return isSharded(layout, table)
    ? [stored, `ALTER TABLE ${layout.database}.${table.name}${onCluster(layout)} ${change}`]
    : [stored];
}

/** The statement that changes the table in which the rows are, such as its TTL. */
export function alterStored(layout: Layout, table: Table, change: string): string {
  // The replicas of a table that is everywhere pass a change on; with ON CLUSTER each shard would make it again.
  const where = isSharded(layout, table) ? onCluster(layout) : '';
  return `ALTER TABLE ${storedTable(layout, table)}${where} ${change}`;
}

/** The statements that make a table recognise the tokens of so many inserts. Replicated tables do by themselves. */
export function rememberInserts(layout: Layout, table: Table, inserts: number): string[] {
  return layout.cluster === ''
    ? [alterStored(layout, table, `MODIFY SETTING non_replicated_deduplication_window = ${inserts}`)]
    : [];
}

/** Name, within the database, of the table in which the rows are. */
export function storedName(layout: Layout, table: Table): string {
  return isSharded(layout, table) ? `${table.name}_local` : table.name;
}

function storedTable(layout: Layout, table: Table): string {
  return `${layout.database}.${storedName(layout, table)}`;
}

function isSharded(layout: Layout, table: Table): boolean {
  return layout.cluster !== '' && table.shard !== 'everywhere';
}

function onCluster(layout: Layout): string {
  return layout.cluster === '' ? '' : ` ON CLUSTER ${literal(layout.cluster)}`;
}

/**
 * The path names database and table instead of a `{uuid}`: a server that joins the cluster later and makes the tables then
 * would get another uuid, and with it a journal of its own.
 */
function engine(layout: Layout, table: Table): string {
  const version = table.version ? [table.version] : [];
  if (layout.cluster === '') {
    return table.engine + (version.length > 0 ? `(${version.join(', ')})` : '');
  }
  const path = `/clickhouse/tables/${layout.database}/${storedName(layout, table)}`;
  const replication = isSharded(layout, table)
    ? [literal(`${path}/{shard}`), literal('{replica}')]
    : [literal(path), literal('{shard}-{replica}')];
  return `Replicated${table.engine}(${[...replication, ...version].join(', ')})`;
}

function settings(layout: Layout, table: Table): string[] {
  if (table.rememberedInserts === undefined) {
    return [];
  }
  return layout.cluster === ''
    ? [`SETTINGS non_replicated_deduplication_window = ${table.rememberedInserts}`]
    : [
        `SETTINGS replicated_deduplication_window = ${table.rememberedInserts}, ` +
          `replicated_deduplication_window_seconds = ${rememberedSeconds}`,
      ];
}
