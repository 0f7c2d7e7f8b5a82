import { RE2JS } from 're2js';

import { QueryError } from './error.ts';
import { boundOf, wholeValue } from './filters.ts';
import type { Filter } from './model.ts';

export type LiveRow = Record<string, string | number | boolean | null>;

/** A column of a live table, as far as filters mind it. */
export interface FilterColumn {
  name: string;
  kind: 'string' | 'float64' | 'boolean' | 'time';
}

/**
 * The test that rows of PMTA's monitor must pass; it means what `filtersSql` means in the store. Expressions are RE2
 * here too: JavaScript's own take time without bound on some.
 */
export function matcher(filters: Filter[], columns: readonly FilterColumn[]): (row: LiveRow) => boolean {
  const tests = filters.map((filter) => {
    const column = columns.find(({ name }) => name === filter.key);
    if (!column) {
      const names = columns.map(({ name }) => name);
      throw new QueryError(`there is no ${filter.key} to filter by here; there is: ${names.join(', ')}`);
    }
    const test = valueTest(filter, column.kind);
    return (row: LiveRow) => test(row[filter.key] ?? null);
  });
  return (row) => tests.every((test) => test(row));
}

function valueTest(
  { key, operator, values }: Filter,
  kind: FilterColumn['kind']
): (value: string | number | boolean | null) => boolean {
  if (values.length === 0) {
    throw new QueryError(`the filter ${key} ${operator} needs a value`);
  }
  switch (operator) {
    case '=':
    case '=|':
      return (value) => values.includes(String(value ?? ''));
    case '!=':
    case '!=|':
      return (value) => !values.includes(String(value ?? ''));
    case '=~':
    case '!~': {
      const pattern = compile(key, values);
      return (value) => pattern.matches(String(value ?? '')) === (operator === '=~');
    }
    case '<':
    case '>': {
      if (kind !== 'float64' && kind !== 'time') {
        throw new QueryError(`${key} is not a number here, so it cannot be compared with ${operator}`);
      }
      const bound = boundOf({ key, operator, values });
      return (value) => typeof value === 'number' && (operator === '<' ? value < bound : value > bound);
    }
  }
}

function compile(key: string, values: string[]): RE2JS {
  try {
    return RE2JS.compile(wholeValue(values));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new QueryError(`the expression for ${key} is not valid RE2 (no look-around, no back-references): ${reason}`);
  }
}
