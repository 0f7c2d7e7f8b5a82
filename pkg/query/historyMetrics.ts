import type { Metric } from './model.ts';

export interface MetricSql {
  /** Snapshot table. */
  table: string;
  /** Value of one row; rows of one poll are summed. */
  value: string;
  /** For counters: the seconds in which `value` was counted. A bucket's average is then sum by sum. */
  seconds?: string;
  /** Dimensions that the table has besides `node`. */
  dimensions: readonly string[];
  unit: string;
  /** The same over all rows, listed or not, for queries that need no dimension of the list. */
  whole?: { table: string; value: string };
}

function traffic(column: string, unit: string): MetricSql {
  return { table: 'status', value: column, seconds: 'interval_seconds', dimensions: [], unit };
}

function status(column: string): MetricSql {
  return { table: 'status', value: column, dimensions: [], unit: 'short' };
}

const queueDimensions = ['queue', 'recipient_domain', 'vmta'] as const;

function queue(column: string, unit: string, whole?: MetricSql['whole']): MetricSql {
  return { table: 'queues', value: column, dimensions: queueDimensions, unit, ...(whole && { whole }) };
}

/** Where each metric is stored; documented for users in docs/queries.md. */
export const metricSql: Readonly<Record<Metric, MetricSql>> = {
  'traffic.in.recipients': traffic('traffic_in_recipients', 'cps'),
  'traffic.in.messages': traffic('traffic_in_messages', 'cps'),
  'traffic.in.kilobytes': traffic('traffic_in_kilobytes', 'KiBs'),
  'traffic.out.recipients': traffic('traffic_out_recipients', 'cps'),
  'traffic.out.messages': traffic('traffic_out_messages', 'cps'),
  'traffic.out.kilobytes': traffic('traffic_out_kilobytes', 'KiBs'),
  'connections.in.current': status('connections_in_current'),
  'connections.in.max': status('connections_in_max'),
  'connections.in.top': status('connections_in_top'),
  'connections.out.current': status('connections_out_current'),
  'connections.out.max': status('connections_out_max'),
  'connections.out.top': status('connections_out_top'),
  'queue.recipients': queue('recipients', 'short', { table: 'status', value: 'queue_recipients' }),
  'queue.kilobytes': queue('kilobytes', 'deckbytes', { table: 'status', value: 'queue_kilobytes' }),
  'queue.connections': queue('connections', 'short'),
  'queue.backoff': queue('toFloat64(backoff)', 'short'),
  'queue.paused': queue('toFloat64(paused)', 'short'),
  up: { table: 'polls', value: 'toFloat64(up)', dimensions: [], unit: 'short' },
};
