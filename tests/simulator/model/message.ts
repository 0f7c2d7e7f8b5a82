import type { Stream } from './network.ts';
import type { RecipientDomain } from './providers.ts';
import type { Queue } from './queue.ts';

/** A message that PMTA accepted; its recipients are queued one by one. */
export interface Message {
  stream: Stream;
  jobId: string;
  envId: string;
  /** MAIL FROM. */
  orig: string;
  /** Bytes. */
  size: number;
}

/** One recipient of a message, from its acceptance to its delivery or bounce. */
export interface Recipient {
  message: Message;
  domain: RecipientDomain;
  queue: Queue;
  /** RCPT TO. */
  address: string;
  /** UTC seconds. */
  queued: number;
  /** UTC seconds of the first attempt; 0 before it. */
  firstAttempt: number;
  attempts: number;
  /** dsnDiag of its last deferral. */
  lastDiagnostic: string;
  /** A full mailbox stays full: such a recipient is deferred until it expires. */
  mailboxFull: boolean;
  /** Delivered or bounced: a retry that is still planned must not touch it again. */
  gone: boolean;
}
