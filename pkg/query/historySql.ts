import type { Statement } from '../store/engine.ts';
import { QueryError } from './error.ts';
import { filtersSql } from './filters.ts';
import { type MetricSql, metricSql } from './historyMetrics.ts';
import type { Aggregate, HistoryQuery } from './model.ts';
import { type PanelRange, storedTime } from './range.ts';
import { Parameters } from './statement.ts';

/**
 * History in three steps: the rows of one poll are put together to what the node said of a group at that moment; the
 * polls of a bucket are aggregated; nodes that are not told apart are put together. Columns of the answer: g0, g1, …, `bucket` (ms)
 * unless it is a table, `value`.
 *
 * @param seconds length of the buckets; null for one value over the whole range
 */
export function historySql(
  query: HistoryQuery,
  { fromMs, toMs }: PanelRange,
  seconds: number | null,
  table: (name: string) => string
): Statement {
  const metric = sourceOf(query);
  const known = ['node', ...metric.dimensions];
  for (const dimension of query.groupBy) {
    if (!known.includes(dimension)) {
      throw new QueryError(`${query.metric} cannot be grouped by ${dimension}, only by: ${known.join(', ')}`);
    }
  }
  const parameters = new Parameters();
  const column = (key: string) => (known.includes(key) ? key : undefined);
  const value = (key: string) => (key === 'value' ? metric.value : undefined);
  const where = `${filtersSql(query.filters, column, value, parameters)}${usualRows(query, metric, parameters)}`;
  const from = parameters.bind('Int64', Math.round(storedTime(fromMs)));
  const to = parameters.bind('Int64', Math.round(storedTime(toMs)));
  const inRange = `time >= fromUnixTimestamp64Milli(${from}, 'UTC') AND time < fromUnixTimestamp64Milli(${to}, 'UTC')`;
  // A poll that lists no queue has no row of its own; without this, the last queue in backoff would stay for ever.
  const zeroes =
    metric.table === 'queues' && !needsList(query)
      ? `UNION ALL SELECT node, time, 0, 0 FROM ${table('polls')} WHERE ${inRange} AND up = 1 AND error = '' AND ${where}`
      : '';
  const groups = query.groupBy.map((name, index) => `${name} AS g${index}`);
  const names = groups.map((_, index) => `g${index}`);
  const inner = [...new Set(['node', ...query.groupBy])];
  const bucket = seconds === null ? '0' : `intDiv(toUnixTimestamp(time), ${seconds}) * ${seconds * 1000}`;
  const together = metric.together ?? 'sum';
  // Where the lowest stands for all, the lowest are also those to be shown.
  const [extreme, direction] = together === 'min' ? ['min', 'ASC'] : ['max', 'DESC'];
  const top =
    names.length === 0
      ? ''
      : `WHERE (${names.join(', ')}) IN (
          SELECT ${names.join(', ')} FROM answer GROUP BY ${names.join(', ')}
          ORDER BY ${extreme}(value) ${direction}, ${names.join(', ')} LIMIT ${query.limit})`;
  return parameters.statement(`
    WITH
      moments AS (
        SELECT ${[...inner, 'time'].join(', ')}, ${together}(row_amount) AS amount, max(row_seconds) AS seconds
        FROM (
          SELECT ${[...inner, 'time'].join(', ')}, ${metric.value} AS row_amount, ${metric.seconds ?? '0'} AS row_seconds
          FROM ${table(metric.table)} WHERE ${inRange} AND ${where}
          ${zeroes})
        GROUP BY ${[...inner, 'time'].join(', ')}
        HAVING ${metric.seconds ? 'seconds > 0' : 'isNotNull(amount)'}),
      buckets AS (
        SELECT ${[...inner, `${bucket} AS bucket`].join(', ')}, ${aggregateSql(query.aggregate, metric)} AS amount
        FROM moments GROUP BY ${[...inner, 'bucket'].join(', ')}),
      answer AS (
        SELECT ${[...groups, 'bucket', `${together}(amount) AS value`].join(', ')}
        FROM buckets GROUP BY ${[...names, 'bucket'].join(', ')})
    SELECT ${[...names, 'toFloat64(bucket) AS bucket', 'value'].join(', ')} FROM answer ${top}
    ORDER BY ${seconds === null ? [`value ${direction}`, ...names].join(', ') : [...names, 'bucket'].join(', ')}`);
}

/** PMTA lists only the top of its queues, so what needs no list is read from the totals. */
function sourceOf(query: HistoryQuery): MetricSql {
  const metric = metricSql[query.metric];
  return metric.whole && !needsList(query) ? { ...metric, ...metric.whole, dimensions: [] } : metric;
}

function needsList(query: HistoryQuery): boolean {
  return chosen(query).some((name) => name !== 'node');
}

function usualRows(query: HistoryQuery, { unlessChosen }: MetricSql, parameters: Parameters): string {
  return unlessChosen && !chosen(query).includes(unlessChosen.dimension)
    ? ` AND ${unlessChosen.dimension} = ${parameters.bind('String', unlessChosen.value)}`
    : '';
}

/** What the query groups or filters by. */
function chosen(query: HistoryQuery): string[] {
  return [...query.groupBy, ...query.filters.map(({ key }) => key)];
}

function aggregateSql(aggregate: Aggregate, metric: MetricSql): string {
  const value = metric.seconds ? 'amount / seconds' : 'amount';
  switch (aggregate) {
    case 'avg':
      return metric.seconds ? 'sum(amount) / sum(seconds)' : 'avg(amount)';
    case 'max':
      return `max(${value})`;
    case 'min':
      return `min(${value})`;
    case 'last':
      return `argMax(${value}, time)`;
    case 'rate':
      // Of a counter this is its average; of a gauge, how fast it grew or shrank from the first to the last poll.
      return metric.seconds
        ? 'sum(amount) / sum(seconds)'
        : "if(max(time) = min(time), 0, (argMax(amount, time) - argMin(amount, time)) / (dateDiff('millisecond', min(time), max(time)) / 1000))";
  }
}
