import { PROVIDERS } from '../model/providers.ts';
import type { AccountingEvent } from '../model/events.ts';
import type { Message } from '../model/message.ts';

/** The text of one field of a record. @param stamp prints UTC seconds in the file's time format */
export type FieldValue = (event: AccountingEvent, stamp: (seconds: number) => string) => string;

/** The address at which PMTA receives messages and reports. */
const PMTA_IP = '192.0.2.1';

const mta = (host: string, ip: string): string => `${host} (${ip})`;
const DSN_ACTIONS: Partial<Record<AccountingEvent['type'], string>> = {
  d: 'relayed',
  b: 'failed',
  t: 'delayed',
  rs: 'delayed',
};

/** One TLS session for each pair of recipient and MX, drawn without a random source to stay cheap and repeatable. */
function tls(event: AccountingEvent): { protocol: string; cipher: string } {
  const { recipient, exchanger } = event;
  const sessions = recipient === null || exchanger === null ? [] : PROVIDERS[recipient.domain.provider].tls;
  let position = recipient === null ? 0 : ((recipient.queued * 7 + recipient.message.size) % 1000) / 1000;
  for (const [session, share] of sessions) {
    position -= share;
    if (position < 0) {
      return session;
    }
  }
  return { protocol: '', cipher: '' };
}

const message = (event: AccountingEvent): Message | null => event.recipient?.message ?? null;
const from = (event: AccountingEvent): string => {
  const sent = message(event);
  return sent === null ? '' : `"Example, Ltd." <hello@${sent.stream.senderDomain}>`;
};

/** Every accounting field that the simulator can fill, by PMTA's name of it. */
export const FIELDS: Record<string, FieldValue> = {
  type: (event) => event.type,
  timeLogged: (event, stamp) => stamp(event.time),
  timeQueued: (event, stamp) => (event.recipient === null ? '' : stamp(event.recipient.queued)),
  // 4.0 printed the time of its imprinter here, which nobody runs: the column is there and empty.
  timeImprinted: () => '',
  timeFirstAttempt: (event, stamp) => (event.recipient?.firstAttempt ? stamp(event.recipient.firstAttempt) : ''),
  totalSecondsQueued: (event) => (event.recipient === null ? '' : String(event.time - event.recipient.queued)),
  orig: (event) => message(event)?.orig ?? '',
  rcpt: (event) => (event.report === null ? (event.recipient?.address ?? '') : event.report.rcpt),
  orcpt: () => '',
  dsnAction: (event) => DSN_ACTIONS[event.type] ?? '',
  dsnStatus: (event) => event.reply?.status ?? '',
  dsnDiag: (event) => event.reply?.diagnostic ?? '',
  dsnMta: ({ exchanger }) => (exchanger === null ? '' : mta(exchanger.host, exchanger.ip)),
  dsnReportingMta: ({ exchanger }) => (exchanger === null ? '' : `dns;${exchanger.host}`),
  bounceCat: (event) => event.reply?.category ?? '',
  srcType: (event) => (event.type === 'rb' || event.type === 'rs' ? 'smtp' : (message(event)?.stream.sourceType ?? '')),
  srcMta: (event) => {
    const { exchanger } = event;
    if ((event.type === 'rb' || event.type === 'rs') && exchanger !== null) {
      return mta(exchanger.host, exchanger.ip);
    }
    const injector = message(event)?.stream.injector;
    return injector === undefined ? '' : mta(injector.host, injector.ip);
  },
  dlvType: (event) => (event.exchanger === null && event.type === 'b' ? '' : 'smtp'),
  dlvSourceIp: (event) => {
    if (event.report !== null) {
      return event.report.reporterIp;
    }
    return event.exchanger === null && event.type !== 'tq' ? '' : (event.queue?.vmta.sourceIp ?? '');
  },
  dlvDestinationIp: ({ exchanger }) => exchanger?.ip ?? '',
  dlvEsmtpAvailable: ({ recipient, exchanger }) =>
    recipient === null || exchanger === null ? '' : PROVIDERS[recipient.domain.provider].extensions,
  dlvSize: (event) => (event.type === 'd' ? String(message(event)?.size ?? '') : ''),
  vmta: (event) => (event.queue ?? event.recipient?.queue)?.vmta.name ?? '',
  jobId: (event) => message(event)?.jobId ?? '',
  envId: (event) => message(event)?.envId ?? '',
  queue: (event) => event.queue?.name ?? '',
  vmtaPool: (event) => (event.queue ?? event.recipient?.queue)?.vmta.pool ?? '',
  rcvSourceIp: (event) => message(event)?.stream.injector.ip ?? '',
  rcvDestinationIp: () => PMTA_IP,
  rcvSmtpUser: (event) => (message(event)?.stream.sourceType === 'smtp' ? message(event)!.stream.injector.host : ''),
  dlvTlsProtocol: (event) => tls(event).protocol,
  dlvTlsCipher: (event) => tls(event).cipher,
  userString: () => '',
  repSourceIp: () => PMTA_IP,
  feedbackType: ({ report }) => report?.feedbackType ?? '',
  format: (event) => event.report?.format ?? (event.type === 'rb' || event.type === 'rs' ? 'dsn' : ''),
  userAgent: ({ report }) => report?.userAgent ?? '',
  reportingMta: ({ report }) => report?.reportingMta ?? '',
  reportedDomain: ({ report }) => report?.reportedDomain ?? '',
  header_From: from,
  'header_Return-Path': (event) => (message(event) === null ? '' : `<${message(event)!.orig}>`),
  'header_X-job': (event) => message(event)?.jobId ?? '',
  header_Subject: (event) => message(event)?.stream.subject ?? '',
  'header_Message-Id': (event) => {
    const { recipient } = event;
    return recipient === null
      ? ''
      : `<${recipient.queued}.${recipient.message.size}@${recipient.message.stream.senderDomain}>`;
  },
  'header_List-Id': (event) => (message(event)?.jobId ? `<${message(event)!.stream.pool}.example.com>` : ''),
};

/** The value of a field whose name may differ in letter case from PMTA's, as header names do. */
export function fieldValue(name: string): FieldValue | undefined {
  const wanted = name.toLowerCase();
  return FIELDS[name] ?? Object.entries(FIELDS).find(([known]) => known.toLowerCase() === wanted)?.[1];
}
