import type { AccountingFormat } from './head.ts';
import type { Header } from '../../pmta/accounting/header.ts';
import { timeRange } from '../../pmta/accounting/timeRange.ts';
import { numbers } from '../../store/arrow.ts';
import type { Engine, Statement } from '../../store/engine.ts';
import { StoreError } from '../../store/errors.ts';
import { deriveEvents } from './derive.ts';
import { hideAddresses } from './privacy/hideAddresses.ts';
import { type Privacy, privacyParams } from './privacy/policy.ts';
import type { RecordReader } from './reader/reader.ts';
import { reject, type Reject } from './reader/records.ts';

/** A range of one source that begins and ends at records. */
export interface Chunk {
  node: string;
  source: string;
  acctFile: string;
  format: AccountingFormat;
  /** Empty for JSON. */
  header: Header;
  start: number;
  bytes: Buffer;
  /** Names the range; the same bytes sent again under it count once. */
  token: string;
  /** Columns of `events` by which an event is known that another acct-file may have brought, given this header. */
  eventKey(header: Header): readonly string[] | undefined;
}

/** Where chunks go. */
export interface ChunkTarget {
  engine: Engine;
  database: string;
  /** What is stored of recipients. */
  privacy: Privacy;
  /** Reads record by record what the engine's reader does not take. */
  reader: RecordReader;
}

export interface ChunkResult {
  /** Records that are in the store by this chunk. */
  records: number;
  /** Records that another acct-file had brought. */
  duplicates: number;
  rejects: Reject[];
  /** Columns that were met, where every record names its own. */
  header: Header;
}

/**
 * Puts a chunk into the store, each record once, and tells which records it could not take. The engine's own CSV reader
 * takes whole chunks; JSON, and CSV that it refuses, are read record by record.
 *
 * @param count how many records the chunk holds, where that is known
 */
export async function insertChunk(chunk: Chunk, count: number, target: ChunkTarget): Promise<ChunkResult> {
  if (chunk.format === 'csv') {
    try {
      const records = await insertCsv(chunk, target, chunk.header, chunk.bytes, chunk.start, count, chunk.token);
      return { records, duplicates: count - records, rejects: [], header: chunk.header };
    } catch (error) {
      if (!isRefusal(error)) {
        throw error;
      }
    }
  }
  const { groups, rejects } = await target.reader.read(chunk);
  let records = 0;
  let duplicates = 0;
  for (const [index, { header, position, bytes, ends, chunkStarts, chunkEnds }] of groups.entries()) {
    const slice = (from: number, to: number) => bytes.subarray(from === 0 ? 0 : ends[from - 1], ends[to - 1]);
    const insert = async (from: number, to: number) => {
      const token = `${chunk.token}#${index}:${from}-${to}`;
      const stored = await insertCsv(chunk, target, header, slice(from, to), position + from, to - from, token);
      records += stored;
      duplicates += to - from - stored;
    };
    const bad = await insertAllButBad(insert, ends.length);
    for (const { index: at, reason } of bad) {
      rejects.push(reject(chunk, { start: chunkStarts[at] ?? 0, end: chunkEnds[at] ?? 0 }, reason));
    }
  }
  const hidden = rejects.map((bad) => hideReject(bad, target.privacy));
  return { records, duplicates, rejects: hidden, header: groups.at(-1)?.header ?? chunk.header };
}

/** An error of the engine may quote what it could not read. */
function hideReject({ position, reason, raw }: Reject, { policy, key }: Privacy): Reject {
  return { position, reason: hideAddresses(reason, policy, key), raw: hideAddresses(raw, policy, key) };
}

/** Records that the engine may refuse one by one, and none that it takes, before that is no fault of theirs. */
const mostRefused = 20;

/**
 * Halves a range that the engine refuses until the single records that it cannot take stand alone. Throws where it takes
 * none at all: then something else is wrong (a column is missing, say), and calling all records bad would lose them.
 */
async function insertAllButBad(
  insert: (from: number, to: number) => Promise<void>,
  count: number
): Promise<Array<{ index: number; reason: string }>> {
  const bad: Array<{ index: number; reason: string }> = [];
  let stored = 0;
  const attempt = async (from: number, to: number): Promise<void> => {
    try {
      await insert(from, to);
      stored += to - from;
      return;
    } catch (error) {
      if (!isRefusal(error)) {
        throw error;
      }
      if (to - from === 1) {
        bad.push({ index: from, reason: (error as StoreError).message });
        if (stored === 0 && bad.length >= mostRefused) {
          throw error;
        }
        return;
      }
    }
    const middle = Math.floor((from + to) / 2);
    await attempt(from, middle);
    await attempt(middle, to);
  };
  if (count > 0) {
    await attempt(0, count);
  }
  return bad;
}

async function insertCsv(
  chunk: Chunk,
  target: ChunkTarget,
  header: Header,
  bytes: Buffer,
  position: number,
  count: number,
  token: string
): Promise<number> {
  const { privacy } = target;
  const { columns, select, stages } = deriveEvents(header, privacy.policy);
  const key = chunk.eventKey(header);
  const range = key && timeRange(bytes, header);
  const isIn = range
    ? 'node = {node:String} AND time BETWEEN toDateTime({time_from:UInt32}) AND toDateTime({time_to:UInt32})'
    : '';
  const params: Statement['params'] = {
    node: chunk.node,
    source: chunk.source,
    acct_file: chunk.acctFile,
    position,
    ...(range && { time_from: range.from, time_to: range.to }),
  };
  await target.engine.insertCsv({
    table: `${target.database}.events`,
    columns,
    select,
    stages,
    // The key goes along with what is written only: queries of users run on other connections.
    params: { ...params, ...privacyParams(privacy.policy, privacy.key) },
    bytes,
    fields: header.length,
    token,
    ...(range && { onlyNew: { key, where: `${isIn} AND acct_file != {acct_file:String}` } }),
  });
  if (!range) {
    return count;
  }
  const sql = `SELECT toFloat64(count()) AS stored FROM ${target.database}.events
    WHERE ${isIn} AND source = {source:String} AND position >= {position:UInt64} AND position < {end:UInt64}`;
  const stored = await target.engine.query({ sql, params: { ...params, end: position + count } }, never);
  return numbers(stored, 'stored')[0] ?? 0;
}

const never = new AbortController().signal;

/** Whether the engine understood the statement but not the data; a full disk, say, is no reason to reject records. */
function isRefusal(error: unknown): boolean {
  return error instanceof StoreError && error.code === 'query';
}
