import { type Header, parseHeader } from '../../pmta/accounting/header.ts';
import { acctFileOf } from './acctFile.ts';
import { type AccountingFile, isCompressed } from './files.ts';
import type { Head } from './head.ts';
import type { FileInput, Input } from './input.ts';
import type { Journal, JournalEntry } from './journal.ts';
import { beginningOf, newEntry } from './newEntry.ts';
import { nextGeneration, recognise } from './recognise.ts';
import { hasTail } from './tail.ts';

/** A file, opened, and what its beginning says. */
export interface OpenedFile {
  file: AccountingFile;
  head: Head;
  input: FileInput;
}

/** Finds the place of files in the journal: which were read before, whatever has happened to them since. */
export class FileEntries {
  /** By file, until the file is looked at with another result. */
  readonly warnings = new Map<string, string>();
  private readonly journal: Journal;

  constructor(journal: Journal) {
    this.journal = journal;
  }

  /**
   * The columns of a file without a header: those that it had before it was truncated, or those of the file that it is a
   * copy of.
   */
  columnsOf(file: AccountingFile, fingerprint: string): Header | undefined {
    const entries = this.journal.entries().filter(({ header }) => header !== '');
    const before =
      entries.findLast(({ inode }) => inode === String(file.inode)) ??
      entries.findLast((entry) => entry.fingerprint === fingerprint);
    return before && parseHeader(before.header);
  }

  /**
   * The entry of a file, as it is in the journal then; undefined where it is a copy of another.
   *
   * @param present sources whose files are there
   * @param listed all files that are there
   */
  async entryOf(
    { file, head, input }: OpenedFile,
    present: ReadonlySet<string>,
    listed: readonly AccountingFile[]
  ): Promise<JournalEntry | undefined> {
    const identity = { inode: String(file.inode), fingerprint: head.fingerprint, acctFile: acctFileOf(file.path) };
    const recognised = recognise(identity, this.journal.entries(), present);
    if (recognised !== 'new' && 'copyOf' in recognised) {
      this.warnings.set(
        file.path,
        `${file.path} begins with the same record as ${recognised.copyOf.path}: it is taken for a copy of it, and not read while that one is there.`
      );
      return undefined;
    }
    this.warnings.delete(file.path);
    if (recognised === 'new') {
      this.warnOfTruncation(file);
    }
    const before = recognised === 'new' ? undefined : recognised.entry;
    const entry = {
      ...(before
        ? await this.currentGeneration(before, file, head, input)
        : newEntry(`${file.inode}-${head.fingerprint}`, head, { ...identity, path: file.path, seenSize: file.size })),
      path: file.path,
      inode: identity.inode,
    };
    if (before && before.inode !== entry.inode) {
      await this.keepColumns(before, listed);
    }
    if (entry.source !== before?.source || entry.path !== before.path || entry.inode !== before.inode) {
      await this.journal.write({ ...entry, seenSize: file.size, isComplete: isReadWhole(entry, file) });
    }
    return entry;
  }

  /** Where a copy takes the place of a file that was truncated then, the columns are still those of the file too. */
  private async keepColumns(
    { inode, header, acctFile }: JournalEntry,
    listed: readonly AccountingFile[]
  ): Promise<void> {
    const truncated = listed.find((file) => String(file.inode) === inode);
    if (truncated && header !== '') {
      const head = { header: parseHeader(header), dataStart: 0, fingerprint: '' };
      const at = { path: truncated.path, acctFile, inode, seenSize: 0 };
      await this.journal.write(newEntry(`${inode}-truncated`, head, at));
    }
  }

  /** The entry itself where the file still holds what was read of it, else one that begins anew. */
  private async currentGeneration(
    entry: JournalEntry,
    file: AccountingFile,
    head: Head,
    input: Input
  ): Promise<JournalEntry> {
    if (entry.tail === '' && entry.pendingEnds.length === 0) {
      // Nothing was read of it yet, and its first record may have moved meanwhile.
      return { ...entry, ...beginningOf(head) };
    }
    if (entry.tail === '' || isReadWhole(entry, file) || (await hasTail(input, entry.doneEnd, entry.tail))) {
      return entry;
    }
    this.warnings.set(
      file.path,
      `${file.path} was written anew where it had been read already: it is read again, and what is known of it does not ` +
        'count twice. What was cut off before it was read is lost. Let PMTA rotate its own files.'
    );
    return nextGeneration(entry, head);
  }

  /** A rotation with copytruncate loses what PMTA writes between the copy and the cut. */
  private warnOfTruncation(file: AccountingFile): void {
    const cut = this.journal
      .entries()
      .find(({ path, inode, seenSize }) => path === file.path && inode === String(file.inode) && file.size < seenSize);
    if (cut) {
      this.warnings.set(
        `${file.path} cut`,
        `${file.path} was truncated in place (copytruncate): records that PMTA wrote around that moment may be lost. ` +
          'Let PMTA rotate its own files (max-size, move-to), or name the copies in the settings too.'
      );
    }
  }
}

/** A compressed file shows only by its size that it is the one that was read to its end. */
export function isReadWhole(entry: JournalEntry, file: AccountingFile): boolean {
  return isCompressed(file) && entry.path === file.path && entry.isComplete && entry.seenSize === file.size;
}
