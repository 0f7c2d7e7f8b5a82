import { dimensionSql, type NumericKey, numericKeys, numericSql } from './dimensions.ts';
import { filtersSql } from './filters.ts';
import { measureSql } from './measures.ts';
import type { EventsQuery, Filter, Measure } from './model.ts';
import { type PanelRange, storedTime } from './range.ts';
import { Parameters } from './statement.ts';
import type { Statement } from '../store/engine.ts';
import { validateDimension } from './validate.ts';

/** Columns of the answer: g0, g1, … (the groups), `bucket` (ms) for time series, `value`. */
export function timeSeriesSql(query: EventsQuery, range: PanelRange, seconds: number, table: string): Statement {
  const parameters = new Parameters();
  const groups = groupColumns(query, parameters);
  const where = `${whereSql(query.filters, range, parameters)} AND ${typesSql(query.measure)}`;
  const measure = measureSql[query.measure].sql;
  const names = groups.map((_, index) => `g${index}`);
  const selected = groups.map((sql, index) => `${sql} AS g${index}`);
  const top =
    groups.length === 0
      ? ''
      : `AND (${groups.join(', ')}) IN (
           SELECT ${groups.join(', ')} FROM ${table} WHERE ${where}
           GROUP BY ${groups.join(', ')} ORDER BY ${measure} DESC NULLS LAST, ${groups.join(', ')} LIMIT ${query.limit})`;
  return parameters.statement(`
    SELECT ${[...selected, `toFloat64(intDiv(toUnixTimestamp(time), ${seconds})) * ${seconds * 1000} AS bucket`, `${measure} AS value`].join(', ')}
    FROM ${table}
    WHERE ${where} ${top}
    GROUP BY ${[...names, 'bucket'].join(', ')}
    HAVING value ${present(query.measure)}
    ORDER BY ${[...names, 'bucket'].join(', ')}`);
}

/** Columns of the answer: g0, g1, … and `value`; the highest first. */
export function tableSql(query: EventsQuery, range: PanelRange, table: string): Statement {
  const parameters = new Parameters();
  const groups = groupColumns(query, parameters);
  const names = groups.map((_, index) => `g${index}`);
  const selected = groups.map((sql, index) => `${sql} AS g${index}`);
  return parameters.statement(`
    SELECT ${[...selected, `${measureSql[query.measure].sql} AS value`].join(', ')}
    FROM ${table}
    WHERE ${whereSql(query.filters, range, parameters)} AND ${typesSql(query.measure)}
    ${groups.length === 0 ? '' : `GROUP BY ${names.join(', ')}`}
    HAVING value ${present(query.measure)}
    ORDER BY ${['value DESC', ...names].join(', ')}
    LIMIT ${query.limit}`);
}

/** Time range and filters over `events`. */
export function whereSql(filters: Filter[], { fromMs, toMs }: PanelRange, parameters: Parameters): string {
  const from = parameters.bind('Int64', Math.ceil(storedTime(fromMs) / 1000));
  const to = parameters.bind('Int64', Math.ceil(storedTime(toMs) / 1000));
  const text = (key: string) => dimensionSql(validateDimension('filter key', key), parameters);
  const number = (key: string) => (isNumeric(key) ? numericSql[key] : undefined);
  return `time >= toDateTime(${from}, 'UTC') AND time < toDateTime(${to}, 'UTC') AND ${filtersSql(filters, text, number, parameters)}`;
}

/** Only the types that a measure counts, so that a group without them is no group of it. */
function typesSql(measure: Measure): string {
  return `type IN (${measureSql[measure].needs.map((type) => `'${type}'`).join(', ')})`;
}

/** A count of nothing is left out here and filled in as 0 afterwards, where there is a group to be 0. */
function present(measure: Measure): string {
  return measureSql[measure].isRate ? 'IS NOT NULL' : '> 0';
}

function groupColumns(query: EventsQuery, parameters: Parameters): string[] {
  return query.groupBy.map((dimension) => dimensionSql(dimension, parameters));
}

function isNumeric(key: string): key is NumericKey {
  return (numericKeys as readonly string[]).includes(key);
}
