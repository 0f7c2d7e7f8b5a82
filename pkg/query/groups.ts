import type { StringField } from '../frames/frame.ts';
import type { Series } from '../frames/timeSeriesMulti.ts';
import { numbers, strings } from '../store/arrow.ts';
import type { Result } from '../store/engine.ts';

/** The rows of one group of a time series statement. */
export interface Group {
  labels: Record<string, string>;
  times: number[];
  values: number[];
}

/** Splits rows that are ordered by their groups (g0, g1, …) into one list of points a group. */
export function splitGroups(result: Result, groupBy: readonly string[]): Group[] {
  if (result.rows === 0) {
    return [];
  }
  const columns = groupBy.map((_, index) => strings(result, `g${index}`));
  const buckets = numbers(result, 'bucket');
  const values = numbers(result, 'value');
  const groups: Group[] = [];
  let current: Group | undefined;
  for (let row = 0; row < result.rows; row++) {
    if (!current || columns.some((column) => column[row] !== column[row - 1])) {
      const labels = groupBy.map((name, index) => [name, columns[index]?.[row] ?? '']);
      current = { labels: Object.fromEntries(labels), times: [], values: [] };
      groups.push(current);
    }
    const value = values[row];
    if (value !== null && value !== undefined) {
      current.times.push(buckets[row] ?? 0);
      current.values.push(value);
    }
  }
  return groups;
}

/** The groups (g0, g1, …) as the text columns of a table. */
export function groupFields(result: Result, groupBy: readonly string[]): StringField[] {
  return groupBy.map((name, index) => ({
    name,
    kind: 'string',
    values: strings(result, `g${index}`),
    config: { filterable: true },
  }));
}

export function toSeries({ labels, times, values }: Group): Series {
  return { labels, times: Float64Array.from(times), values: Float64Array.from(values) };
}

/** Points of a group at each of `starts`, 0 where it has none. */
export function fillWithZeroes(group: Group, starts: readonly number[]): Group {
  const known = new Map(group.times.map((time, index) => [time, group.values[index] ?? 0]));
  return { labels: group.labels, times: [...starts], values: starts.map((start) => known.get(start) ?? 0) };
}
