import type { AccountingEvent, RecordType } from './model/events.ts';

/** Numbers of records by type. */
export type TypeCounts = Record<RecordType, number>;

const noRecords = (): TypeCounts => ({ d: 0, b: 0, t: 0, tq: 0, r: 0, rb: 0, rs: 0, f: 0 });

/** One dimension: its values, and the records of each by type. */
class Dimension {
  private readonly counts = new Map<string, TypeCounts>();

  add(value: string, type: RecordType): void {
    let counts = this.counts.get(value);
    if (counts === undefined) {
      counts = noRecords();
      this.counts.set(value, counts);
    }
    counts[type]++;
  }

  /** Records of one value; zeros for a value that never occurred. */
  of(value: string): TypeCounts {
    return this.counts.get(value) ?? noRecords();
  }

  values(): string[] {
    return [...this.counts.keys()].sort();
  }
}

/**
 * The truth that tests compare with: how many records the model made, each counted once whatever the number of files
 * that hold it. Queue, VMTA and pool of r, rb, rs and f are those of the recipient; provider and domain too.
 */
export class RecordCounts {
  total = 0;
  readonly byType = noRecords();
  readonly byProvider = new Dimension();
  readonly byDomain = new Dimension();
  readonly byVmta = new Dimension();
  readonly byPool = new Dimension();
  readonly byQueue = new Dimension();
  /** Records of recipients with a job only. */
  readonly byJob = new Dimension();
  /** Records with a bounceCat only. */
  readonly byBounceCategory = new Dimension();
  /** Minutes as `2026-02-07T17:06Z`. */
  readonly byMinute = new Dimension();
  /** Bounces that an administrator made by deleting. */
  adminDeleted = 0;
  /** Bytes of all delivered recipients. */
  deliveredBytes = 0;
  /** Seconds from queueing to delivery, summed over all d records. */
  deliveredSeconds = 0;
  private minute = -1;
  private minuteText = '';

  add(event: AccountingEvent): void {
    const { type, recipient, reply } = event;
    this.total++;
    this.byType[type]++;
    const queue = event.queue ?? recipient?.queue;
    if (queue !== undefined) {
      this.byProvider.add(queue.provider, type);
      this.byVmta.add(queue.vmta.name, type);
      this.byPool.add(queue.vmta.pool, type);
      this.byQueue.add(queue.name, type);
    }
    if (recipient !== null) {
      this.byDomain.add(recipient.domain.name, type);
      if (recipient.message.jobId !== '') {
        this.byJob.add(recipient.message.jobId, type);
      }
      if (type === 'd') {
        this.deliveredBytes += recipient.message.size;
        this.deliveredSeconds += event.time - recipient.queued;
      }
    }
    if (reply !== null && reply.category !== '') {
      this.byBounceCategory.add(reply.category, type);
      this.adminDeleted += Number(reply.diagnostic === 'x-pmta;deleted by administrator');
    }
    const minute = Math.floor(event.time / 60);
    if (minute !== this.minute) {
      this.minute = minute;
      this.minuteText = `${new Date(minute * 60_000).toISOString().slice(0, 16)}Z`;
    }
    this.byMinute.add(this.minuteText, type);
  }
}
