import { open } from 'node:fs/promises';

import { type Header, parseHeader } from '../../pmta/accounting/header.ts';
import { messageOf } from '../messageOf.ts';
import { acctFileOf } from './acctFile.ts';
import { type AccountingFile, type FileList, listFiles } from './files.ts';
import { type AccountingFormat, type Head, readHead } from './head.ts';
import { type FileInput, fileInput, gzipInput, type Input } from './input.ts';
import type { Journal, JournalEntry } from './journal.ts';
import { Lost } from './lost.ts';
import { beginningOf, newEntry } from './newEntry.ts';
import { nextGeneration, recognise } from './recognise.ts';
import { hasTail } from './tail.ts';

/** Files that are kept open from the first look on, so that one that is deleted before its turn is read all the same. */
const mostOpen = 200;
const closedAfterMs = 10 * 60_000;

/** A file that is followed. */
export interface Followed {
  file: AccountingFile;
  source: string;
  format: AccountingFormat;
  isCompressed: boolean;
  /** The newest of its acct-file: the one that PMTA is writing. */
  isNewest: boolean;
  /** Whether the last look found it; what is gone is read through the handle that is open. */
  isListed: boolean;
  input: FileInput | undefined;
  /** How the file looked when it had been read to its end. */
  readTo: string;
}

interface OpenedFile {
  file: AccountingFile;
  head: Head;
  input: FileInput;
}

/** Knows the accounting files of one node: which there are, which were read before, what became of the others. */
export class Watch {
  readonly followed = new Map<string, Followed>();
  private readonly journal: Journal;
  private readonly globs: readonly string[];
  private readonly roots: readonly string[];
  private readonly now: () => number;
  private readonly lost: Lost;
  /** By file, until the file is looked at with another result. */
  private readonly warnings = new Map<string, string>();
  private found: FileList = { files: [], problems: [] };

  constructor(journal: Journal, globs: readonly string[], roots: readonly string[], now: () => number) {
    this.journal = journal;
    this.globs = globs;
    this.roots = roots;
    this.now = now;
    this.lost = new Lost(journal, now);
  }

  files(): number {
    return this.found.files.length;
  }

  problems(): string[] {
    return [...this.found.problems, ...this.warnings.values(), ...this.lost.problems()];
  }

  /** Looks at the folders. */
  async look(): Promise<void> {
    const { files, problems } = await listFiles(this.globs, this.roots);
    this.found = { files, problems };
    const changed = this.keepUnchanged(files);
    const opened: OpenedFile[] = [];
    for (const file of changed) {
      try {
        const start = await this.open(file);
        opened.push(...(start ? [{ file, ...start }] : []));
      } catch (error) {
        problems.push(`${file.path}: ${messageOf(error)}`);
      }
    }
    // Whether a file is a copy of another depends on which is taken first: the one that was read before, else the plain
    // one, because one that is just being compressed is not whole.
    const known = new Set(this.journal.entries().map(({ inode, fingerprint }) => `${inode} ${fingerprint}`));
    const rank = ({ file, head }: OpenedFile) =>
      known.has(`${file.inode} ${head.fingerprint}`) ? 0 : isCompressed(file) ? 2 : 1;
    const waiting = opened.toSorted((a, b) => rank(a) - rank(b));
    try {
      for (let next = waiting[0]; next; next = waiting[0]) {
        await this.follow(next);
        waiting.shift();
      }
    } finally {
      // The store failed; every look until it is back would leave open what this one opened.
      await Promise.all(waiting.map(({ input }) => input.close()));
    }
    await this.markNewest();
    await this.forget();
    await this.lost.look(new Set(this.followed.keys()));
  }

  /** Lets a file be looked at anew. Should what was seen of it be gone, the journal must know how much that was. */
  async drop(followed: Followed): Promise<void> {
    const entry = this.journal.entry(followed.source);
    if (entry && !followed.isCompressed && followed.file.size > entry.seenSize) {
      await this.journal.write({ ...entry, seenSize: followed.file.size });
    }
    await this.release(followed);
  }

  /** The input of a file, opened if it is not. */
  async inputOf(followed: Followed): Promise<FileInput> {
    if (!followed.input) {
      const { file } = followed;
      const handle = await open(file.path);
      const { ino } = await handle.stat();
      if (ino !== file.inode) {
        await handle.close();
        throw new Error('another file took its place while it was being read; it is looked at again');
      }
      followed.input = followed.isCompressed ? gzipInput(handle) : fileInput(handle);
    }
    return followed.input;
  }

  async close(): Promise<void> {
    for (const followed of [...this.followed.values()]) {
      await this.release(followed);
    }
  }

  private async release(followed: Followed): Promise<void> {
    await followed.input?.close();
    this.followed.delete(followed.source);
  }

  /** Takes over what is listed as before, grown or not; answers the files that must be opened to know what they are. */
  private keepUnchanged(files: readonly AccountingFile[]): AccountingFile[] {
    const before = new Map([...this.followed.values()].map((one) => [`${one.file.path} ${one.file.inode}`, one]));
    const wasListed = new Set([...this.followed.values()].filter(({ isListed }) => isListed));
    for (const followed of wasListed) {
      followed.isListed = false;
    }
    const changed = files.filter((file) => {
      const followed = before.get(`${file.path} ${file.inode}`);
      if (!followed || file.size < followed.file.size) {
        return true;
      }
      followed.file = file;
      followed.isListed = true;
      return false;
    });
    for (const followed of wasListed) {
      if (!followed.isListed && followed.input) {
        // It may have grown since the last look.
        followed.readTo = '';
      }
    }
    return changed;
  }

  private async open(file: AccountingFile): Promise<{ head: Head; input: FileInput } | undefined> {
    const handle = await open(file.path);
    const input = isCompressed(file) ? gzipInput(handle) : fileInput(handle);
    let head: Head | undefined;
    try {
      head = await readHead(input, {
        columnsOf: (fingerprint) => this.columnsOf(file, fingerprint),
        isJson: /\.(json|jsonl|ndjson)\b/i.test(file.path),
        isClosed: isAtRest(file, this.now()),
      });
    } finally {
      if (!head) {
        await input.close();
      }
    }
    return head && { head, input };
  }

  /**
   * The columns of a file without a header: those that it had before it was truncated, or those of the file that it is a
   * copy of.
   */
  private columnsOf(file: AccountingFile, fingerprint: string): Header | undefined {
    const entries = this.journal.entries().filter(({ header }) => header !== '');
    const before =
      entries.findLast(({ inode }) => inode === String(file.inode)) ??
      entries.findLast((entry) => entry.fingerprint === fingerprint);
    return before && parseHeader(before.header);
  }

  /** Begins to follow a file, or goes on where it was left. */
  private async follow({ file, head, input }: OpenedFile): Promise<void> {
    // The handle of the same inode would show what is in the file now, as if it were what was in it before.
    for (const followed of [...this.followed.values()].filter((one) => one.file.inode === file.inode)) {
      await this.drop(followed);
    }
    const identity = { inode: String(file.inode), fingerprint: head.fingerprint, acctFile: acctFileOf(file.path) };
    const present = new Set([...this.followed.values()].filter(({ isListed }) => isListed).map(({ source }) => source));
    const recognised = recognise(identity, this.journal.entries(), present);
    if (recognised !== 'new' && 'copyOf' in recognised) {
      this.warnings.set(
        file.path,
        `${file.path} begins with the same record as ${recognised.copyOf.path}: it is taken for a copy of it, and not read while that one is there.`
      );
      return input.close();
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
    const isComplete = isReadWhole(entry, file);
    if (before && before.inode !== entry.inode) {
      await this.keepColumns(before);
    }
    if (entry.source !== before?.source || entry.path !== before.path || entry.inode !== before.inode) {
      await this.journal.write({ ...entry, seenSize: file.size, isComplete });
    }
    const keepsOpen = !isComplete && [...this.followed.values()].filter((one) => one.input).length < mostOpen;
    if (!keepsOpen) {
      await input.close();
    }
    const sameSource = this.followed.get(entry.source);
    if (sameSource) {
      await this.release(sameSource);
    }
    this.followed.set(entry.source, {
      file,
      source: entry.source,
      format: head.format,
      isCompressed: isCompressed(file),
      isNewest: false,
      isListed: true,
      input: keepsOpen ? input : undefined,
      readTo: isComplete ? looksOf(file) : '',
    });
  }

  /** Where a copy takes the place of a file that was truncated then, the columns are still those of the file too. */
  private async keepColumns({ inode, header, acctFile }: JournalEntry): Promise<void> {
    const truncated = this.found.files.find((file) => String(file.inode) === inode);
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

  /** What PMTA is writing is kept open: should it be moved away and deleted, its last records are still read. */
  private async markNewest(): Promise<void> {
    const newest = new Map<string, Followed>();
    for (const followed of this.followed.values()) {
      followed.isNewest = false;
      const name = acctFileOf(followed.file.path);
      const other = newest.get(name);
      if (followed.isListed && !followed.isCompressed && (!other || isNewer(followed.file, other.file))) {
        newest.set(name, followed);
      }
    }
    for (const followed of newest.values()) {
      followed.isNewest = true;
      // One that cannot be opened is reported when it is read.
      await this.inputOf(followed).catch(() => undefined);
    }
  }

  /** Drops files that are gone and have nothing left to be read through a handle that was opened in time. */
  private async forget(): Promise<void> {
    for (const followed of [...this.followed.values()]) {
      if (!followed.isListed && (!followed.input || followed.readTo !== '')) {
        await this.drop(followed);
      }
    }
  }
}

/** How a file looks from outside; as long as that is the same, there is nothing new in it. */
export function looksOf({ inode, size, modifiedMs }: AccountingFile): string {
  return `${inode} ${size} ${modifiedMs}`;
}

/** Whether a file has rested so long that it will not be written to, unless it is the newest of its acct-file. */
export function isAtRest({ modifiedMs }: AccountingFile, nowMs: number): boolean {
  return nowMs - modifiedMs > closedAfterMs;
}

/** By the time of the last write; by name where both were written in the same moment. */
export function isNewer(a: AccountingFile, b: AccountingFile): boolean {
  return a.modifiedMs === b.modifiedMs ? a.path > b.path : a.modifiedMs > b.modifiedMs;
}

function isCompressed({ path }: AccountingFile): boolean {
  return /\.gz$/i.test(path);
}

/** A compressed file shows only by its size that it is the one that was read to its end. */
function isReadWhole(entry: JournalEntry, file: AccountingFile): boolean {
  return isCompressed(file) && entry.path === file.path && entry.isComplete && entry.seenSize === file.size;
}
