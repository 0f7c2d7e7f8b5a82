import type { Frame, FrameMeta } from '../frames/frame.ts';
import { noDataFrame } from '../frames/noDataFrame.ts';
import { table } from '../frames/table.ts';
import { timeSeriesMulti } from '../frames/timeSeriesMulti.ts';
import { numbers } from '../store/arrow.ts';
import { explainAbsence } from './absence.ts';
import type { QueryContext } from './context.ts';
import { groupFields, splitGroups, toSeries } from './groups.ts';
import { metricSql } from './historyMetrics.ts';
import { historySql } from './historySql.ts';
import type { HistoryQuery } from './model.ts';
import { bucketSeconds } from './range.ts';

/** What was polled, over time. A poll that is missing leaves a gap; nothing is made up between polls. */
export async function runHistory(query: HistoryQuery, context: QueryContext): Promise<Frame[]> {
  const { unit } = metricSql[query.metric];
  const seconds = query.format === 'table' ? null : bucketSeconds(context.range, context.pollSeconds);
  const statement = historySql(query, context.range, seconds, context.table);
  const result = await context.select(statement);
  const meta: FrameMeta = { executedQueryString: statement.sql.trim() };
  if (result.rows === 0) {
    const type: FrameMeta = seconds === null ? { type: 'table' } : { type: 'timeseries-multi', typeVersion: [0, 1] };
    return [noDataFrame(context.refId, { ...meta, ...type, notices: [await explainAbsence(query, context)] })];
  }
  if (seconds === null) {
    const value = {
      name: query.metric,
      kind: 'float64' as const,
      nullable: true,
      values: numbers(result, 'value'),
      config: { unit },
    };
    return [table({ refId: context.refId, fields: [...groupFields(result, query.groupBy), value], meta })];
  }
  return timeSeriesMulti({
    refId: context.refId,
    name: query.metric,
    series: splitGroups(result, query.groupBy).map(toSeries),
    intervalMs: seconds * 1000,
    config: { unit },
    meta,
  });
}
