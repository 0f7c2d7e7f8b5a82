import type { Random } from '../random.ts';
import type { Reply } from './events.ts';
import type { Exchanger, ProviderName } from './providers.ts';

/** What a reply text may mention; ids, addresses and times in it differ from one reply to the next. */
export interface ReplyContext {
  random: Random;
  sourceIp: string;
  exchanger: Exchanger;
  address: string;
  /** Bytes. */
  size: number;
  /** UTC seconds. */
  time: number;
}

/** Makes one reply of a provider. */
export type ReplyMaker = (context: ReplyContext) => Reply;

const text = (status: string, diagnostic: (context: ReplyContext) => string, category = ''): ReplyMaker => {
  return (context) => ({ status, diagnostic: diagnostic(context), category });
};

const gsmtp = ({ random, time }: ReplyContext): string =>
  `${time} ${random.hex(13)}-${random.hex(10)}si${random.int(100_000, 99_999_999)}.${random.int(1, 999)} - gsmtp`;
const olc = ({ random }: ReplyContext): string =>
  `[${random.pick(['AM7EUR06FT', 'DB5EUR01FT', 'BN1NAM02FT'])}${random.int(10, 99)}.eop-EUR0${random.int(1, 9)}.prod.protection.outlook.com ${new Date(random.int(1_700_000_000, 1_900_000_000) * 1000).toISOString()} ${random.hex(16).toUpperCase()}]`;
const yahooEvent = ({ random }: ReplyContext): string => `4.16.55.${random.int(1, 9)}`;

const SUCCESS = '2.0.0 (success)';
const microsoftAccepted = (context: ReplyContext): string => {
  const { random, size } = context;
  const seconds = (random.int(80, 900) / 1000).toFixed(3);
  return `smtp;250 2.6.0 <${random.hex(32)}@mta1.example.com> [InternalId=${random.int(1_000_000, 999_999_999_999)}, Hostname=${random.hex(12).toUpperCase()}.eurprd0${random.int(1, 9)}.prod.outlook.com] ${size} bytes in ${seconds}, ${(size / 1024 / Number(seconds)).toFixed(3)} KB/sec Queued mail for delivery -> 250 2.1.5`;
};

/** The reply to an accepted message. */
export const ACCEPTED: Record<ProviderName, ReplyMaker> = {
  google: text(SUCCESS, (c) => `smtp;250 2.0.0 OK  ${gsmtp(c)}`),
  yahoo: text(SUCCESS, () => 'smtp;250 ok dirdel'),
  outlook: text(SUCCESS, microsoftAccepted),
  microsoft365: text(SUCCESS, microsoftAccepted),
  apple: text(SUCCESS, (c) => `smtp;250 2.0.0 Ok: queued as ${c.random.hex(15).toUpperCase()}`),
  comcast: text(SUCCESS, (c) => `smtp;250 2.0.0 ${c.random.hex(12)} mail accepted for delivery`),
  other: text(SUCCESS, (c) => `smtp;250 2.0.0 Ok: queued as ${c.random.hex(10).toUpperCase()}`),
};

const SECURITY = '4.7.0 (other or undefined security status)';
const UNDEFINED = '4.0.0 (undefined status)';

/** What a provider answers while it limits us: the most usual reply first. */
export const THROTTLED: Record<ProviderName, readonly ReplyMaker[]> = {
  google: [
    text(
      SECURITY,
      (c) =>
        `smtp;421 4.7.28 Gmail has detected an unusual rate of unsolicited mail originating from your IP address [${c.sourceIp} ${c.random.int(10, 19)}]. To protect our users from spam, mail sent from your IP address has been temporarily rate limited. For more information, go to https://support.google.com/mail/?p=UnsolicitedRateLimitError ${gsmtp(c)}`
    ),
    text(SECURITY, (c) => `smtp;421 4.7.0 Try again later, closing connection. (MAIL) ${gsmtp(c)}`),
  ],
  yahoo: [
    text(
      SECURITY,
      (c) =>
        `smtp;421 4.7.0 [TSS04] Messages from ${c.sourceIp} temporarily deferred due to unexpected volume or user complaints - ${yahooEvent(c)}; see https://postmaster.yahooinc.com/error-codes`
    ),
    text(
      SECURITY,
      (c) =>
        `smtp;421 4.7.0 [TSS09] All messages from ${c.sourceIp} will be deferred; Retrying will NOT succeed - ${yahooEvent(c)}; see https://postmaster.yahooinc.com/error-codes`
    ),
  ],
  outlook: [
    text(
      UNDEFINED,
      (c) =>
        `smtp;451 4.7.650 The mail server [${c.sourceIp}] has been temporarily rate limited due to IP reputation. For e-mail delivery information see https://postmaster.live.com (S775) ${olc(c)}`
    ),
    text(
      UNDEFINED,
      (c) =>
        `smtp;421 RP-001 (${c.exchanger.host.slice(0, 3).toUpperCase()}${c.random.int(10, 99)}) Unfortunately, some messages from ${c.sourceIp} weren't sent. Please try again. We have limits for how many messages can be sent per hour and per day.`
    ),
  ],
  microsoft365: [
    text(
      UNDEFINED,
      (c) => `smtp;451 4.7.500 Server busy. Please try again later from [${c.sourceIp}]. (S77719) ${olc(c)}`
    ),
  ],
  apple: [text(SECURITY, () => 'smtp;421 4.7.1 [CS01] Too many messages from this sender. Please try again later.')],
  comcast: [
    text(
      '4.1.0 (unknown address-related status)',
      (c) =>
        `smtp;421 4.1.0 ${c.sourceIp} Throttled - try again later. Please see https://postmaster.comcast.net/smtp-error-codes.php#RL000003`
    ),
  ],
  other: [text(UNDEFINED, (c) => `smtp;421 ${c.exchanger.host} too many connections from ${c.sourceIp}`)],
};

/** What is deferred now and then on an ordinary day, by provider. */
export const DEFERRED: Record<ProviderName, readonly ReplyMaker[]> = {
  google: [
    text(
      '4.2.1 (mailbox disabled, not accepting messages)',
      (c) =>
        `smtp;450 4.2.1 The user you are trying to contact is receiving mail too quickly. Please resend your message at a later time. ${gsmtp(c)}`
    ),
    text(
      SECURITY,
      (c) =>
        `smtp;421 4.7.26 This mail has been rate limited because it is unauthenticated. Gmail requires all senders to authenticate with either SPF or DKIM. ${gsmtp(c)}`
    ),
  ],
  yahoo: [
    text(
      SECURITY,
      (c) =>
        `smtp;421 4.7.0 [TS01] Messages from ${c.sourceIp} temporarily deferred - ${yahooEvent(c)}; see http://postmaster.yahoo.com/errors/421-ts01.html`
    ),
    text(
      UNDEFINED,
      (c) => `smtp;451 Resources temporarily not available - Please try again later [#${c.random.int(4, 9)}.16.5].`
    ),
  ],
  outlook: [
    text(
      UNDEFINED,
      (c) =>
        `smtp;451 4.7.651 The mail server [${c.sourceIp}] has been temporarily rate limited due to IP reputation. (S843) ${olc(c)}`
    ),
  ],
  microsoft365: [
    text(
      UNDEFINED,
      (c) => `smtp;451 4.7.500 Server busy. Please try again later from [${c.sourceIp}]. (S77714) ${olc(c)}`
    ),
    text('4.4.2 (bad connection)', () => ''),
  ],
  apple: [text(UNDEFINED, () => 'smtp;450 4.2.2 Temporary lookup failure, please try again later')],
  comcast: [
    text(
      '4.1.0 (unknown address-related status)',
      (c) =>
        `smtp;421 4.1.0 ${c.sourceIp} Throttled - try again later. Please see https://postmaster.comcast.net/smtp-error-codes.php#RL000001`
    ),
  ],
  other: [
    text('4.4.2 (bad connection)', () => ''),
    text(
      '4.3.2 (system not accepting network messages)',
      () => 'smtp;451 4.3.2 Please try again later, system is busy'
    ),
  ],
};

/** The first attempt at a domain that greylists. */
export const GREYLISTED: ReplyMaker = text(
  UNDEFINED,
  (c) => `smtp;450 4.7.1 <${c.address}>: Recipient address rejected: Greylisted for ${c.random.int(60, 300)} seconds`
);

const FULL = '4.2.2 (mailbox full)';
/** Attempts at a mailbox that stays full. */
export const MAILBOX_FULL: Partial<Record<ProviderName, ReplyMaker>> & { other: ReplyMaker } = {
  google: text(
    FULL,
    (c) =>
      `smtp;452 4.2.2 The recipient's inbox is out of storage space. Please direct the recipient to https://support.google.com/mail/?p=OverQuotaTemp ${gsmtp(c)}`
  ),
  other: text(FULL, (c) => `smtp;452 4.2.2 <${c.address}>: Mailbox full`),
};
