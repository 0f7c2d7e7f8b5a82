import type { Header } from '../../pmta/accounting/header.ts';
import type { Engine } from '../../store/engine.ts';
import { StoreError } from '../../store/errors.ts';
import { deriveEvents } from './derive.ts';
import { type Reject, readRecords, writeRecords } from './rescue.ts';

/** A range of one source that begins and ends at records. */
export interface Chunk {
  node: string;
  source: string;
  path: string;
  header: Header;
  start: number;
  bytes: Buffer;
}

/** Where chunks go. */
export interface ChunkTarget {
  engine: Engine;
  database: string;
}

/**
 * Puts a chunk into the store, each record once, and tells which records it could not take. The engine's own CSV reader
 * takes whole chunks; one that it refuses is read record by record.
 */
export async function insertChunk(chunk: Chunk, target: ChunkTarget): Promise<Reject[]> {
  const token = `${chunk.node}:${chunk.source}:${chunk.start}-${chunk.start + chunk.bytes.length}`;
  try {
    await insertCsv(chunk, target, chunk.header, chunk.bytes, chunk.start, token);
    return [];
  } catch (error) {
    if (!isRefusal(error)) {
      throw error;
    }
  }
  const { groups, rejects } = readRecords(chunk.bytes, chunk.header, chunk.start);
  for (const [index, group] of groups.entries()) {
    const insert = (from: number, to: number) => {
      const bytes = writeRecords(group.records.slice(from, to));
      return insertCsv(chunk, target, group.header, bytes, group.position + from, `${token}#${index}:${from}-${to}`);
    };
    for (const { index: bad, reason } of await insertAllButBad(insert, 0, group.records.length)) {
      rejects.push({ position: group.position + bad, reason, raw: group.records[bad]?.join(',') ?? '' });
    }
  }
  return rejects;
}

/** Halves a range that the engine refuses until the single records that it cannot take stand alone. */
async function insertAllButBad(
  insert: (from: number, to: number) => Promise<void>,
  from: number,
  to: number
): Promise<Array<{ index: number; reason: string }>> {
  if (from === to) {
    return [];
  }
  try {
    await insert(from, to);
    return [];
  } catch (error) {
    if (!isRefusal(error)) {
      throw error;
    }
    if (to - from === 1) {
      return [{ index: from, reason: (error as StoreError).message }];
    }
  }
  const middle = Math.floor((from + to) / 2);
  return [...(await insertAllButBad(insert, from, middle)), ...(await insertAllButBad(insert, middle, to))];
}

async function insertCsv(
  chunk: Chunk,
  target: ChunkTarget,
  header: Header,
  bytes: Buffer,
  position: number,
  token: string
): Promise<void> {
  const { columns, select } = deriveEvents(header);
  await target.engine.insertCsv({
    table: `${target.database}.events`,
    columns,
    select,
    params: { node: chunk.node, source: chunk.source, position },
    bytes,
    fields: header.length,
    token,
  });
}

/** Whether the engine understood the statement but not the data; a full disk, say, is no reason to reject records. */
function isRefusal(error: unknown): boolean {
  return error instanceof StoreError && error.code === 'query';
}
