import { strings } from '../store/arrow.ts';
import type { Engine } from '../store/engine.ts';
import { QueryError } from './error.ts';
import { whereSql } from './eventsSql.ts';
import { dimensionSql } from './dimensions.ts';
import type { Filter } from './model.ts';
import { Parameters } from './statement.ts';
import { validateDimension, validateFilters } from './validate.ts';

/** As many as a list to choose from can use. */
const mostValues = 1000;
const day = 86_400_000;
/** The furthest that a time may lie from 1970, in milliseconds; the store takes no larger number. */
const furthest = 8.64e15;

/**
 * Values of a dimension for editors, the most frequent first. Bounded by a time range (the last day unless given) and
 * by the filters that are already chosen.
 *
 * @param query key, from, to (UTC milliseconds), filters (JSON), search (part of the value)
 */
export async function valuesOf(
  query: URLSearchParams,
  source: { database: string; engine(): Promise<Engine> },
  signal: AbortSignal
): Promise<string[]> {
  const key = validateDimension('key', query.get('key'));
  const toMs = time('to', query.get('to'), Date.now());
  const fromMs = time('from', query.get('from'), toMs - day);
  const parameters = new Parameters();
  const where = whereSql(
    parseFilters(query.get('filters')),
    { fromMs, toMs, intervalMs: 0, maxDataPoints: 1 },
    parameters
  );
  const column = dimensionSql(key, parameters);
  const search = query.get('search') ?? '';
  const matching =
    search === '' ? '' : `AND positionCaseInsensitiveUTF8(${column}, ${parameters.bind('String', search)}) > 0`;
  const statement = parameters.statement(`
    SELECT ${column} AS choice FROM ${source.database}.events
    WHERE ${where} AND ${column} != '' ${matching}
    GROUP BY choice ORDER BY count() DESC, choice LIMIT ${mostValues}`);
  const result = await (await source.engine()).query(statement, signal);
  return Array.from(strings(result, 'choice'), (value) => value ?? '');
}

function parseFilters(text: string | null): Filter[] {
  try {
    return validateFilters(JSON.parse(text || '[]'));
  } catch (error) {
    throw error instanceof QueryError ? error : new QueryError('filters must be a JSON list');
  }
}

function time(name: string, text: string | null, otherwise: number): number {
  const value = text === null || text === '' ? otherwise : Number(text);
  if (!(Math.abs(value) <= furthest)) {
    throw new QueryError(`${name} must be UTC milliseconds`);
  }
  return value;
}
