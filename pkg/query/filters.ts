import { QueryError } from './error.ts';
import type { Filter } from './model.ts';
import type { Parameters } from './statement.ts';

/** Finds the SQL of a filter's key; undefined where the table has no such column. */
export type TextColumn = (key: string) => string | undefined;

/**
 * SQL of filters, all of which must hold; `1` for none. Comparison of texts is exact; `=~` and `!~` are RE2 over the
 * whole value, as in Prometheus and Loki. Throws QueryError for a key the table does not have.
 *
 * @param text column for `=` and its like
 * @param number column for `<` and `>`
 */
export function filtersSql(filters: Filter[], text: TextColumn, number: TextColumn, parameters: Parameters): string {
  return filters.map((filter) => `(${filterSql(filter, text, number, parameters)})`).join(' AND ') || '1';
}

function filterSql(
  { key, operator, values }: Filter,
  text: TextColumn,
  number: TextColumn,
  parameters: Parameters
): string {
  if (operator === '<' || operator === '>') {
    const column = number(key);
    if (column === undefined) {
      throw new QueryError(`${key} is not a number here, so it cannot be compared with ${operator}`);
    }
    return `ifNull(${column} ${operator} ${parameters.bind('Float64', boundOf({ key, operator, values }))}, 0)`;
  }
  const column = text(key);
  if (column === undefined) {
    throw new QueryError(`there is no ${key} to filter by here`);
  }
  if (values.length === 0) {
    throw new QueryError(`the filter ${key} ${operator} needs a value`);
  }
  switch (operator) {
    case '=':
    case '=|':
      return `${column} IN ${parameters.bind('Array(String)', values)}`;
    case '!=':
    case '!=|':
      return `${column} NOT IN ${parameters.bind('Array(String)', values)}`;
    case '=~':
      return `match(${column}, ${parameters.bind('String', wholeValue(values))})`;
    case '!~':
      return `NOT match(${column}, ${parameters.bind('String', wholeValue(values))})`;
  }
}

/** The number that `<` or `>` compares with; a QueryError where there is not just one. */
export function boundOf({ key, operator, values }: Filter): number {
  const bound = Number(values[0]);
  if (values.length !== 1 || values[0]?.trim() === '' || !Number.isFinite(bound)) {
    throw new QueryError(`the filter ${key} ${operator} needs one number`);
  }
  return bound;
}

/** Several expressions mean any of them; `.` is any character, because a value may hold line breaks. */
export function wholeValue(expressions: string[]): string {
  return `^(?s:${expressions.map((expression) => `(?:${expression})`).join('|')})$`;
}
