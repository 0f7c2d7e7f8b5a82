import type { Envelope } from '../envelope.ts';
import { malformed } from '../error.ts';
import type { ConnectionCount, DeliveryQueue, Status, TrafficCount, TrafficWindow } from '../snapshot.ts';
import { at, flagOf, isTree, member, numberOf, textOf } from '../tree.ts';

/** PMTA's two times of `/status` in UTC milliseconds. */
export interface StatusTimes {
  now_ms: number | null;
  started_ms: number | null;
}

/** The `status` element, which builds of PMTA put into `data`, into `data.mta` or into `mta`; undefined where it is missing. */
export function findStatus({ data }: Envelope): unknown {
  return [at(data, 'status'), at(data, 'mta.status')].find(isTree);
}

/**
 * Reads `/status`. Counters since PMTA's start and current connections must be there, because a zero in their place
 * would look like a restart or an idle PMTA; PmtaError `malformed` names the missing one.
 */
export function normalizeStatus(envelope: Envelope, { now_ms, started_ms }: StatusTimes): Status {
  const { node, resource, data } = envelope;
  const status = findStatus(envelope);
  if (status === undefined) {
    throw malformed(node, resource, 'has no data.status');
  }
  const mandatory = (path: string): number => {
    const value = numberOf(at(status, path));
    if (value === null) {
      throw malformed(node, resource, `has no number in data.status.${path}`);
    }
    return value;
  };
  const optional = (path: string): number => numberOf(at(status, path)) ?? 0;
  const traffic = (window: string, read: (path: string) => number): TrafficWindow => ({
    in: trafficCount(`traffic.${window}.in`, read),
    out: trafficCount(`traffic.${window}.out`, read),
  });
  const connections = (direction: string): ConnectionCount => ({
    current: mandatory(`conn.${direction}.cur`),
    max: optional(`conn.${direction}.max`),
    top: optional(`conn.${direction}.top`),
  });
  const maybe = (path: string) => numberOf(at(status, path));
  const mta = member(data, 'mta');
  return {
    product: {
      name: textOf(at(mta, 'product.name')),
      version: textOf(at(mta, 'product.version')),
      variant: textOf(at(mta, 'product.variant')),
    },
    host_name: textOf(member(mta, 'fullHostName')),
    state: textOf(member(status, 'status')),
    shutting_down: flagOf(member(status, 'shuttingDown')) ?? false,
    now_ms,
    started_ms,
    uptime_seconds: uptime(now_ms, started_ms),
    traffic: {
      total: traffic('total', mandatory),
      last_hour: traffic('lastHr', optional),
      last_minute: traffic('lastMin', optional),
      top_per_hour: traffic('topPerHr', optional),
      top_per_minute: traffic('topPerMin', optional),
    },
    connections: { in: connections('smtpIn'), out: connections('smtpOut') },
    resolver: { names_cached: maybe('resolver.namesCached'), queries_pending: maybe('resolver.queriesPending') },
    queues: deliveryQueues(member(status, 'queue')),
    spool: {
      recipients: maybe('spool.totalRcp'),
      recipients_max: maybe('spool.maxRcp'),
      files_in_use: maybe('spool.files.inUse'),
      files_recycled: maybe('spool.files.recycled'),
      files_total: maybe('spool.files.total'),
      directories: maybe('spool.dirs'),
      initialized_percent: maybe('spool.initPct'),
    },
    ram_kilobytes: numberOf(at(mta, 'ram.real')),
    cpu_count: numberOf(at(mta, 'cpu.count')),
  };
}

function trafficCount(path: string, read: (path: string) => number): TrafficCount {
  return { recipients: read(`${path}.rcp`), messages: read(`${path}.msg`), kilobytes: read(`${path}.kb`) };
}

/** PMTA prints no uptime. Its clock may have been set back since it started, and then nobody knows. */
function uptime(nowMs: number | null, startedMs: number | null): number | null {
  return nowMs === null || startedMs === null || startedMs > nowMs ? null : Math.floor((nowMs - startedMs) / 1000);
}

function deliveryQueues(queue: unknown): Record<string, DeliveryQueue> {
  const methods = isTree(queue) ? Object.entries(queue).filter(([, counts]) => isTree(counts)) : [];
  return Object.fromEntries(
    methods.map(([method, counts]) => [
      method,
      {
        recipients: numberOf(member(counts, 'rcp')) ?? 0,
        domains: numberOf(member(counts, 'dom')) ?? 0,
        kilobytes: numberOf(member(counts, 'kb')) ?? 0,
      },
    ])
  );
}
