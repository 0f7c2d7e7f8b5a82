import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';

import { oneAtATime } from '../oneAtATime.ts';
import { JournalEntries, type Journal, type JournalEntry } from './journal.ts';

/** Lines that newer ones have replaced, after which the file is written anew with one line a source. */
const mostOldLines = 10_000;

/**
 * The journal as a file of JSON lines, where there is no store to keep it in: the newest line of a source holds. A line
 * that a crash cut off is ignored; what it would have said is done again.
 */
export class DiskJournal extends JournalEntries implements Journal {
  private readonly path: string;
  private readonly mostOldLines: number;
  /** Infinity where the end of the file is not known to be whole, so that it is written anew instead of appended to. */
  private lines = Infinity;
  private readonly inTurn = oneAtATime();

  private constructor(path: string, oldLines: number) {
    super();
    this.path = path;
    this.mostOldLines = oldLines;
  }

  /** Throws where the file is there and cannot be read. */
  static async load(path: string, oldLines = mostOldLines): Promise<DiskJournal> {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') {
        return '';
      }
      throw error;
    });
    const journal = new DiskJournal(path, oldLines);
    for (const line of text.split('\n')) {
      const entry = parseEntry(line);
      if (entry) {
        journal.keep(entry);
      }
    }
    return journal;
  }

  async write(...entries: readonly JournalEntry[]): Promise<void> {
    await this.inTurn(async () => {
      if (this.lines + entries.length > this.entries().length + this.mostOldLines) {
        const written = new Set(entries.map(({ source }) => source));
        await this.writeAll([...this.entries().filter(({ source }) => !written.has(source)), ...entries]);
      } else {
        await this.append(entries);
      }
      for (const entry of entries) {
        this.keep(entry);
      }
    });
  }

  /** Forgets a source whose file is gone on purpose. */
  async remove(source: string): Promise<void> {
    await this.inTurn(async () => {
      await this.writeAll(this.entries().filter((entry) => entry.source !== source));
      this.forget(source);
    });
  }

  private async append(entries: readonly JournalEntry[]): Promise<void> {
    const before = this.lines;
    // Until it is through: on a full disk only a half may be written.
    this.lines = Infinity;
    const file = await open(this.path, 'a', 0o600);
    try {
      await file.appendFile(linesOf(entries));
      await file.datasync();
      this.lines = before + entries.length;
    } finally {
      await file.close();
    }
  }

  /** Beside the old file and then in its place: a crash leaves one of the two, never a half. */
  private async writeAll(entries: readonly JournalEntry[]): Promise<void> {
    const file = await open(`${this.path}.new`, 'w', 0o600);
    try {
      await file.writeFile(linesOf(entries));
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(`${this.path}.new`, this.path);
    this.lines = entries.length;
    const folder = await open(dirname(this.path));
    await folder.sync().finally(() => folder.close());
  }
}

function linesOf(entries: readonly JournalEntry[]): string {
  return entries.map((entry) => `${JSON.stringify(entry)}\n`).join('');
}

function parseEntry(line: string): JournalEntry | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  return isEntry(value) ? value : undefined;
}

/** What an entry must have; of one that lacks something, rows would be sent from a wrong place. */
const exampleEntry: JournalEntry = {
  source: '',
  path: '',
  acctFile: '',
  inode: '',
  fingerprint: '',
  header: '',
  doneEnd: 0,
  tail: '',
  pendingEnds: [],
  seenSize: 0,
  isComplete: false,
  lostBytes: 0,
  records: 0,
  duplicates: 0,
  rejects: 0,
};

function isEntry(value: unknown): value is JournalEntry {
  if (typeof value !== 'object' || value === null) {
    return false;
  }
  const fields = value as Record<string, unknown>;
  const { pendingEnds } = fields;
  const alike = Object.entries(exampleEntry).every(([name, example]) => typeof fields[name] === typeof example);
  return alike && Array.isArray(pendingEnds) && pendingEnds.every((end) => typeof end === 'number');
}
