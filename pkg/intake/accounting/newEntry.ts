import { headerLine } from '../../pmta/accounting/header.ts';
import type { Head } from './head.ts';
import type { JournalEntry } from './journal.ts';

/** Where the reading of a source begins, and under which columns. */
export function beginningOf({
  header,
  dataStart,
}: Pick<Head, 'header' | 'dataStart'>): Pick<JournalEntry, 'header' | 'doneEnd'> {
  return { header: header.length === 0 ? '' : headerLine(header), doneEnd: dataStart };
}

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
    ...beginningOf(head),
    tail: '',
    pendingEnds: [],
    isComplete: false,
    lostBytes: 0,
    records: 0,
    duplicates: 0,
    rejects: 0,
  };
}
