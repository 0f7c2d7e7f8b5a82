import type { Recipient } from './message.ts';
import type { Queue } from './queue.ts';
import type { Exchanger } from './providers.ts';

/** PMTA's accounting record types. */
export const RECORD_TYPES = ['d', 'b', 't', 'tq', 'r', 'rb', 'rs', 'f'] as const;
export type RecordType = (typeof RECORD_TYPES)[number];

/** What a mail exchanger, or PMTA itself, answered to a delivery attempt. */
export interface Reply {
  /** dsnStatus: `5.1.1 (bad destination mailbox address)`. */
  status: string;
  /** dsnDiag: `smtp;550 5.1.1 …`, `x-pmta;…`, or empty when there was no connection. */
  diagnostic: string;
  /** bounceCat; empty on everything that is no bounce. */
  category: string;
}

/** A feedback loop report about one delivered recipient. */
export interface FeedbackReport {
  format: 'arf' | 'jmrp';
  feedbackType: string;
  userAgent: string;
  reportingMta: string;
  /** Address of the provider's MTA that sent the report. */
  reporterIp: string;
  reportedDomain: string;
  /** As far as the provider tells it: redacted by some, absent in JMRP. */
  rcpt: string;
}

/** One thing that PMTA accounts for: each becomes one record in every accounting file that holds its type. */
export interface AccountingEvent {
  type: RecordType;
  /** UTC seconds. */
  time: number;
  /** Absent on tq, which is about a whole queue. */
  recipient: Recipient | null;
  /** Absent on r, rb, rs and f. */
  queue: Queue | null;
  reply: Reply | null;
  /** The remote end; null when no connection was made. */
  exchanger: Exchanger | null;
  report: FeedbackReport | null;
}
