import type { Journal, JournalEntry } from './journal.ts';

/** A file that is being moved is nowhere for a moment. */
const graceMs = 60_000;

/** Notices files that are gone before they were read to their end, and how much of them is lost. */
export class Lost {
  private readonly journal: Journal;
  private readonly now: () => number;
  private readonly missingSince = new Map<string, number>();
  private readonly texts = new Map<string, string>();

  constructor(journal: Journal, now: () => number) {
    this.journal = journal;
    this.now = now;
  }

  /** @param present sources that are there, or are still being read though their file is not */
  async look(present: ReadonlySet<string>): Promise<void> {
    const gone: JournalEntry[] = [];
    for (const entry of this.journal.entries()) {
      if (unread(entry) === 0 || present.has(entry.source)) {
        this.missingSince.delete(entry.source);
        continue;
      }
      const since = this.missingSince.get(entry.source) ?? this.now();
      this.missingSince.set(entry.source, since);
      if (this.now() - since >= graceMs) {
        gone.push(entry);
      }
    }
    for (const entry of gone) {
      const bytes = unread(entry);
      this.texts.set(
        entry.source,
        `${entry.path} is gone (deleted, or not named by the settings any more) and was not read to its end: ${bytes} bytes are missing.`
      );
      await this.journal.write({
        ...entry,
        seenSize: isCompressed(entry) ? entry.seenSize : entry.doneEnd,
        isComplete: isCompressed(entry),
        lostBytes: entry.lostBytes + bytes,
      });
      this.missingSince.delete(entry.source);
    }
  }

  /** What was lost since the start. */
  problems(): string[] {
    return [...this.texts.values()];
  }
}

/** Of a compressed file nobody knows how much is inside, so its own size stands for it. */
function unread(entry: JournalEntry): number {
  if (entry.inode === '') {
    return 0;
  }
  if (isCompressed(entry)) {
    return entry.isComplete ? 0 : entry.seenSize;
  }
  return Math.max(0, entry.seenSize - entry.doneEnd);
}

function isCompressed({ path }: JournalEntry): boolean {
  return /\.gz$/i.test(path);
}
