import type { Head } from './head.ts';
import type { JournalEntry } from './journal.ts';
import { newEntry } from './newEntry.ts';

/** By what a file is known. */
export interface FileIdentity {
  inode: string;
  fingerprint: string;
  acctFile: string;
}

/** A file is one that was read before, or a copy of one that is there too, or new. */
export type Recognised = { entry: JournalEntry } | { copyOf: JournalEntry } | 'new';

/**
 * Whether a file was read before: under whatever name, in whatever folder, compressed or not.
 *
 * - The same inode and first record are the same file, wherever it was renamed to. (The device's number is left out: it
 *   changes when a machine restarts with its disks in another order, and a month of files would count twice.)
 * - The same first record in another inode is the same file when the one that was read is gone: it was moved to another
 *   disk, or compressed, or copied before it was truncated.
 * - While the one that was read is still there, the other is a copy of it, as while it is being compressed.
 * - Of acct-files with different names, both may begin with the same event; each is a file of its own.
 *
 * @param present sources whose files are there, by inode and first record
 */
export function recognise(
  file: FileIdentity,
  entries: readonly JournalEntry[],
  present: ReadonlySet<string>
): Recognised {
  const alike = entries.filter(({ fingerprint }) => fingerprint === file.fingerprint);
  const same = newest(alike.filter(({ inode }) => inode === file.inode));
  if (same) {
    return { entry: same };
  }
  const named = alike.filter(({ acctFile, inode }) => inode !== '' && withoutGeneration(acctFile) === file.acctFile);
  const original = named.find(({ source }) => present.has(source));
  if (original) {
    return { copyOf: original };
  }
  const moved = newest(named);
  return moved ? { entry: moved } : 'new';
}

/**
 * The entry of a file that was written anew where it had been read already. It is read from its beginning, as if it were
 * another acct-file, so that of the events that were read before none counts again.
 */
export function nextGeneration(entry: JournalEntry, head: Head): JournalEntry {
  const generation = generationOf(entry) + 1;
  const { path, inode, seenSize } = entry;
  const acctFile = `${withoutGeneration(entry.acctFile)}~${generation}`;
  return newEntry(`${withoutGeneration(entry.source)}~${generation}`, head, { path, inode, seenSize, acctFile });
}

function generationOf({ source }: JournalEntry): number {
  return Number(/~(\d+)$/.exec(source)?.[1] ?? 1);
}

/** An older generation may have been written to the journal later: what was lost of it is known a minute after. */
function newest(entries: readonly JournalEntry[]): JournalEntry | undefined {
  return entries.reduce<JournalEntry | undefined>(
    (best, entry) => (best && generationOf(best) > generationOf(entry) ? best : entry),
    undefined
  );
}

function withoutGeneration(name: string): string {
  return name.replace(/~\d+$/, '');
}
