import { headerLine } from '../../pmta/accounting/header.ts';
import type { Head } from './head.ts';
import type { JournalEntry } from './journal.ts';

/** The journal's entry of a source of which nothing was read yet. */
export function newEntry(
  source: string,
  head: Pick<Head, 'header' | 'dataStart' | 'fingerprint'>,
  at: Pick<JournalEntry, 'path' | 'acctFile' | 'inode' | 'seenSize'>
): JournalEntry {
  return {
    source,
    ...at,
    fingerprint: head.fingerprint,
    header: head.header.length === 0 ? '' : headerLine(head.header),
    doneEnd: head.dataStart,
    tail: '',
    pendingEnds: [],
    isComplete: false,
    lostBytes: 0,
    records: 0,
    duplicates: 0,
    rejects: 0,
  };
}
