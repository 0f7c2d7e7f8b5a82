import type { Recipient } from './message.ts';
import type { Vmta } from './network.ts';
import type { ProviderName } from './providers.ts';

export interface QueueError {
  /** UTC ms. */
  time: number;
  text: string;
}

/** PMTA keeps this many errors of a queue (max-events-recorded). */
const MAX_EVENTS = 10;
/** Width of the two intervals over which a queue's connections are judged. */
const ACTIVITY_MS = 5000;
/** PMTA's default of max-smtp-out. */
const MAX_CONNECTIONS = 20;

/** One of PMTA's queues: the recipients of one domain (or rollup) that leave through one VMTA. */
export class Queue {
  readonly name: string;
  /** Domain part of the name: a domain in Unicode, or a rollup. */
  readonly domain: string;
  readonly provider: ProviderName;
  readonly vmta: Vmta;
  recipients = 0;
  bytes = 0;
  mode: 'normal' | 'backoff' = 'normal';
  paused = false;
  /** The pattern and the reply that put the queue into backoff mode. */
  backoffReason = '';
  /** UTC ms of the next try of a queue that waits; 0 when it does not wait. */
  retryAt = 0;
  /** UTC ms of the next retry of a single deferred recipient, as far as it is known. */
  nextAttempt = 0;
  /** Connections that were open when the queue went into backoff: their attempts are still made. */
  openAttempts = 0;
  /** Newest first. */
  errors: QueueError[] = [];
  modeChanges: QueueError[] = [];
  /** Recipients that wait for the queue rather than for a retry of their own, oldest first. */
  held: Recipient[] = [];
  /** Recipients a step that may leave `held`; 0 when the queue does not drain. */
  drainPerStep = 0;
  private interval = 0;
  private attempts = 0;
  private attemptsBefore = 0;

  constructor(domain: string, provider: ProviderName, vmta: Vmta) {
    this.domain = domain;
    this.provider = provider;
    this.vmta = vmta;
    this.name = `${domain}/${vmta.name}`;
  }

  /** True where recipients must wait for the queue. */
  get waits(): boolean {
    return this.paused || this.retryAt > 0;
  }

  /** PMTA lists a queue while it has recipients or a state worth showing. */
  get listed(): boolean {
    return this.recipients > 0 || this.paused || this.mode === 'backoff';
  }

  addError(time: number, text: string): void {
    this.errors.unshift({ time, text });
    this.errors.length = Math.min(this.errors.length, MAX_EVENTS);
  }

  setMode(mode: 'normal' | 'backoff', time: number, reason: string): void {
    if (mode === this.mode) {
      return;
    }
    this.mode = mode;
    this.backoffReason = mode === 'backoff' ? reason : '';
    this.modeChanges.unshift({ time, text: mode === 'backoff' ? `backoff: ${reason}` : 'normal' });
    this.modeChanges.length = Math.min(this.modeChanges.length, MAX_EVENTS);
  }

  /** Notes an attempt for `connections`. @param now UTC ms */
  attempted(now: number): void {
    this.turn(now);
    this.attempts++;
  }

  /** Open connections, judged from the attempts of the last seconds. @param now UTC ms */
  connections(now: number): number {
    this.turn(now);
    if (this.recipients === 0) {
      return 0;
    }
    return Math.min(MAX_CONNECTIONS, Math.ceil((this.attempts + this.attemptsBefore) / 10));
  }

  private turn(now: number): void {
    const interval = Math.floor(now / ACTIVITY_MS);
    if (interval !== this.interval) {
      this.attemptsBefore = interval === this.interval + 1 ? this.attempts : 0;
      this.attempts = 0;
      this.interval = interval;
    }
  }
}
