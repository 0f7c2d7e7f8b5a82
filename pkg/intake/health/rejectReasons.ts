import { numbers, strings } from '../../store/arrow.ts';
import type { Engine } from '../../store/engine.ts';

/** One reason for which records of a node could not be read. */
export interface RejectReason {
  /** Without the text of records: what stands in quotes is left out. */
  reason: string;
  /** Places at which such a record stands, each once however often it was read. */
  count: number;
  /** When the last one was read, UTC milliseconds. */
  lastMs: number;
  /** The file of that one. */
  path: string;
}

const mostReasons = 10;

/** What stands before the first quotation. */
const unquoted = `replaceRegexpOne(reason, '(?s):?\\\\s*["\\'\`(].*$', '')`;

/** The most frequent reasons among the rejects that are kept, by node. */
export async function rejectReasons(
  engine: Engine,
  database: string,
  signal: AbortSignal
): Promise<ReadonlyMap<string, RejectReason[]>> {
  // A reason quotes what is wrong (`unknown record type "x"`), which is text of the record, and different each time.
  const sql = `SELECT node, kind, toFloat64(count()) AS amount,
      toFloat64(toUnixTimestamp64Milli(max(time))) AS last, argMax(path, time) AS last_path
    FROM (
      SELECT node, time, path, substringUTF8(replaceRegexpAll(${unquoted}, '\\\\S*@\\\\S*', '…'), 1, 200) AS kind
      FROM ${database}.rejects FINAL)
    GROUP BY node, kind ORDER BY node, amount DESC, kind LIMIT ${mostReasons} BY node`;
  const result = await engine.query({ sql, params: {} }, signal);
  const [nodes, kinds, paths] = [strings(result, 'node'), strings(result, 'kind'), strings(result, 'last_path')];
  const [counts, last] = [numbers(result, 'amount'), numbers(result, 'last')];
  const byNode = new Map<string, RejectReason[]>();
  for (let row = 0; row < result.rows; row++) {
    const node = nodes[row] ?? '';
    const reason = {
      reason: kinds[row] ?? '',
      count: counts[row] ?? 0,
      lastMs: last[row] ?? 0,
      path: paths[row] ?? '',
    };
    byNode.set(node, [...(byNode.get(node) ?? []), reason]);
  }
  return byNode;
}
