import { Kilobytes, type Tree } from './tree.ts';
import type { Queue, QueueError } from '../model/queue.ts';
import type { Spool } from '../model/spool.ts';
import type { Zone } from '../zone.ts';
import type { Variant } from './variant.ts';

type Members = { [name: string]: Tree };

/** What a list is asked for. */
export interface ListRequest {
  /** `maxitems` of the request, when it has one. */
  maxItems: number | null;
  /** `queue=` or `domain=`, where `*` stands for anything; empty: everything. */
  pattern: string;
}

const DAY_MS = 86_400_000;

/** The lists of the monitor, at one instant. */
export class Views {
  private readonly spool: Spool;
  private readonly variant: Variant;
  private readonly zone: Zone;

  constructor(spool: Spool, variant: Variant, zone: Zone) {
    this.spool = spool;
    this.variant = variant;
    this.zone = zone;
  }

  queues(request: ListRequest): Members {
    const matches = matcher(request.pattern);
    const queues = [...this.spool.listed].filter((queue) => matches(queue.name));
    const withRecipients = queues.filter((queue) => queue.recipients > 0);
    const rows = this.top(queues, request, (queue) => queue.recipients);
    return {
      title: `Top ${rows.length} queues by number of recipients`,
      queues: rows.map((queue) => this.queue(queue)),
      totalRcp: total(withRecipients),
      totalQueuesWithRcp: withRecipients.length,
    };
  }

  /** One queue with everything that the UI's page of it shows; null when there is no such queue. */
  queueDetail(name: string): Members | null {
    const queue = [...this.spool.listed].find((listed) => listed.name === name);
    if (queue === undefined) {
      return null;
    }
    return {
      ...this.queue(queue),
      backoffReason: queue.backoffReason,
      modeEvents: queue.modeChanges.map((change) => this.error(change)),
      disabledSources: [],
      vmtaSettings: { 'max-smtp-out': 'unlimited', 'max-smtp-msg-rate': 'unlimited' },
      queueSettings: { 'max-smtp-out': '20', 'max-events-recorded': '10', 'backoff-to-normal-after-delivery': 'true' },
    };
  }

  domains(request: ListRequest): Members {
    const matches = matcher(request.pattern);
    const groups = this.groups((queue) => queue.domain).filter((group) => matches(group.name));
    const rows = this.top(groups, request, (group) => group.recipients);
    return {
      title: `Top ${rows.length} domains by number of recipients`,
      domains: rows.map((group) => ({ ...this.summary(group), errors: this.errors(group.queues) })),
      totalRcp: total(groups),
      totalDomainsWithRcp: groups.length,
    };
  }

  vmtas(request: ListRequest): Members {
    const groups = this.groups((queue) => queue.vmta.name);
    const all = total(groups);
    const rows = this.top(groups, request, (group) => group.recipients);
    return {
      title: `Top ${rows.length} virtual MTAs by number of recipients`,
      vmtas: rows.map((group) => {
        const { name, rcp, kb, conn } = this.summary(group);
        const pctOfTotal = Math.round((group.recipients / all) * 100);
        return { name, rcp, kb, pctOfTotal, conn, dom: new Set(group.queues.map((queue) => queue.domain)).size };
      }),
      totalRcp: all,
      totalVmtasWithRcp: groups.length,
    };
  }

  jobs(request: ListRequest): Members {
    const jobs = [...this.spool.jobs].map(([name, backlog]) => ({ name, ...backlog }));
    const rows = this.top(jobs, request, (job) => job.recipients);
    return {
      title: `Top ${rows.length} jobs by number of recipients`,
      jobs: rows.map(({ name, recipients, bytes }) => ({ name, rcp: recipients, kb: new Kilobytes(bytes), conn: 0 })),
      totalJobsWithRcp: jobs.length,
      totalRcp: total(jobs),
    };
  }

  private queue(queue: Queue): Members {
    const retryAt = queue.retryAt || (queue.nextAttempt > this.spool.now ? queue.nextAttempt : 0);
    return {
      name: queue.name,
      rcp: queue.recipients,
      kb: new Kilobytes(queue.bytes),
      conn: queue.connections(this.spool.now),
      errors: this.errors([queue]),
      paused: queue.paused,
      mode: queue.mode,
      ...(retryAt === 0 ? {} : { retryTime: this.local(retryAt) }),
    };
  }

  /** Queues with recipients, brought together. */
  private groups(key: (queue: Queue) => string): Group[] {
    const groups = new Map<string, Group>();
    for (const queue of this.spool.listed) {
      if (queue.recipients > 0) {
        const name = key(queue);
        const group = groups.get(name) ?? { name, recipients: 0, bytes: 0, queues: [] };
        group.recipients += queue.recipients;
        group.bytes += queue.bytes;
        group.queues.push(queue);
        groups.set(name, group);
      }
    }
    return [...groups.values()];
  }

  private summary(group: Group): { name: string; rcp: number; kb: Kilobytes; conn: number } {
    const conn = group.queues.reduce((sum, queue) => sum + queue.connections(this.spool.now), 0);
    return { name: group.name, rcp: group.recipients, kb: new Kilobytes(group.bytes), conn };
  }

  /** The newest errors of the queues, newest first; with `oldErrors` a very old one behind them. */
  private errors(queues: Queue[]): Tree[] {
    const recent = queues
      .flatMap((queue) => queue.errors)
      .sort((a, b) => b.time - a.time)
      .slice(0, this.variant.oldErrors ? 9 : 10);
    const old = { time: this.spool.now - 3 * DAY_MS, text: 'All SMTP sources for queue are now disabled.' };
    return [...recent, ...(this.variant.oldErrors ? [old] : [])].map((error) => this.error(error));
  }

  private error({ time, text }: QueueError): Members {
    return { time: this.local(time), text };
  }

  /** PMTA's clock, which may be ahead, in its own zone. */
  private local(ms: number): string {
    return this.zone.local(ms + this.variant.clockSkewMs);
  }

  private top<T extends { name: string }>(items: T[], { maxItems }: ListRequest, size: (item: T) => number): T[] {
    const limit = (this.variant.honoursMaxItems ? maxItems : null) ?? this.variant.defaultMaxItems;
    return items.sort((a, b) => size(b) - size(a) || (a.name < b.name ? -1 : 1)).slice(0, limit);
  }
}

interface Group {
  name: string;
  recipients: number;
  bytes: number;
  queues: Queue[];
}

function total(items: Array<{ recipients: number }>): number {
  return items.reduce((sum, { recipients }) => sum + recipients, 0);
}

function matcher(pattern: string): (name: string) => boolean {
  if (pattern === '') {
    return () => true;
  }
  const parts = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  const expression = new RegExp(`^${parts.join('.*')}$`, 'i');
  return (name) => expression.test(name);
}
