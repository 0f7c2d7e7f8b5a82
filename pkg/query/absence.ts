import type { Notice } from '../frames/frame.ts';
import { numbers } from '../store/arrow.ts';
import type { QueryContext } from './context.ts';
import { metricSql } from './historyMetrics.ts';
import type { HistoryQuery } from './model.ts';

/** Why there is no history: nothing is measured, nothing was yet, or the range lies before the first time. */
export async function explainAbsence(query: HistoryQuery, context: QueryContext): Promise<Notice> {
  return { severity: 'info', text: await reason(query, context) };
}

async function reason({ metric }: HistoryQuery, context: QueryContext): Promise<string> {
  const { table } = metricSql[metric];
  const own = tablesOfTheirOwn[table];
  if (own === undefined && context.nodes.length === 0) {
    return 'No node has a monitor URL: add one in the data source settings.';
  }
  // A poll that lists nothing has no row in the table of the list.
  const firstMs = await firstTime(own === undefined ? 'polls' : table, context);
  if (firstMs === 0) {
    return own ?? notYetPolled;
  }
  if (context.range.toMs <= firstMs) {
    return `The stored history begins ${new Date(firstMs).toISOString()}.`;
  }
  const hint = table === 'queues' ? '; PMTA lists only queues with recipients, and only the top ones' : '';
  return `No ${metric} was ${own === undefined ? 'polled' : 'measured'} in this range for these filters${hint}.`;
}

const notYetPolled =
  'No poll is stored yet: the first one is under way, or its error stands in the health check ("Save & test").';

const notOnHost =
  'Nothing of the PMTA host is stored: its processes and disks are measured only where Grafana, or a collector, runs on ' +
  'that host and sees pmtad.';

/** Tables that are not filled by polls of the monitor, and why one may be empty. */
const tablesOfTheirOwn: Readonly<Record<string, string>> = {
  intake_state:
    'No state of the intake is stored yet: no node takes in accounting (files, pull or receive), the first row is under ' +
    'way, or the error of the store stands in the health check ("Save & test").',
  process: notOnHost,
  disks: notOnHost,
};

/** Time of a table's first row, UTC milliseconds; 0 for none. */
async function firstTime(table: string, context: QueryContext): Promise<number> {
  const first = await context.select({
    sql: `SELECT toFloat64(toUnixTimestamp64Milli(min(time))) AS first FROM ${context.table(table)}`,
    params: {},
  });
  return numbers(first, 'first')[0] ?? 0;
}
