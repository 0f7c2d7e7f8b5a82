import { Random } from '../random.ts';
import { PROVIDERS, type Exchanger } from './providers.ts';
import type { Task } from './delivery.ts';
import type { FeedbackReport } from './events.ts';
import type { Recipient } from './message.ts';
import type { Spool } from './spool.ts';
import type { Wheel } from './wheel.ts';

/** Shares of deliveries that a bounce message (rb) or a status message (rs) follows, and the mean delay in seconds. */
const REMOTE_BOUNCE = { share: 0.004, delay: 600 };
const REMOTE_STATUS = { share: 0.001, delay: 240 };
const COMPLAINT_DELAY = 1800;

/** What comes back after a delivery: remote bounces, remote status messages and complaints. */
export class Aftermath {
  private readonly random: Random;
  private readonly spool: Spool;
  private readonly wheel: Wheel<Task>;

  constructor(seed: string, spool: Spool, wheel: Wheel<Task>) {
    this.random = new Random(`${seed} aftermath`);
    this.spool = spool;
    this.wheel = wheel;
  }

  /** Plans what follows the delivery of a recipient, which is nothing as a rule. */
  of(recipient: Recipient, exchanger: Exchanger): void {
    const { random, spool } = this;
    const draw = random.next();
    const { complaintShare } = PROVIDERS[recipient.domain.provider];
    if (draw < REMOTE_BOUNCE.share) {
      this.later(REMOTE_BOUNCE.delay, () => {
        const status = '5.1.1 (bad destination mailbox address)';
        const diagnostic = `smtp;550 5.1.1 <${recipient.address}>: user unknown in virtual mailbox table`;
        spool.emit({ type: 'rb', recipient, exchanger, reply: { status, diagnostic, category: 'bad-mailbox' } });
        spool.counters.processed('bounceProcessed');
      });
    } else if (draw < REMOTE_BOUNCE.share + REMOTE_STATUS.share) {
      this.later(REMOTE_STATUS.delay, () => {
        const reply = { status: '4.4.1 (no answer from host)', diagnostic: 'smtp;451 4.4.1 delayed', category: '' };
        spool.emit({ type: 'rs', recipient, exchanger, reply });
        spool.counters.processed('bounceProcessed');
      });
    } else if (draw > 1 - complaintShare) {
      this.later(COMPLAINT_DELAY, () => {
        spool.emit({ type: 'f', recipient, exchanger, report: this.report(recipient, exchanger) });
        spool.counters.processed('feedbackLoopProcessed');
      });
    }
  }

  private later(mean: number, task: () => void): void {
    this.wheel.plan(this.spool.now + (5 + this.random.exponential(mean)) * 1000, task);
  }

  private report({ domain, address, message }: Recipient, exchanger: Exchanger): FeedbackReport {
    const feedbackType = this.random.chance(0.97) ? 'abuse' : 'not-spam';
    const common = { feedbackType, reporterIp: exchanger.ip, reportedDomain: message.stream.senderDomain };
    switch (domain.provider) {
      case 'outlook':
        // Microsoft's reports (JMRP) do not tell PMTA the recipient.
        return { ...common, format: 'jmrp', userAgent: '', reportingMta: '', rcpt: '' };
      case 'yahoo':
        return {
          ...common,
          format: 'arf',
          userAgent: domain.name === 'aol.com' ? 'AOL SComp' : 'Yahoo!-Mail-Feedback/2.0',
          reportingMta: 'dns; yahoodns.net',
          rcpt: `redacted@${domain.name}`,
        };
      default:
        return {
          ...common,
          format: 'arf',
          userAgent: 'ReturnPathFBL/2.0',
          reportingMta: `dns; ${exchanger.host}`,
          rcpt: address,
        };
    }
  }
}
