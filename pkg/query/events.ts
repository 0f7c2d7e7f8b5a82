import type { Frame, FrameMeta } from '../frames/frame.ts';
import { noDataFrame } from '../frames/noDataFrame.ts';
import { table } from '../frames/table.ts';
import { timeSeriesMulti } from '../frames/timeSeriesMulti.ts';
import { numbers } from '../store/arrow.ts';
import type { QueryContext } from './context.ts';
import { tableSql, timeSeriesSql } from './eventsSql.ts';
import { QueryError } from './error.ts';
import { explainNoRecords } from './explain.ts';
import { fillWithZeroes, groupFields, splitGroups, toSeries } from './groups.ts';
import { measureSql } from './measures.ts';
import type { EventsQuery } from './model.ts';
import { bucketSeconds, bucketStarts, type PanelRange } from './range.ts';

/** Of all series of one answer together. */
const mostPoints = 2_000_000;

/** Accounting as numbers: a time series for each group, or a table with a row for each. */
export function runEvents(query: EventsQuery, context: QueryContext): Promise<Frame[]> {
  return query.format === 'table' ? runTable(query, context) : runTimeSeries(query, context);
}

async function runTimeSeries(query: EventsQuery, context: QueryContext): Promise<Frame[]> {
  const seconds = bucketSeconds(context.range, 1);
  const range = context.fromAlert ? withoutOpenBucket(context.range, seconds, context.nowMs) : context.range;
  const statement = timeSeriesSql(query, range, seconds, context.table('events'));
  const groups = splitGroups(await context.select(statement), query.groupBy);
  const { isRate, unit } = measureSql[query.measure];
  const starts = bucketStarts(range, seconds, context.nowMs);
  const meta: FrameMeta = { executedQueryString: statement.sql.trim() };
  if (groups.length === 0) {
    const explanation = await explainNoRecords(query.measure, context);
    meta.notices = explanation.notices;
    if (!explanation.recorded || isRate || query.groupBy.length > 0) {
      return [noDataFrame(context.refId, { ...meta, type: 'timeseries-multi', typeVersion: [0, 1] })];
    }
    groups.push({ labels: {}, times: [], values: [] });
  }
  refuseTooManyPoints(groups.length, starts.length);
  return timeSeriesMulti({
    refId: context.refId,
    name: query.measure,
    series: (isRate ? groups : groups.map((group) => fillWithZeroes(group, starts))).map(toSeries),
    intervalMs: seconds * 1000,
    config: { unit, ...(isRate ? { min: 0, max: 1 } : {}) },
    meta,
  });
}

async function runTable(query: EventsQuery, context: QueryContext): Promise<Frame[]> {
  const statement = tableSql(query, context.range, context.table('events'));
  const result = await context.select(statement);
  const { isRate, unit } = measureSql[query.measure];
  const meta: FrameMeta = { executedQueryString: statement.sql.trim() };
  let values = numbers(result, 'value');
  if (result.rows === 0) {
    const explanation = await explainNoRecords(query.measure, context);
    meta.notices = explanation.notices;
    if (!explanation.recorded || isRate || query.groupBy.length > 0) {
      return [noDataFrame(context.refId, { ...meta, type: 'table' })];
    }
    values = [0];
  }
  const value = { name: query.measure, kind: 'float64' as const, values, nullable: true, config: { unit } };
  return [table({ refId: context.refId, fields: [...groupFields(result, query.groupBy), value], meta })];
}

/** Filling in zeroes multiplies what the store answered, so the store's own bound on rows does not bound this. */
function refuseTooManyPoints(series: number, points: number): void {
  if (series * points > mostPoints) {
    throw new QueryError(
      `${series} series of ${points} points are more than can be drawn: lower the limit, or make the interval longer`,
      422
    );
  }
}

/** A rule that compares the last bucket must not see one that is still filling, or every minute begins with an alarm. */
function withoutOpenBucket(range: PanelRange, seconds: number, nowMs: number): PanelRange {
  const length = seconds * 1000;
  const open = Math.floor(nowMs / length) * length;
  return range.toMs > open && open > range.fromMs ? { ...range, toMs: open } : range;
}
