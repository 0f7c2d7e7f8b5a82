import { type TrafficRates } from '../../pmta/rates.ts';
import type {
  DomainRow,
  JobRow,
  Listing,
  QueueRow,
  Snapshot,
  SnapshotResource,
  TrafficCount,
  VmtaRow,
} from '../../pmta/snapshot.ts';

import { timeValue } from '../../store/sql.ts';

/** A row of a snapshot table, by column name. */
export type Row = Record<string, string | number | null>;

type ListResource = Exclude<SnapshotResource, 'status'>;

const listRows: { [R in ListResource]: (row: Snapshot<R>['data']['rows'][number]) => Row } = {
  queues: (row: QueueRow) => ({
    queue: row.queue,
    recipient_domain: row.recipient_domain,
    vmta: row.vmta,
    recipients: row.recipients,
    kilobytes: row.kilobytes,
    connections: row.connections,
    backoff: row.mode === 'backoff' ? 1 : 0,
    paused: row.paused ? 1 : 0,
    backoff_reason: row.backoff_reason,
    last_error: row.errors[0]?.text ?? '',
  }),
  domains: (row: DomainRow) => ({
    recipient_domain: row.recipient_domain,
    recipients: row.recipients,
    kilobytes: row.kilobytes,
    connections: row.connections,
    last_error: row.errors[0]?.text ?? '',
  }),
  vmtas: (row: VmtaRow) => ({
    vmta: row.vmta,
    recipients: row.recipients,
    kilobytes: row.kilobytes,
    connections: row.connections,
    domains: row.domains,
  }),
  jobs: (row: JobRow) => ({
    job_id: row.job_id,
    recipients: row.recipients,
    kilobytes: row.kilobytes,
    connections: row.connections,
    paused: row.paused ? 1 : 0,
  }),
};

/** The rows of one poll of a list; all carry the poll's time, so that they can be summed up again. */
export function rowsOfList<R extends ListResource>(snapshot: Snapshot<R>, timeMs: number): Row[] {
  const toRow = listRows[snapshot.resource] as (row: unknown) => Row;
  const { rows } = snapshot.data as Listing<unknown>;
  return rows.map((row) => ({ node: snapshot.node, time: timeValue(timeMs), ...toRow(row) }));
}

/**
 * The row of one poll of `/status`.
 *
 * @param traffic since the poll before
 * @param intervalSeconds between the two polls; 0 for the first, whose traffic is unknown
 */
export function rowOfStatus(
  snapshot: Snapshot<'status'>,
  traffic: TrafficRates,
  intervalSeconds: number,
  timeMs: number
): Row {
  const { data } = snapshot;
  const seconds = traffic.rates ? intervalSeconds : 0;
  const queues = Object.values(data.queues);
  const sum = (key: 'recipients' | 'kilobytes' | 'domains') => queues.reduce((total, queue) => total + queue[key], 0);
  return {
    node: snapshot.node,
    time: timeValue(timeMs),
    state: data.state,
    version: data.product.version,
    started_time: timeValue(data.started_ms ?? 0),
    uptime_seconds: data.uptime_seconds ?? 0,
    interval_seconds: seconds,
    ...counts('traffic_in', traffic.rates?.in, seconds),
    ...counts('traffic_out', traffic.rates?.out, seconds),
    ...counts('total_in', data.traffic.total.in, 1),
    ...counts('total_out', data.traffic.total.out, 1),
    connections_in_current: data.connections.in.current,
    connections_in_max: data.connections.in.max,
    connections_in_top: data.connections.in.top,
    connections_out_current: data.connections.out.current,
    connections_out_max: data.connections.out.max,
    connections_out_top: data.connections.out.top,
    queue_recipients: sum('recipients'),
    queue_kilobytes: sum('kilobytes'),
    queue_domains: sum('domains'),
    spool_recipients: data.spool.recipients,
    spool_recipients_max: data.spool.recipients_max,
    spool_files: data.spool.files_in_use,
    resolver_names_cached: data.resolver.names_cached,
    resolver_queries_pending: data.resolver.queries_pending,
  };
}

function counts(prefix: string, count: TrafficCount | undefined, factor: number): Row {
  return {
    [`${prefix}_recipients`]: (count?.recipients ?? 0) * factor,
    [`${prefix}_messages`]: (count?.messages ?? 0) * factor,
    [`${prefix}_kilobytes`]: (count?.kilobytes ?? 0) * factor,
  };
}
