import { Random, Weighted } from '../random.ts';
import type { Zone } from '../zone.ts';
import type { Message, Recipient } from './message.ts';
import type { Stream } from './network.ts';
import type { RecipientDomain } from './providers.ts';
import type { Spool } from './spool.ts';

/** Share of the mean load at each hour of a day; the mean of the 24 is 1. */
const HOURS = [
  0.35, 0.3, 0.27, 0.28, 0.35, 0.55, 0.9, 1.3, 1.65, 1.75, 1.7, 1.55, 1.4, 1.35, 1.35, 1.3, 1.3, 1.35, 1.3, 1.15, 0.95,
  0.75, 0.5, 0.35,
];
const DAYS = [0.75, 1.1, 1.15, 1.1, 1.1, 1.05, 0.75];
/** So many campaigns of a stream run at once. */
const CAMPAIGNS = 2;
const MINUTE_MS = 60_000;

/** Factor on the mean load by hour and weekday. @param now UTC ms */
export function diurnal(now: number, zone: Zone): number {
  const hour = zone.hour(now);
  const from = HOURS[Math.floor(hour)]!;
  const to = HOURS[(Math.floor(hour) + 1) % 24]!;
  return (from + (to - from) * (hour % 1)) * DAYS[zone.weekday(now)]!;
}

interface Campaign {
  jobId: string;
  /** UTC ms. */
  endsAt: number;
}

/** Injects the messages of one stream: campaign after campaign, or a steady flow where the stream has no jobs. */
export class Injection {
  private readonly random: Random;
  private readonly campaigns: Campaign[] = [];
  private campaignNumber = 0;
  private due = 0;
  private readonly stream: Stream;
  private readonly domains: Weighted<RecipientDomain>;
  private readonly zone: Zone;

  constructor(seed: string, stream: Stream, domains: Weighted<RecipientDomain>, zone: Zone) {
    this.random = new Random(`${seed} injection ${stream.pool}`);
    this.stream = stream;
    this.domains = domains;
    this.zone = zone;
  }

  /**
   * Injects what is due.
   * @param expected recipients since the last call, on average
   * @param queued takes each recipient
   */
  inject(spool: Spool, expected: number, queued: (recipient: Recipient) => void): void {
    this.due += expected;
    // Whole recipients only: a due share is injected with that probability, else slow simulations would tick evenly.
    while (this.due >= 1 || (this.due > 0 && this.random.chance(this.due))) {
      this.due -= this.message(spool, queued);
    }
  }

  private message(spool: Spool, queued: (recipient: Recipient) => void): number {
    const { stream, random } = this;
    const mean = stream.recipientsPerMessage;
    const recipients = mean === 1 ? 1 : random.int(1, 2 * mean - 1);
    const jobId = stream.jobPrefix === '' ? '' : this.campaign(spool.now);
    const message: Message = {
      stream,
      jobId,
      envId: stream.hasEnvelopeId ? `env-${random.hex(12)}` : '',
      orig:
        jobId === '' ? `no-reply@${stream.senderDomain}` : `bounce-${jobId}-${random.hex(8)}@${stream.senderDomain}`,
      size: Math.round(stream.size * (0.5 + random.next())),
    };
    spool.counters.received(recipients, 1, message.size);
    for (let i = 0; i < recipients; i++) {
      const domain = this.domains.draw(random);
      // No provider allows such a name, so that no simulated record names a person's mailbox.
      const address = `reader_${random.int(1, 250_000)}_@${domain.name}`;
      queued(spool.accept(message, domain, random.pick(stream.vmtas), address));
    }
    return recipients;
  }

  /** Job id of one of the running campaigns; those that have ended make room for new ones. */
  private campaign(now: number): string {
    const slot = this.random.int(0, CAMPAIGNS - 1);
    const running = this.campaigns[slot];
    if (running !== undefined && now < running.endsAt) {
      return running.jobId;
    }
    this.campaignNumber++;
    const date = this.zone.local(now).slice(0, 10).replaceAll('-', '');
    const campaign = {
      jobId: `${this.stream.jobPrefix}-${date}-${String(this.campaignNumber).padStart(3, '0')}`,
      endsAt: now + this.random.int(15, 150) * MINUTE_MS,
    };
    this.campaigns[slot] = campaign;
    return campaign.jobId;
  }
}
