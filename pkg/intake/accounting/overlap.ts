import type { AccountingField } from '../../pmta/accounting/fields.ts';
import { type Header, parseHeader } from '../../pmta/accounting/header.ts';
import type { JournalEntry } from './journal.ts';

/** Columns of `events` that tell one event from another, with the field that each comes from. */
const identifying: ReadonlyArray<readonly [column: string, field: AccountingField]> = [
  ['recipient', 'rcpt'],
  ['sender', 'orig'],
  ['queue', 'queue'],
  ['source_ip', 'dlvSourceIp'],
  ['destination_ip', 'dlvDestinationIp'],
  ['job_id', 'jobId'],
  ['env_id', 'envId'],
  ['status', 'dsnStatus'],
  ['reply', 'dsnDiag'],
];

/**
 * PMTA writes an event into every acct-file whose `records` name its type, each with columns of its own. Which columns
 * of `events` make a record of this acct-file and one of another the same event: those that all of them have. Undefined
 * where there is no other.
 */
export function eventKey(acctFile: string, header: Header, entries: readonly JournalEntry[]): string[] | undefined {
  const others = new Set(
    entries.filter((entry) => entry.acctFile !== acctFile && entry.header !== '').map((entry) => entry.header)
  );
  if (others.size === 0) {
    return undefined;
  }
  const headers = [header, ...[...others].map(parseHeader)];
  const common = identifying.filter(([, field]) => headers.every((columns) => columns.includes(field)));
  return ['type', 'time', ...common.map(([column]) => column)];
}
