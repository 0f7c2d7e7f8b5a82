import { Bounces } from './bounces.ts';
import { PROVIDERS, type Exchanger } from './providers.ts';
import { ACCEPTED, DEFERRED, GREYLISTED, MAILBOX_FULL, THROTTLED, type ReplyContext } from './replies.ts';
import type { Random } from '../random.ts';
import type { Reply } from './events.ts';
import type { Recipient } from './message.ts';
import type { Vmta } from './network.ts';

/** Share of recipients whose mailbox is full for longer than we try. */
const FULL_SHARE = 0.0025;
/** Share of the provider's most usual reply among those with which it throttles. */
const USUAL_SHARE = 0.85;

/** How a remote host answers an attempt: it accepts, refuses for good, or for now. */
export interface Verdict {
  type: 'd' | 'b' | 't';
  reply: Reply;
}

/** The other side: mail exchangers and what they think of our mail. */
export class RemoteHosts {
  private readonly random: Random;
  private readonly bounces = new Map<Vmta, Bounces>();

  constructor(random: Random) {
    this.random = random;
  }

  /** The answer to an attempt on an ordinary day. @param time UTC seconds */
  answer(recipient: Recipient, exchanger: Exchanger, time: number): Verdict {
    const { provider } = recipient.domain;
    const context = this.context(recipient, exchanger, time);
    const deferral = this.deferral(recipient, context);
    if (deferral !== null) {
      return { type: 't', reply: deferral };
    }
    const bounces = this.bouncesOf(recipient.queue.vmta);
    return this.random.chance(PROVIDERS[provider].bounceShare * bounces.factor)
      ? { type: 'b', reply: bounces.reply(provider, context) }
      : { type: 'd', reply: ACCEPTED[provider](context) };
  }

  /** The answer of a provider that throttles. @param time UTC seconds */
  throttle(recipient: Recipient, exchanger: Exchanger, time: number): Reply {
    const replies = THROTTLED[recipient.domain.provider];
    const maker = this.random.chance(USUAL_SHARE) ? replies[0]! : this.random.pick(replies);
    return maker(this.context(recipient, exchanger, time));
  }

  private deferral(recipient: Recipient, context: ReplyContext): Reply | null {
    const { random } = this;
    const { provider, trouble } = recipient.domain;
    if (recipient.attempts === 1) {
      recipient.mailboxFull = random.chance(FULL_SHARE);
    }
    if (recipient.mailboxFull) {
      return (MAILBOX_FULL[provider] ?? MAILBOX_FULL.other)(context);
    }
    if (trouble === 'greylisting' && recipient.attempts === 1) {
      return GREYLISTED(context);
    }
    return random.chance(PROVIDERS[provider].deferralShare) ? random.pick(DEFERRED[provider])(context) : null;
  }

  private context(recipient: Recipient, exchanger: Exchanger, time: number): ReplyContext {
    const { queue, address, message } = recipient;
    return { random: this.random, sourceIp: queue.vmta.sourceIp, exchanger, address, size: message.size, time };
  }

  private bouncesOf(vmta: Vmta): Bounces {
    let bounces = this.bounces.get(vmta);
    if (bounces === undefined) {
      bounces = new Bounces(vmta.suspicion);
      this.bounces.set(vmta, bounces);
    }
    return bounces;
  }
}
