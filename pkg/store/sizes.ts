import { numbers, strings } from './arrow.ts';
import type { Engine } from './engine.ts';
import { StoreError } from './errors.ts';

/** What one table takes on the disk; in a cluster the part of it that the asked server holds. */
export interface TableSize {
  name: string;
  rows: number;
  bytes: number;
}

/** The disks that the events are on. */
export interface DiskSpace {
  freeBytes: number;
  totalBytes: number;
}

/** The accounting records of all nodes; in a cluster those of all servers. */
export interface EventCount {
  rows: number;
  /** UTC milliseconds; null without records. */
  oldestMs: number | null;
  /** Logged within the last 24 hours. */
  rowsOfLastDay: number;
}

/**
 * Sizes of a database's tables, largest first. From `system.tables`, which a server shows to every user as far as its
 * grants go; `system.parts` has the same figures but wants a grant of its own.
 */
export async function tableSizes(engine: Engine, database: string, signal: AbortSignal): Promise<TableSize[]> {
  const sql = `SELECT replaceRegexpOne(name, '_local$', '') AS table_name,
      toFloat64(ifNull(total_rows, 0)) AS row_count, toFloat64(ifNull(total_bytes, 0)) AS byte_count
    FROM system.tables WHERE database = {database:String} AND engine LIKE '%MergeTree'
    ORDER BY byte_count DESC, table_name`;
  const result = await engine.query({ sql, params: { database } }, signal);
  const rows = numbers(result, 'row_count');
  const bytes = numbers(result, 'byte_count');
  return Array.from(strings(result, 'table_name'), (name, row) => ({
    name: name ?? '',
    rows: rows[row] ?? 0,
    bytes: bytes[row] ?? 0,
  }));
}

/** Space of the disks that hold a database; null where the user may not see it or where nothing bounds it (S3). */
export async function diskSpace(engine: Engine, database: string, signal: AbortSignal): Promise<DiskSpace | null> {
  const sql = `SELECT toFloat64(sum(free_space)) AS free, toFloat64(sum(total_space)) AS total FROM system.disks
    WHERE name IN (
      SELECT arrayJoin(disks) FROM system.storage_policies WHERE policy_name IN (
        SELECT storage_policy FROM system.tables
        WHERE database = {database:String} AND name IN ('events', 'events_local')))`;
  try {
    const result = await engine.query({ sql, params: { database } }, signal);
    const [freeBytes = null] = Array.from(numbers(result, 'free'));
    const [totalBytes = null] = Array.from(numbers(result, 'total'));
    return freeBytes !== null && totalBytes !== null && totalBytes > 0 && totalBytes < unbounded
      ? { freeBytes, totalBytes }
      : null;
  } catch (error) {
    if (error instanceof StoreError && error.code === 'denied') {
      return null;
    }
    throw error;
  }
}

/** ClickHouse gives the largest number that it has for a disk without end. */
const unbounded = 2 ** 60;

/** Counts the stored records; cheap, because `events` is partitioned and ordered by time. */
export async function countEvents(
  engine: Engine,
  database: string,
  nowMs: number,
  signal: AbortSignal
): Promise<EventCount> {
  const sql = `SELECT toFloat64(count()) AS row_count, toFloat64(toUnixTimestamp(min(time))) AS oldest,
      (SELECT toFloat64(count()) FROM ${database}.events WHERE time >= toDateTime({since:UInt32}, 'UTC')) AS recent
    FROM ${database}.events`;
  const since = Math.floor(nowMs / 1000) - 86_400;
  const result = await engine.query({ sql, params: { since } }, signal);
  const value = (name: string) => numbers(result, name)[0] ?? 0;
  const rows = value('row_count');
  return { rows, oldestMs: rows > 0 ? value('oldest') * 1000 : null, rowsOfLastDay: value('recent') };
}
