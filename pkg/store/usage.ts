import type { Engine } from './engine.ts';
import { countEvents, diskSpace, tableSizes, type TableSize } from './sizes.ts';

/** How large the store of one data source is, and how long its disk will do. In a cluster: as the asked server sees it. */
export interface StoreUsage {
  /** On the disk, of all tables. */
  bytes: number;
  tables: TableSize[];
  /** Accounting records; in a cluster those of all servers. */
  records: number;
  /** When the oldest record was logged, UTC milliseconds; null without records. */
  oldestMs: number | null;
  retentionDays: number;
  /** Null where the disk is not to be seen. */
  freeBytes: number | null;
  diskBytes: number | null;
  /** Days until the disk is full at the pace of the last 24 hours; null where that is not to be foreseen. */
  fullInDays: number | null;
}

/** Asks a database for its size. Throws StoreError. */
export async function storeUsage(
  engine: Engine,
  database: string,
  retentionDays: number,
  signal: AbortSignal
): Promise<StoreUsage> {
  const nowMs = Date.now();
  const [tables, space, events] = await Promise.all([
    tableSizes(engine, database, signal),
    diskSpace(engine, database, signal),
    countEvents(engine, database, nowMs, signal),
  ]);
  const usage = {
    bytes: tables.reduce((sum, table) => sum + table.bytes, 0),
    tables,
    records: events.rows,
    oldestMs: events.oldestMs,
    retentionDays,
    freeBytes: space?.freeBytes ?? null,
    diskBytes: space?.totalBytes ?? null,
  };
  return { ...usage, fullInDays: daysToFull(usage, events.rowsOfLastDay, nowMs) };
}

const dayMs = 86_400_000;

/**
 * How long free space lasts if each day brings as many records as the last one, and each takes what it takes on average
 * with all that is polled beside it. Null where nothing comes in, and where the oldest rows begin to expire before: from
 * then on the store grows no more.
 */
export function daysToFull(
  usage: Pick<StoreUsage, 'bytes' | 'records' | 'oldestMs' | 'retentionDays' | 'freeBytes'>,
  recordsOfLastDay: number,
  nowMs: number
): number | null {
  const { bytes, records, oldestMs, retentionDays, freeBytes } = usage;
  if (freeBytes === null || oldestMs === null || recordsOfLastDay === 0) {
    return null;
  }
  const days = freeBytes / (recordsOfLastDay * (bytes / records));
  return days < retentionDays - (nowMs - oldestMs) / dayMs ? days : null;
}
