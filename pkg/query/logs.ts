import type { Frame, FrameMeta } from '../frames/frame.ts';
import { logLines } from '../frames/logLines.ts';
import { numbers, strings } from '../store/arrow.ts';
import type { Result, Statement } from '../store/engine.ts';
import type { QueryContext } from './context.ts';
import { actions } from './dimensions.ts';
import { whereSql } from './eventsSql.ts';
import { QueryError } from './error.ts';
import type { LogsQuery } from './model.ts';
import type { PanelRange } from './range.ts';
import { Parameters } from './statement.ts';

/** What search looks through: the texts that the line shows. */
const searched = [
  'reply',
  'recipient',
  'sender',
  'queue',
  'vmta',
  'recipient_domain',
  'mx',
  'source_ip',
  'job_id',
  'env_id',
  'status',
  'enhanced_code',
  'bounce_category',
];

const columns = [
  'node',
  'type',
  'vmta',
  'vmta_pool',
  'recipient_domain',
  'recipient',
  'sender',
  'provider',
  'queue',
  'source_ip',
  'mx',
  'job_id',
  'bounce_category',
  'status',
  'smtp_code',
  'enhanced_code',
  'reply',
] as const;

/** Level names of Grafana, by record type: a permanent failure is an error, a temporary one a warning. */
const severities: Readonly<Record<string, string>> = {
  d: 'info',
  r: 'info',
  rs: 'info',
  t: 'warning',
  tq: 'warning',
  b: 'error',
  rb: 'error',
  f: 'error',
};

/** Accounting records as log lines, newest first unless asked otherwise. */
export async function runLogs(query: LogsQuery, context: QueryContext): Promise<Frame[]> {
  if (context.fromAlert) {
    throw new QueryError('Log lines cannot be alerted on: use a query of type "events" with a measure.');
  }
  const statement = logsSql(query, context.range, context.table('events'));
  const result = await context.select(statement);
  const lines = Array.from({ length: result.rows }, (_, row) => toRecord(result, row));
  const meta: FrameMeta = {
    executedQueryString: statement.sql.trim(),
    custom: { searchWords: query.search ? [query.search] : [], limit: query.limit },
  };
  return [
    logLines({
      refId: context.refId,
      timestamps: lines.map(({ timeMs }) => timeMs),
      bodies: lines.map(({ body }) => body),
      severities: lines.map(({ severity }) => severity),
      ids: lines.map(({ id }) => id),
      labels: lines.map(({ labels }) => labels),
      meta,
    }),
  ];
}

function logsSql(query: LogsQuery, range: PanelRange, table: string): Statement {
  const parameters = new Parameters();
  const where = whereSql(query.filters, range, parameters);
  const search = query.search
    ? `AND positionCaseInsensitiveUTF8(concatWithSeparator('\\n', ${searched.join(', ')}), ${parameters.bind('String', query.search)}) > 0`
    : '';
  const order = query.direction === 'forward' ? 'ASC' : 'DESC';
  return parameters.statement(`
    SELECT toFloat64(toUnixTimestamp(time)) * 1000 AS time_ms, concat(source, ':', toString(position)) AS id,
      toJSONString(extra) AS extra_json, ${columns.join(', ')}
    FROM ${table}
    WHERE ${where} ${search}
    ORDER BY time ${order}, source ${order}, position ${order}
    LIMIT ${query.limit}`);
}

interface LogRecord {
  timeMs: number;
  id: string;
  body: string;
  severity: string;
  labels: Record<string, string>;
}

function toRecord(result: Result, row: number): LogRecord {
  const text = (name: string) => strings(result, name)[row] ?? '';
  const timeMs = numbers(result, 'time_ms')[row] ?? 0;
  const labels: Record<string, string> = { action: actions[text('type')] ?? text('type') };
  for (const name of columns) {
    const value = text(name);
    if (name !== 'type' && name !== 'reply' && value !== '') {
      labels[name] = value;
    }
  }
  return { timeMs, id: text('id'), body: logLine(timeMs, text), severity: severities[text('type')] ?? 'info', labels };
}

/**
 * The log line of the contract: these keys in this order come first, the others follow where they have a value.
 */
function logLine(timeMs: number, text: (name: string) => string): string {
  const line: Record<string, unknown> = {
    timestamp: new Date(timeMs).toISOString().replace('.000Z', 'Z'),
    vmta: text('vmta'),
    domain: text('recipient_domain'),
    action: actions[text('type')] ?? text('type'),
    dsn: text('status'),
    enhanced_code: text('enhanced_code'),
    message: messageOf(text('reply')),
  };
  for (const name of [
    'recipient',
    'sender',
    'queue',
    'source_ip',
    'mx',
    'job_id',
    'bounce_category',
    'node',
  ] as const) {
    if (text(name) !== '') {
      line[name] = text(name);
    }
  }
  const extra = JSON.parse(text('extra_json') || '{}') as Record<string, string>;
  return JSON.stringify(Object.keys(extra).length > 0 ? { ...line, extra } : line);
}

/**
 * The reply without its prefix, reply code and enhanced code, which have fields of their own. Only a server's reply has
 * codes: what PMTA says of itself may begin with a number that nothing else shows.
 */
export function messageOf(reply: string): string {
  return reply.replace(/^(?:x-pmta;\s*|smtp;\s*(?:\d{3}(?:[ -]\d\.\d{1,3}\.\d{1,3}\b)?[ -]?\s*)?)/, '');
}
