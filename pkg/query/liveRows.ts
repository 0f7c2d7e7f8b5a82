import type { FieldConfig } from '../frames/frame.ts';
import type { DomainRow, JobRow, QueueRow, SnapshotData, Status, VmtaRow } from '../pmta/snapshot.ts';
import type { FilterColumn, LiveRow } from './matches.ts';
import type { Resource } from './model.ts';

export interface LiveColumn extends FilterColumn {
  config?: FieldConfig;
}

const kilobytes: FieldConfig = { unit: 'deckbytes' };
const text = (name: string): LiveColumn => ({ name, kind: 'string', config: { filterable: true } });
const number = (name: string, config?: FieldConfig): LiveColumn => ({
  name,
  kind: 'float64',
  ...(config && { config }),
});
const time = (name: string): LiveColumn => ({ name, kind: 'time' });
const flag = (name: string): LiveColumn => ({ name, kind: 'boolean' });

/** Columns of each live table, in order; `node` always comes first. */
export const liveColumns: Readonly<Record<Resource, readonly LiveColumn[]>> = {
  status: [
    text('node'),
    text('state'),
    text('version'),
    time('started'),
    number('uptime', { unit: 's' }),
    number('queue_recipients'),
    number('queue_kilobytes', kilobytes),
    number('connections_in'),
    number('connections_in_max'),
    number('connections_out'),
    number('connections_out_max'),
    number('in_last_minute'),
    number('out_last_minute'),
    number('in_last_hour'),
    number('out_last_hour'),
    number('spool_recipients'),
    number('spool_recipients_max'),
    number('resolver_queries_pending'),
  ],
  queues: [
    text('node'),
    text('queue'),
    number('recipients'),
    number('kilobytes', kilobytes),
    number('connections'),
    text('mode'),
    text('backoff_reason'),
    flag('paused'),
    time('retry'),
    text('last_error'),
    time('last_error_time'),
    // Parts of the queue's name, to filter by.
    text('recipient_domain'),
    text('vmta'),
  ],
  domains: [
    text('node'),
    text('recipient_domain'),
    number('recipients'),
    number('kilobytes', kilobytes),
    number('connections'),
    text('last_error'),
    time('last_error_time'),
  ],
  vmtas: [
    text('node'),
    text('vmta'),
    number('recipients'),
    number('kilobytes', kilobytes),
    number('connections'),
    number('domains'),
    number('percent_of_total', { unit: 'percent' }),
  ],
  jobs: [
    text('node'),
    text('job_id'),
    number('recipients'),
    number('kilobytes', kilobytes),
    number('connections'),
    flag('paused'),
  ],
};

/** Rows of a live table, as PMTA lists them. */
export const liveRows: { [R in Resource]: (data: SnapshotData[R]) => LiveRow[] } = {
  status: (data) => [statusRow(data)],
  queues: ({ rows }) => rows.map(queueRow),
  domains: ({ rows }) => rows.map(domainRow),
  vmtas: ({ rows }) => rows.map((row: VmtaRow) => ({ ...row })),
  jobs: ({ rows }) => rows.map((row: JobRow) => ({ ...row })),
};

function statusRow(status: Status): LiveRow {
  const queues = Object.values(status.queues);
  return {
    state: status.state,
    version: status.product.version,
    started: status.started_ms,
    uptime: status.uptime_seconds,
    queue_recipients: queues.reduce((sum, queue) => sum + queue.recipients, 0),
    queue_kilobytes: queues.reduce((sum, queue) => sum + queue.kilobytes, 0),
    connections_in: status.connections.in.current,
    connections_in_max: status.connections.in.max,
    connections_out: status.connections.out.current,
    connections_out_max: status.connections.out.max,
    in_last_minute: status.traffic.last_minute.in.recipients,
    out_last_minute: status.traffic.last_minute.out.recipients,
    in_last_hour: status.traffic.last_hour.in.recipients,
    out_last_hour: status.traffic.last_hour.out.recipients,
    spool_recipients: status.spool.recipients,
    spool_recipients_max: status.spool.recipients_max,
    resolver_queries_pending: status.resolver.queries_pending,
  };
}

function queueRow({ errors, retry_ms, ...row }: QueueRow): LiveRow {
  return { ...row, retry: retry_ms, last_error: errors[0]?.text ?? '', last_error_time: errors[0]?.time_ms ?? null };
}

function domainRow({ errors, ...row }: DomainRow): LiveRow {
  return { ...row, last_error: errors[0]?.text ?? '', last_error_time: errors[0]?.time_ms ?? null };
}
