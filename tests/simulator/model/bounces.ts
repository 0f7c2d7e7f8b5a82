import { Weighted } from '../random.ts';
import type { Reply } from './events.ts';
import type { ProviderName } from './providers.ts';
import type { ReplyContext } from './replies.ts';

interface BounceText {
  status: string;
  diagnostic: (context: ReplyContext) => string;
}

type ByProvider = { other: BounceText[] } & Partial<Record<ProviderName, BounceText[]>>;

const UNKNOWN_MAILBOX = '5.1.1 (bad destination mailbox address)';
const NOT_AUTHORIZED = '5.7.1 (delivery not authorized)';
const UNDEFINED = '5.0.0 (undefined status)';

const bounce = (status: string, diagnostic: (context: ReplyContext) => string): BounceText => ({ status, diagnostic });
const gsmtp = ({ random }: ReplyContext): string => `${random.hex(13)}-${random.hex(10)}si${random.int(1, 99)} - gsmtp`;

const spam: ByProvider = {
  google: [
    bounce(
      NOT_AUTHORIZED,
      (c) =>
        `smtp;550 5.7.1 [${c.sourceIp} ${c.random.int(10, 19)}] Our system has detected that this message is likely suspicious due to the very low reputation of the sending domain. To best protect our users from spam, the message has been blocked. ${gsmtp(c)}`
    ),
  ],
  yahoo: [
    bounce(
      UNDEFINED,
      (c) =>
        `smtp;554 5.7.9 Message not accepted for policy reasons. See https://postmaster.yahooinc.com/error-codes (${c.random.hex(8)})`
    ),
  ],
  outlook: [
    bounce(
      NOT_AUTHORIZED,
      (c) =>
        `smtp;550 5.7.1 Unfortunately, messages from [${c.sourceIp}] weren't sent. Please contact your Internet service provider since part of their network is on our block list (${c.random.pick(['S3150', 'S3140'])}). You can also refer your provider to http://mail.live.com/mail/troubleshooting.aspx#errors.`
    ),
  ],
  apple: [
    bounce(
      NOT_AUTHORIZED,
      () =>
        'smtp;554 5.7.1 [HM08] Message rejected due to local policy. Please visit https://support.apple.com/en-us/HT204137'
    ),
  ],
  other: [
    bounce(
      NOT_AUTHORIZED,
      (c) => `smtp;554 5.7.1 Service unavailable; Client host [${c.sourceIp}] blocked using zen.spamhaus.org`
    ),
  ],
};

const policy: ByProvider = {
  google: [
    bounce(
      UNDEFINED,
      () =>
        'smtp;550-5.7.26 This message does not pass authentication checks (SPF and DKIM both 550-5.7.26 do not pass). To best protect our users from spam, the 550 5.7.26 message has been blocked.'
    ),
    bounce(
      NOT_AUTHORIZED,
      (c) =>
        `smtp;550-5.7.26 Unauthenticated email from ip [${c.sourceIp}] is not accepted due to domain's DMARC policy. ${gsmtp(c)}`
    ),
  ],
  yahoo: [
    bounce(
      '5.7.9 (authentication mechanism is too weak)',
      () => 'smtp;554 5.7.9 Message not accepted for policy reasons. See https://postmaster.yahooinc.com/error-codes'
    ),
  ],
  microsoft365: [
    bounce(
      NOT_AUTHORIZED,
      (c) =>
        `smtp;550 5.7.606 Access denied, banned sending IP [${c.sourceIp}]. To request removal from this list please visit https://sender.office.com/`
    ),
  ],
  other: [bounce(NOT_AUTHORIZED, () => 'smtp;550 5.7.1 Message rejected by policy, please contact the postmaster')],
};

const mailbox: ByProvider = {
  google: [
    bounce(
      UNKNOWN_MAILBOX,
      (c) =>
        `smtp;550-5.1.1 The email account that you tried to reach does not exist. Please try double-checking the recipient's email address for typos or unnecessary spaces. ${gsmtp(c)}`
    ),
  ],
  yahoo: [
    bounce(
      UNDEFINED,
      (c) =>
        `smtp;554 delivery error: dd This user doesn't have a yahoo.com account (${c.address}) [${c.random.int(-9, 0)}] - ${c.exchanger.host}`
    ),
  ],
  microsoft365: [
    bounce(
      '5.4.1 (no answer from host)',
      (c) => `smtp;550 5.4.1 Recipient address rejected: Access denied. [${c.random.hex(16).toUpperCase()}]`
    ),
  ],
  other: [
    bounce(UNKNOWN_MAILBOX, (c) => `smtp;550 5.1.1 <${c.address}>: Recipient address rejected: User unknown`),
    bounce(UNKNOWN_MAILBOX, (c) => `smtp;550 5.1.1 no such user in "RCPT TO:<${c.address}>", try again`),
    bounce('5.1.1 (invalid mailbox)', (c) => `smtp;553 sorry, no mailbox here by that name: ${c.address}`),
  ],
};

const only = (...texts: BounceText[]): ByProvider => ({ other: texts });

const TEXTS: Record<string, ByProvider> = {
  'spam-related': spam,
  'policy-related': policy,
  'bad-mailbox': mailbox,
  'quota-issues': only(
    bounce(
      '5.2.2 (mailbox full)',
      (c) => `smtp;552 5.2.2 <${c.address}>: mailbox is over quota (${c.random.int(100, 9999)} MB)`
    )
  ),
  other: only(bounce(UNDEFINED, (c) => `smtp;550 Requested action not taken, reference ${c.random.hex(10)}`)),
  'invalid-sender': only(
    bounce('5.1.8 (bad sender system address)', () => 'smtp;550 5.1.8 Sender address rejected: Domain not found')
  ),
  'inactive-mailbox': only(
    bounce(
      '5.2.1 (mailbox disabled, not accepting messages)',
      (c) => `smtp;550 5.2.1 The account ${c.address} is disabled or inactive`
    )
  ),
  'relaying-issues': only(bounce(NOT_AUTHORIZED, (c) => `smtp;550 5.7.1 <${c.address}>: Relay access denied`)),
  'protocol-errors': only(bounce('5.5.0 (protocol-related failure)', () => 'smtp;503 5.5.1 Bad sequence of commands')),
  'content-related': only(
    bounce(
      '5.6.0 (other or undefined media error)',
      () => 'smtp;552 5.6.0 Message content rejected: header is malformed'
    )
  ),
  'virus-related': only(
    bounce(NOT_AUTHORIZED, (c) => `smtp;550 5.7.1 Virus found: Eicar-Test-Signature (${c.random.hex(8)})`)
  ),
  'routing-errors': only(
    bounce('5.4.6 (routing loop detected)', () => 'smtp;554 5.4.6 Too many hops, mail is looping')
  ),
  'bad-configuration': only(
    bounce(
      '5.3.5 (system incorrectly configured)',
      (c) => `smtp;550 5.3.5 ${c.exchanger.host} is not configured to accept this mail`
    )
  ),
  'bad-connection': only(
    bounce('5.4.2 (bad connection)', (c) => `smtp;554 5.4.2 ${c.exchanger.host} closed the connection`)
  ),
};

/** Shares of the categories in a published run of 9,321 bounces; the rest of the vocabulary shares the remainder. */
const MIX: ReadonlyArray<readonly [string, number]> = [
  ['spam-related', 29.5],
  ['policy-related', 21.2],
  ['bad-mailbox', 17.5],
  ['quota-issues', 8.7],
  ['other', 5.2],
  ['invalid-sender', 4.8],
  ['inactive-mailbox', 3.9],
  ['relaying-issues', 2.8],
  ['protocol-errors', 1.7],
  ['content-related', 0.4],
  ['virus-related', 0.2],
  ['routing-errors', 0.3],
  ['bad-configuration', 0.2],
  ['bad-connection', 0.2],
];

/** Bounces that remote hosts answer to the mail of one VMTA. */
export class Bounces {
  /** Factor on the share of attempts that bounce. */
  readonly factor: number;
  private readonly categories: Weighted<string>;

  /** @param suspicion factor on spam and policy bounces: the VMTA's reputation */
  constructor(suspicion: number) {
    const mix = MIX.map(([category, share]): readonly [string, number] =>
      category === 'spam-related' || category === 'policy-related' ? [category, share * suspicion] : [category, share]
    );
    const sum = (choices: ReadonlyArray<readonly [string, number]>): number =>
      choices.reduce((total, [, share]) => total + share, 0);
    this.factor = sum(mix) / sum(MIX);
    this.categories = new Weighted(mix);
  }

  reply(provider: ProviderName, context: ReplyContext): Reply {
    const category = this.categories.draw(context.random);
    const texts = TEXTS[category]!;
    const { status, diagnostic } = context.random.pick(texts[provider] ?? texts.other);
    return { status, diagnostic: diagnostic(context), category };
  }
}

/** Bounces that PMTA makes itself, without a remote reply. */
export const LOCAL_BOUNCES = {
  unknownDomain: { status: '5.1.2 (bad destination system: no such domain)', diagnostic: '', category: 'bad-domain' },
  noAnswer: { status: '4.4.1 (no answer from host)', diagnostic: '', category: 'no-answer-from-host' },
  deleted: { status: UNDEFINED, diagnostic: 'x-pmta;deleted by administrator', category: 'other' },
} satisfies Record<string, Reply>;

/** The bounce of a recipient that was deferred until its time ran out. @param last dsnDiag of its last attempt */
export function expired(last: string): Reply {
  return { status: '4.4.7 (delivery time expired)', diagnostic: last, category: 'message-expired' };
}
