import { Random } from '../random.ts';
import { Aftermath } from './aftermath.ts';
import { LOCAL_BOUNCES, expired } from './bounces.ts';
import { PROVIDERS, type Exchanger } from './providers.ts';
import { RemoteHosts } from './remote.ts';
import type { Reply } from './events.ts';
import type { Recipient } from './message.ts';
import type { Queue } from './queue.ts';
import type { Spool } from './spool.ts';
import type { Throttling } from './throttling.ts';
import type { Wheel } from './wheel.ts';

/** What the wheel turns: a recipient that is due for an attempt, or any other thing to do. */
export type Task = Recipient | (() => void);

const MINUTE_MS = 60_000;
/** Intervals between the attempts at one recipient (retry-after), the last one repeated. */
const RETRY_MINUTES = [10, 30, 60, 120, 240];
/** Interval between the tries of a queue whose hosts do not answer. */
const DEAD_RETRY_MINUTES = 15;
/** Connections that are open to a provider when it begins to throttle. */
const OPEN_CONNECTIONS = 8;
/** Steps in which a queue that left backoff works off what it held: about five minutes. */
const DRAIN_STEPS = 1200;
/** How often a queue that works off its backlog notes that its own limit slows it down. */
const LIMIT_ERROR_MS = 30_000;
const THROTTLE_SHARE = 0.97;
/** Share of tries that a throttling host refuses at its greeting already, which PMTA accounts to the queue (tq). */
const GREETING_SHARE = 0.3;
/** Recipients that are tried first after a queue has waited. */
const FEW = 20;
const BACKOFF_PATTERN = '/^4\\d\\d .*(deferred|rate limited|try again|limits|too many|busy)/';

/** Makes the attempts: deliveries, bounces, deferrals, and the waiting of queues that are throttled. */
export class Delivery {
  private readonly random: Random;
  private readonly spool: Spool;
  private readonly wheel: Wheel<Task>;
  private readonly throttling: Throttling;
  private readonly aftermath: Aftermath;
  private readonly remote: RemoteHosts;
  private readonly draining = new Set<Queue>();

  constructor(seed: string, spool: Spool, wheel: Wheel<Task>, throttling: Throttling) {
    this.random = new Random(`${seed} delivery`);
    this.spool = spool;
    this.wheel = wheel;
    this.throttling = throttling;
    this.remote = new RemoteHosts(this.random);
    this.aftermath = new Aftermath(seed, spool, wheel);
  }

  /** Plans the first attempt of a recipient that was just queued. */
  plan(recipient: Recipient): void {
    const latency = 0.3 + this.random.exponential(PROVIDERS[recipient.domain.provider].latency);
    this.wheel.plan(this.spool.now + latency * 1000, recipient);
  }

  /** A recipient is due: it is tried, or waits with its queue. */
  due(recipient: Recipient): void {
    const { queue } = recipient;
    if (recipient.gone) {
      return;
    }
    if (queue.waits && !(queue.openAttempts > 0 && !queue.paused)) {
      queue.held.push(recipient);
    } else if (!this.attempt(recipient)) {
      queue.held.push(recipient);
    }
  }

  /** Lets queues that left backoff, or were resumed, work off what they held. To be called once a step. */
  drain(): void {
    for (const queue of this.draining) {
      if (!queue.waits) {
        if (this.spool.now % LIMIT_ERROR_MS === 0) {
          queue.addError(this.spool.now, 'connect rate limit reached');
        }
        for (const recipient of queue.held.splice(0, queue.drainPerStep)) {
          this.due(recipient);
        }
      }
      if (queue.waits || queue.held.length === 0) {
        this.draining.delete(queue);
      }
    }
  }

  /** The waiting of a queue is over: some of what it holds is tried, the rest follows when nothing is refused. */
  retry(queue: Queue): void {
    const { spool, random } = this;
    this.expireHeld(queue);
    queue.openAttempts = 0;
    const first = queue.held[0];
    if (queue.paused) {
      return;
    }
    if (first !== undefined && this.throttling.of(queue) !== null && random.chance(GREETING_SHARE)) {
      const exchanger = random.pick(first.domain.exchangers);
      const reply = this.remote.throttle(first, exchanger, spool.seconds);
      spool.emit({ type: 'tq', queue, exchanger, reply });
      queue.addError(spool.now, this.errorText(queue, exchanger, reply));
      this.retryLater(queue, MINUTE_MS * (1 + random.next()));
      return;
    }
    this.tryHeld(queue);
    if (queue.retryAt === 0) {
      queue.setMode('normal', spool.now, '');
      spool.relist(queue);
      this.startDraining(queue);
    }
  }

  /** Bounces a recipient without an attempt. */
  bounceLocally(recipient: Recipient, reply: Reply): void {
    this.spool.emit({ type: 'b', recipient, queue: recipient.queue, reply });
    this.spool.remove(recipient);
  }

  /** Tries one recipient. Answers false when the queue must wait and the recipient with it. */
  private attempt(recipient: Recipient): boolean {
    const { domain, queue } = recipient;
    const { spool, random } = this;
    if (domain.trouble === 'unknown-domain') {
      this.bounceLocally(recipient, LOCAL_BOUNCES.unknownDomain);
      return true;
    }
    if (domain.trouble === 'unreachable') {
      this.noAnswer(queue, domain.exchangers[0]!);
      return false;
    }
    queue.attempted(spool.now);
    recipient.attempts++;
    recipient.firstAttempt ||= spool.seconds;
    const exchanger = random.pick(domain.exchangers);
    const episode = this.throttling.of(queue);
    if (episode !== null && random.chance(episode.share ?? THROTTLE_SHARE)) {
      this.throttled(recipient, exchanger, this.remote.throttle(recipient, exchanger, spool.seconds));
      return false;
    }
    const { type, reply } = this.remote.answer(recipient, exchanger, spool.seconds);
    if (type === 't') {
      this.deferred(recipient, exchanger, reply);
      return true;
    }
    spool.emit({ type, recipient, queue, exchanger, reply });
    if (type === 'd') {
      spool.counters.delivered(recipient.message.size);
      this.aftermath.of(recipient, exchanger);
    }
    spool.remove(recipient);
    return true;
  }

  /** One recipient is deferred; the queue goes on. */
  private deferred(recipient: Recipient, exchanger: Exchanger, reply: Reply): void {
    const { spool } = this;
    const { queue, message } = recipient;
    spool.emit({ type: 't', recipient, queue, exchanger, reply });
    recipient.lastDiagnostic = reply.diagnostic;
    queue.addError(spool.now, 'recipient errors detected');
    const minutes = RETRY_MINUTES[Math.min(recipient.attempts, RETRY_MINUTES.length) - 1]!;
    const retryAt = spool.now + minutes * MINUTE_MS * (1 + this.random.next() / 10);
    const expiresAt = (recipient.queued + message.stream.expiry) * 1000;
    if (queue.nextAttempt <= spool.now || retryAt < queue.nextAttempt) {
      queue.nextAttempt = Math.min(retryAt, expiresAt);
    }
    if (retryAt < expiresAt) {
      this.wheel.plan(retryAt, recipient);
    } else {
      this.wheel.plan(expiresAt, () => {
        if (!recipient.gone) {
          this.bounceLocally(recipient, expired(recipient.lastDiagnostic));
        }
      });
    }
  }

  /** The reply matches the pattern that stands for throttling: the whole queue backs off. */
  private throttled(recipient: Recipient, exchanger: Exchanger, reply: Reply): void {
    const { spool } = this;
    const { queue } = recipient;
    spool.emit({ type: 't', recipient, queue, exchanger, reply });
    recipient.lastDiagnostic = reply.diagnostic;
    queue.addError(spool.now, this.errorText(queue, exchanger, reply));
    if (queue.mode === 'normal') {
      queue.setMode('backoff', spool.now, `${BACKOFF_PATTERN}: ${reply.diagnostic.replace(/^smtp;/, '')}`);
      queue.openAttempts = OPEN_CONNECTIONS;
    } else {
      queue.openAttempts = Math.max(0, queue.openAttempts - 1);
    }
    if (queue.retryAt === 0) {
      this.retryLater(queue, MINUTE_MS * (1 + this.random.next()));
    }
  }

  private noAnswer(queue: Queue, exchanger: Exchanger): void {
    const { spool } = this;
    spool.emit({ type: 'tq', queue, reply: { status: '4.4.1 (no answer from host)', diagnostic: '', category: '' } });
    queue.addError(spool.now, `ETIMEDOUT connecting to ${exchanger.host} (${exchanger.ip})`);
    this.retryLater(queue, DEAD_RETRY_MINUTES * MINUTE_MS);
  }

  private retryLater(queue: Queue, delay: number): void {
    queue.retryAt = this.spool.now + Math.round(delay / 1000) * 1000;
    const planned = queue.retryAt;
    this.wheel.plan(planned, () => {
      if (queue.retryAt === planned) {
        queue.retryAt = 0;
        this.retry(queue);
      }
    });
  }

  /** Starts to work off what a queue holds. */
  private startDraining(queue: Queue): void {
    if (queue.held.length === 0) {
      return;
    }
    queue.drainPerStep = Math.max(1, Math.ceil(queue.held.length / DRAIN_STEPS));
    queue.addError(this.spool.now, 'message rate limit reached (based on max-msg-rate in configuration)');
    this.draining.add(queue);
  }

  /** Tries a share of what a queue holds; a few only of a queue whose host accepts them, or does not answer at all. */
  private tryHeld(queue: Queue): void {
    const trial = queue.held.splice(0, FEW + (queue.held.length >> 2));
    for (const [index, recipient] of trial.entries()) {
      const refused = queue.retryAt > 0;
      const dead = refused && recipient.domain.trouble === 'unreachable';
      if (dead || (index >= FEW && !refused)) {
        queue.held = trial.slice(index).concat(queue.held);
        return;
      }
      if (!this.attempt(recipient)) {
        queue.held.push(recipient);
      }
    }
  }

  private expireHeld(queue: Queue): void {
    const now = this.spool.seconds;
    queue.held = queue.held.filter((recipient) => {
      if (recipient.gone || recipient.queued + recipient.message.stream.expiry > now) {
        return !recipient.gone;
      }
      const dead = recipient.domain.trouble === 'unreachable';
      this.bounceLocally(recipient, dead ? LOCAL_BOUNCES.noAnswer : expired(recipient.lastDiagnostic));
      return false;
    });
  }

  private errorText(queue: Queue, exchanger: Exchanger, reply: Reply): string {
    const { hostName, sourceIp } = queue.vmta;
    const text = reply.diagnostic.replace(/^smtp;/, '');
    return `Error: "${text}" while connected from ${hostName} (${sourceIp}) to ${exchanger.host} (${exchanger.ip})`;
  }
}
