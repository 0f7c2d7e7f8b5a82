import { strings } from '../store/arrow.ts';
import type { Engine } from '../store/engine.ts';

/** Columns are the same for months, so the newest records tell them all without reading the rest. */
const looked = 50_000;

/** Names of accounting columns that have no dimension of their own and occur in the newest records, as `extra.<name>`. */
export async function extraColumns(
  source: { database: string; engine(): Promise<Engine> },
  signal: AbortSignal
): Promise<string[]> {
  const sql = `SELECT DISTINCT arrayJoin(mapKeys(extra)) AS name
    FROM (SELECT extra FROM ${source.database}.events ORDER BY time DESC LIMIT ${looked}) ORDER BY name`;
  const result = await (await source.engine()).query({ sql, params: {} }, signal);
  return Array.from(strings(result, 'name'), (name) => `extra.${name}`);
}
