import { Queue } from './queue.ts';
import { TrafficCounters } from './windows.ts';
import type { AccountingEvent } from './events.ts';
import type { Message, Recipient } from './message.ts';
import type { Vmta } from './network.ts';
import type { RecipientDomain } from './providers.ts';

/** Recipients and bytes that are queued of one job. */
export interface JobBacklog {
  recipients: number;
  bytes: number;
}

/** What PMTA holds: queues, jobs and counters. Every recipient enters by `accept` and leaves by `remove`. */
export class Spool {
  /** UTC ms. */
  now: number;
  /** UTC ms of PMTA's start. */
  startedAt: number;
  readonly counters = new TrafficCounters();
  /** Queues with recipients or a state worth showing. */
  readonly listed = new Set<Queue>();
  /** Jobs with queued recipients. */
  readonly jobs = new Map<string, JobBacklog>();
  recipients = 0;
  bytes = 0;
  /** Highest number of outbound connections since PMTA's start. */
  topConnections = 0;
  private readonly queues = new Map<Vmta, Map<string, Queue>>();
  private readonly emitEvent: (event: AccountingEvent) => void;

  /** @param now UTC ms  @param emit takes each accounting event at the time of the event */
  constructor(now: number, emit: (event: AccountingEvent) => void) {
    this.now = now;
    this.startedAt = now;
    this.emitEvent = emit;
  }

  /** UTC seconds. */
  get seconds(): number {
    return Math.floor(this.now / 1000);
  }

  /** Every queue that ever was. */
  *allQueues(): Iterable<Queue> {
    for (const byDomain of this.queues.values()) {
      yield* byDomain.values();
    }
  }

  queueOf(domain: RecipientDomain, vmta: Vmta): Queue {
    let byDomain = this.queues.get(vmta);
    if (byDomain === undefined) {
      byDomain = new Map();
      this.queues.set(vmta, byDomain);
    }
    let queue = byDomain.get(domain.queueName);
    if (queue === undefined) {
      queue = new Queue(domain.queueName, domain.provider, vmta);
      byDomain.set(domain.queueName, queue);
    }
    return queue;
  }

  /** Queues one recipient of a message and accounts for it (r). */
  accept(message: Message, domain: RecipientDomain, vmta: Vmta, address: string): Recipient {
    const queue = this.queueOf(domain, vmta);
    const recipient: Recipient = {
      message,
      domain,
      queue,
      address,
      queued: this.seconds,
      firstAttempt: 0,
      attempts: 0,
      lastDiagnostic: '',
      mailboxFull: false,
      gone: false,
    };
    this.recipients++;
    this.bytes += message.size;
    queue.recipients++;
    queue.bytes += message.size;
    this.listed.add(queue);
    if (message.jobId !== '') {
      const job = this.jobs.get(message.jobId);
      if (job === undefined) {
        this.jobs.set(message.jobId, { recipients: 1, bytes: message.size });
      } else {
        job.recipients++;
        job.bytes += message.size;
      }
    }
    this.emit({ type: 'r', recipient });
    return recipient;
  }

  /** Takes a recipient out of its queue: it was delivered or it bounced. */
  remove(recipient: Recipient): void {
    const { message, queue } = recipient;
    recipient.gone = true;
    this.recipients--;
    this.bytes -= message.size;
    queue.recipients--;
    queue.bytes -= message.size;
    if (queue.recipients === 0) {
      // PMTA forgets the errors of a queue that has run empty.
      queue.errors = [];
      this.relist(queue);
    }
    const job = this.jobs.get(message.jobId);
    if (job !== undefined) {
      job.recipients--;
      job.bytes -= message.size;
      if (job.recipients === 0) {
        this.jobs.delete(message.jobId);
      }
    }
  }

  /** Lists or unlists a queue after its state has changed. */
  relist(queue: Queue): void {
    if (queue.listed) {
      this.listed.add(queue);
    } else {
      this.listed.delete(queue);
    }
  }

  /** Accounts for an event at the present time. */
  emit(event: Pick<AccountingEvent, 'type'> & Partial<AccountingEvent>): void {
    this.emitEvent({
      type: event.type,
      time: this.seconds,
      recipient: event.recipient ?? null,
      queue: event.queue ?? null,
      reply: event.reply ?? null,
      exchanger: event.exchanger ?? null,
      report: event.report ?? null,
    });
  }

  /** Open outbound connections of all queues. */
  connections(): number {
    let sum = 0;
    for (const queue of this.listed) {
      sum += queue.connections(this.now);
    }
    this.topConnections = Math.max(this.topConnections, sum);
    return sum;
  }
}
