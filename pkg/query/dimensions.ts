import type { Dimension, NamedDimension } from './model.ts';
import type { Parameters } from './statement.ts';

/** What the log line and filters call the record types. */
export const actions: Readonly<Record<string, string>> = {
  d: 'delivered',
  b: 'perm-fail',
  t: 'temp-fail',
  tq: 'queue-temp-fail',
  r: 'received',
  rb: 'remote-bounce',
  rs: 'remote-status',
  f: 'complaint',
};

const derived: Partial<Record<NamedDimension, string>> = {
  action: `transform(type, [${Object.keys(actions).map(quoted)}], [${Object.values(actions).map(quoted)}], '')`,
};

/** SQL of a dimension over `events`: a column as a rule. */
export function dimensionSql(dimension: Dimension, parameters: Parameters): string {
  if (dimension.startsWith('extra.')) {
    return `extra[${parameters.bind('String', dimension.slice('extra.'.length))}]`;
  }
  return derived[dimension as NamedDimension] ?? dimension;
}

/** Numbers of a record that `<` and `>` compare. */
export const numericKeys = ['latency', 'bytes', 'smtp_code'] as const;
export type NumericKey = (typeof numericKeys)[number];

export const numericSql: Readonly<Record<NumericKey, string>> = {
  latency: 'toFloat64(latency)',
  bytes: 'toFloat64(bytes)',
  smtp_code: 'toFloat64OrNull(toString(smtp_code))',
};

function quoted(text: string): string {
  return `'${text}'`;
}
