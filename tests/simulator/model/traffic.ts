import { Weighted } from '../random.ts';
import { LOCAL_BOUNCES } from './bounces.ts';
import { Delivery, type Task } from './delivery.ts';
import { Injection, diurnal } from './injection.ts';
import { streams, type Stream } from './network.ts';
import { recipientDomains, type RecipientDomain } from './providers.ts';
import { Spool } from './spool.ts';
import { Throttling, type Episode } from './throttling.ts';
import { Wheel } from './wheel.ts';
import type { Zone } from '../zone.ts';
import type { AccountingEvent } from './events.ts';
import type { Recipient } from './message.ts';

/** The model moves in quarters of a second: finer than PMTA's clock tells, coarse enough to be fast. */
export const STEP_MS = 250;

export interface TrafficOptions {
  seed: string;
  /** UTC ms; rounded down to a whole second. */
  start: number;
  /** Mean number of recipients that are injected each second. */
  recipientsPerSecond: number;
  /** The same load at every hour. */
  steady: boolean;
  smallDomains: number;
  vmtasPerPool: number;
  hostName: string;
  zone: Zone;
}

/** Which queued recipients an administrator's command is about; every given part must match. */
export interface Selection {
  /** `domain/vmta`. */
  queue?: string;
  jobId?: string;
  pool?: string;
}

/**
 * The traffic of one PMTA: messages come in, are delivered, bounced or deferred. The same options give the same
 * events, however `advance` is sliced. @param emit takes each accounting event
 */
export class Traffic {
  readonly spool: Spool;
  readonly streams: Stream[];
  readonly domains: RecipientDomain[];
  private readonly options: TrafficOptions;
  private readonly wheel = new Wheel<Task>(STEP_MS);
  private readonly delivery: Delivery;
  private readonly injections: Array<{ injection: Injection; share: number }>;
  private readonly throttling = new Throttling();

  constructor(options: TrafficOptions, emit: (event: AccountingEvent) => void) {
    this.options = options;
    this.spool = new Spool(Math.floor(options.start / 1000) * 1000, emit);
    this.streams = streams(options.vmtasPerPool, options.hostName);
    this.domains = recipientDomains(options.seed, options.smallDomains);
    this.delivery = new Delivery(options.seed, this.spool, this.wheel, this.throttling);
    const weights = this.streams.reduce((sum, stream) => sum + stream.weight, 0);
    const draw = new Weighted(
      this.domains.map((domain): readonly [RecipientDomain, number] => [domain, domain.weight])
    );
    this.injections = this.streams.map((stream) => ({
      injection: new Injection(options.seed, stream, draw, options.zone),
      share: stream.weight / weights,
    }));
  }

  /** Moves on to the last step that is not after an instant. @param now UTC ms */
  advanceTo(now: number): void {
    while (this.spool.now + STEP_MS <= now) {
      this.step();
    }
  }

  /** Moves on by one step. */
  step(): void {
    const { spool, delivery, options } = this;
    spool.now += STEP_MS;
    if (spool.now % 5000 === 0) {
      spool.counters.roll(spool.now);
    }
    if (spool.now % 60_000 === 0) {
      spool.connections();
    }
    this.throttling.turn(spool.now);
    for (const task of this.wheel.take(spool.now)) {
      if (typeof task === 'function') {
        task();
      } else {
        delivery.due(task);
      }
    }
    delivery.drain();
    const load = options.steady ? 1 : diurnal(spool.now, options.zone);
    const expected = options.recipientsPerSecond * load * (STEP_MS / 1000);
    for (const { injection, share } of this.injections) {
      injection.inject(spool, expected * share, (recipient) => delivery.plan(recipient));
    }
  }

  /** Plans a throttling episode; it may have begun already. */
  throttle(episode: Episode): void {
    this.throttling.plan(episode);
  }

  /** Holds a queue, or lets it go on, as `pmta pause queue` and `pmta resume queue` do. */
  pause(name: string, paused: boolean): void {
    for (const queue of this.spool.allQueues()) {
      if (queue.name === name && queue.paused !== paused) {
        queue.paused = paused;
        this.spool.relist(queue);
        if (!queue.waits) {
          this.delivery.retry(queue);
        }
      }
    }
  }

  /** Deletes queued recipients as `pmta delete` does, which accounts for each as a bounce. Answers how many. */
  deleteQueued(selection: Selection): number {
    const doomed = new Set<Recipient>();
    const consider = (recipient: Recipient): void => {
      const { queue, message, gone } = recipient;
      if (
        !gone &&
        (selection.queue ?? queue.name) === queue.name &&
        (selection.jobId ?? message.jobId) === message.jobId &&
        (selection.pool ?? message.stream.pool) === message.stream.pool
      ) {
        doomed.add(recipient);
      }
    };
    for (const task of this.wheel.all()) {
      if (typeof task !== 'function') {
        consider(task);
      }
    }
    for (const queue of this.spool.allQueues()) {
      queue.held.forEach(consider);
    }
    for (const recipient of doomed) {
      this.delivery.bounceLocally(recipient, LOCAL_BOUNCES.deleted);
    }
    for (const queue of this.spool.allQueues()) {
      queue.held = queue.held.filter((recipient) => !recipient.gone);
    }
    return doomed.size;
  }

  /** A restart of PMTA: the spool stays, what is kept in memory only is gone. */
  restart(): void {
    const { spool } = this;
    spool.startedAt = spool.now;
    spool.counters.reset();
    spool.topConnections = 0;
    for (const queue of spool.allQueues()) {
      queue.errors = [];
      queue.modeChanges = [];
      queue.mode = 'normal';
      queue.backoffReason = '';
      spool.relist(queue);
    }
  }
}
