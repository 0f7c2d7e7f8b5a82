import { defaults, dimensions, type Resource } from '../../pkg/query/model.ts';
import { type PmtaQuery } from '../types';

const queueDimensions = ['node', 'queue', 'recipient_domain', 'vmta'];

/** Columns of PMTA's lists, any of which can be filtered by; times are left out, since no operator compares them. */
const liveColumns: Record<Resource, readonly string[]> = {
  status: [
    'node',
    'state',
    'version',
    'uptime',
    'queue_recipients',
    'queue_kilobytes',
    'connections_in',
    'connections_in_max',
    'connections_out',
    'connections_out_max',
    'in_last_minute',
    'out_last_minute',
    'in_last_hour',
    'out_last_hour',
    'spool_recipients',
    'spool_recipients_max',
    'resolver_queries_pending',
  ],
  queues: [
    ...queueDimensions,
    'recipients',
    'kilobytes',
    'connections',
    'mode',
    'backoff_reason',
    'paused',
    'last_error',
  ],
  domains: ['node', 'recipient_domain', 'recipients', 'kilobytes', 'connections', 'last_error'],
  vmtas: ['node', 'vmta', 'recipients', 'kilobytes', 'connections', 'domains', 'percent_of_total'],
  jobs: ['node', 'job_id', 'recipients', 'kilobytes', 'connections', 'paused'],
};

/** Dimensions of history's metrics, by the first part of their names. */
const historyDimensions: Readonly<Record<string, readonly string[]>> = {
  queue: queueDimensions,
  process: ['node', 'process'],
  disk: ['node', 'folder'],
};

/** What the query can be grouped by. Events also know `extra.<name>`, the accounting columns without a dimension. */
export function groupKeys(query: PmtaQuery): readonly string[] {
  if (query.queryType !== 'history') {
    return dimensions;
  }
  const [group = ''] = (query.metric ?? defaults.history.metric).split('.');
  return historyDimensions[group] ?? ['node'];
}

/** What the query can be filtered by: its dimensions, and the numbers that `<` and `>` compare. */
export function filterKeys(query: PmtaQuery): readonly string[] {
  switch (query.queryType) {
    case 'history':
      return [...groupKeys(query), 'value'];
    case 'live': {
      const byResource: Record<string, readonly string[] | undefined> = liveColumns;
      return byResource[query.resource ?? defaults.live.resource] ?? [];
    }
    default:
      return [...dimensions, 'latency', 'bytes'];
  }
}

/** Whether the query can be grouped by the key; a template variable may stand for any. */
export function canGroupBy(query: PmtaQuery, key: string): boolean {
  return groupKeys(query).includes(key) || isOpen(query, key);
}

/** Whether the query can be filtered by the key; a template variable may stand for any. */
export function canFilterBy(query: PmtaQuery, key: string): boolean {
  return filterKeys(query).includes(key) || isOpen(query, key);
}

/** Whether stored values of the key can be looked up; numbers and columns of PMTA's lists are not stored. */
export function hasStoredValues(key: string): boolean {
  return (dimensions as readonly string[]).includes(key) || key.startsWith('extra.');
}

function isOpen(query: PmtaQuery, key: string): boolean {
  const fromAccounting = query.queryType === 'events' || query.queryType === 'logs';
  return key.includes('$') || (fromAccounting && key.startsWith('extra.'));
}
