import type { Metric } from './model.ts';

export interface MetricSql {
  /** Snapshot table. */
  table: string;
  /** Value of one row; a null is no value. */
  value: string;
  /** What the rows of one poll, and nodes that are not told apart, are together: their sum unless said otherwise. */
  together?: 'sum' | 'max' | 'min';
  /** For counters: the seconds in which `value` was counted. A bucket's average is then sum by sum. */
  seconds?: string;
  /** Dimensions that the table has besides `node`. */
  dimensions: readonly string[];
  /** Which rows count for a query that neither groups nor filters by this dimension; without it all. */
  unlessChosen?: { dimension: string; value: string };
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

/** What was counted since the row before, as traffic. */
function counted(column: string): MetricSql {
  return { table: 'intake_state', value: column, seconds: 'interval_seconds', dimensions: [], unit: 'cps' };
}

function intake(column: string, unit: string, together: MetricSql['together'] = 'sum'): MetricSql {
  return { table: 'intake_state', value: column, together, dimensions: [], unit };
}

/** A sum of percentages would be of nothing, so the highest stands for all. */
function ofProcess(column: string, unit: 'bytes' | 'percent'): MetricSql {
  const together = unit === 'percent' ? 'max' : 'sum';
  const unlessChosen = { dimension: 'process', value: 'pmtad' };
  return { table: 'process', value: column, together, dimensions: ['process'], unlessChosen, unit };
}

/** Where folders are not told apart, the disk that will be full first stands for all. */
function ofDisk(column: string, unit: string, together: 'max' | 'min'): MetricSql {
  return { table: 'disks', value: column, together, dimensions: ['folder'], unit };
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
  'intake.lag_bytes': intake('lag_bytes', 'bytes'),
  'intake.lag_seconds': intake('lag_seconds', 's', 'max'),
  'intake.records': counted('records'),
  'intake.duplicates': counted('duplicates'),
  'intake.rejects': counted('rejects'),
  'intake.lost_bytes': intake('lost_bytes', 'bytes'),
  'intake.files': intake('files', 'short'),
  'process.memory_bytes': ofProcess('memory_bytes', 'bytes'),
  'process.memory_percent': ofProcess('memory_percent', 'percent'),
  'process.virtual_bytes': ofProcess('virtual_bytes', 'bytes'),
  'process.virtual_percent': ofProcess('virtual_percent', 'percent'),
  'process.cpu_percent': ofProcess('cpu_percent', 'percent'),
  'disk.used_percent': ofDisk('used_percent', 'percent', 'max'),
  'disk.free_bytes': ofDisk('free_bytes', 'bytes', 'min'),
  up: { table: 'polls', value: 'toFloat64(up)', dimensions: [], unit: 'short' },
};
