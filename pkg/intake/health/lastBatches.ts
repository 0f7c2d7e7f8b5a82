import { numbers, strings } from '../../store/arrow.ts';
import type { Engine } from '../../store/engine.ts';

/** When the last batch with new records was posted for each node that has ever had one, UTC milliseconds. */
export async function loadLastBatches(
  engine: Engine,
  database: string,
  signal: AbortSignal
): Promise<ReadonlyMap<string, number>> {
  // The journal's versions are the times of its rows.
  const sql = `SELECT node, toFloat64(max(version)) AS last FROM ${database}.intake
    WHERE startsWith(source, 'post-') GROUP BY node`;
  const result = await engine.query({ sql, params: {} }, signal);
  const last = numbers(result, 'last');
  return new Map(Array.from(strings(result, 'node'), (node, row) => [node ?? '', last[row] ?? 0]));
}
