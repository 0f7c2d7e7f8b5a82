import { open } from 'node:fs/promises';

import { messageOf } from '../messageOf.ts';
import { acctFileOf } from './acctFile.ts';
import { FileEntries, isReadWhole, type OpenedFile } from './fileEntries.ts';
import { type AccountingFile, type FileList, isAtRest, isCompressed, isNewer, listFiles, looksOf } from './files.ts';
import { type AccountingFormat, type Head, readHead } from './head.ts';
import { type FileInput, fileInput, gzipInput } from './input.ts';
import type { Journal } from './journal.ts';
import { Lost } from './lost.ts';

/** Files that are kept open from the first look on, so that one that is deleted before its turn is read all the same. */
const mostOpen = 200;

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

/** Knows the accounting files of one node: which there are, which were read before, what became of the others. */
export class Watch {
  readonly followed = new Map<string, Followed>();
  private readonly journal: Journal;
  private readonly globs: readonly string[];
  private readonly roots: readonly string[];
  private readonly now: () => number;
  private readonly lost: Lost;
  private readonly entries: FileEntries;
  private found: FileList = { files: [], problems: [] };

  constructor(journal: Journal, globs: readonly string[], roots: readonly string[], now: () => number) {
    this.journal = journal;
    this.entries = new FileEntries(journal);
    this.globs = globs;
    this.roots = roots;
    this.now = now;
    this.lost = new Lost(journal, now);
  }

  files(): number {
    return this.found.files.length;
  }

  problems(): string[] {
    return [...this.found.problems, ...this.entries.warnings.values(), ...this.lost.problems()];
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
        columnsOf: (fingerprint) => this.entries.columnsOf(file, fingerprint),
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

  /** Begins to follow a file, or goes on where it was left. */
  private async follow({ file, head, input }: OpenedFile): Promise<void> {
    // The handle of the same inode would show what is in the file now, as if it were what was in it before.
    for (const followed of [...this.followed.values()].filter((one) => one.file.inode === file.inode)) {
      await this.drop(followed);
    }
    const present = new Set([...this.followed.values()].filter(({ isListed }) => isListed).map(({ source }) => source));
    const entry = await this.entries.entryOf({ file, head, input }, present, this.found.files);
    if (!entry) {
      return input.close();
    }
    const isComplete = isReadWhole(entry, file);
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
