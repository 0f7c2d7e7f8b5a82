import { numbers, strings } from '../../store/arrow.ts';
import type { Engine } from '../../store/engine.ts';

/** How far one source of accounting has been read, and by what it is known again. */
export interface JournalEntry {
  source: string;
  /** Where it was seen last. */
  path: string;
  /** Name of the acct-file that it belongs to. */
  acctFile: string;
  /** Of the file; empty for what is no file. */
  inode: string;
  /** Hash of its first record. */
  fingerprint: string;
  /** Columns at `doneEnd`, as a header line; empty for JSON. */
  header: string;
  /** Everything before this offset is in the store. */
  doneEnd: number;
  /** Hash of the last bytes before `doneEnd`, and of the last ones that are being inserted behind it; see tail.ts. */
  tail: string;
  /** Ends of the pieces that were being inserted behind `doneEnd`; each must be sent again exactly as it was. */
  pendingEnds: readonly number[];
  /** Size of the file when it was seen last. */
  seenSize: number;
  /** A compressed file that was read to its end, at this size. */
  isComplete: boolean;
  /** Bytes that were written and never read, because the file was deleted or truncated first. */
  lostBytes: number;
  /** Stored. */
  records: number;
  /** Not stored because another acct-file had the same event. */
  duplicates: number;
  rejects: number;
}

/** Sums over all sources of a node. */
export interface JournalTotals {
  records: number;
  duplicates: number;
  rejects: number;
  lostBytes: number;
}

/**
 * How far the sources of one node have been read. Intention is written before the rows go in and success after, so a
 * crash at any point leaves pieces that are sent again under the same tokens, which the store ignores if they were there.
 */
export interface Journal {
  entries(): JournalEntry[];
  entry(source: string): JournalEntry | undefined;
  totals(): JournalTotals;
  /** Resolves when the entries will outlive a crash. */
  write(...entries: readonly JournalEntry[]): Promise<void>;
}

function totalsOf(entries: readonly JournalEntry[]): JournalTotals {
  const sum = (value: (entry: JournalEntry) => number) => entries.reduce((total, entry) => total + value(entry), 0);
  return {
    records: sum(({ records }) => records),
    duplicates: sum(({ duplicates }) => duplicates),
    rejects: sum(({ rejects }) => rejects),
    lostBytes: sum(({ lostBytes }) => lostBytes),
  };
}

/** The entries of a journal in memory. */
export class JournalEntries {
  private readonly bySource = new Map<string, JournalEntry>();

  /** Those that were written last come last. */
  entries(): JournalEntry[] {
    return [...this.bySource.values()];
  }

  entry(source: string): JournalEntry | undefined {
    return this.bySource.get(source);
  }

  totals(): JournalTotals {
    return totalsOf(this.entries());
  }

  protected keep(entry: JournalEntry): void {
    this.bySource.delete(entry.source);
    this.bySource.set(entry.source, entry);
  }

  protected forget(source: string): void {
    this.bySource.delete(source);
  }
}

/** How long a posted batch is known again. There is one every few minutes, and nobody sends one again after a month. */
const batchMs = 30 * 86_400_000;

/** The journal of one node's sources, kept in the store beside the events. */
export class StoredJournal extends JournalEntries implements Journal {
  private readonly engine: Engine;
  private readonly database: string;
  private readonly node: string;
  private version = 0;

  private constructor(engine: Engine, database: string, node: string) {
    super();
    this.engine = engine;
    this.database = database;
    this.node = node;
  }

  static async load(engine: Engine, database: string, node: string): Promise<StoredJournal> {
    const journal = new StoredJournal(engine, database, node);
    const sql = `SELECT source, path, acct_file, inode, fingerprint, header, tail,
        arrayStringConcat(arrayMap(end -> toString(end), pending_ends), ' ') AS pending_ends,
        ${numberColumns.map((name) => `toFloat64(${name}) AS ${name}`).join(', ')}
      FROM ${database}.intake FINAL
      WHERE node = {node:String} AND NOT (startsWith(source, 'post-') AND version < {oldest:UInt64}) ORDER BY version, source`;
    const oldest = Date.now() - batchMs;
    const result = await engine.query({ sql, params: { node, oldest } }, new AbortController().signal);
    for (let row = 0; row < result.rows; row++) {
      const text = (name: string) => strings(result, name)[row] ?? '';
      const number = (name: (typeof numberColumns)[number]) => numbers(result, name)[row] ?? 0;
      journal.version = Math.max(journal.version, number('version'));
      journal.keep({
        source: text('source'),
        path: text('path'),
        acctFile: text('acct_file'),
        inode: text('inode'),
        fingerprint: text('fingerprint'),
        header: text('header'),
        doneEnd: number('done_end'),
        tail: text('tail'),
        pendingEnds: text('pending_ends').split(' ').filter(Boolean).map(Number),
        seenSize: number('seen_size'),
        isComplete: number('is_complete') === 1,
        lostBytes: number('lost_bytes'),
        records: number('records'),
        duplicates: number('duplicates'),
        rejects: number('rejects'),
      });
    }
    return journal;
  }

  async write(...entries: readonly JournalEntry[]): Promise<void> {
    if (entries.length === 0) {
      return;
    }
    this.version = Math.max(this.version + 1, Date.now());
    await this.engine.insert(
      `${this.database}.intake`,
      entries.map((entry) => ({
        node: this.node,
        source: entry.source,
        version: this.version,
        path: entry.path,
        acct_file: entry.acctFile,
        inode: entry.inode,
        fingerprint: entry.fingerprint,
        header: entry.header,
        done_end: entry.doneEnd,
        tail: entry.tail,
        pending_ends: entry.pendingEnds,
        seen_size: entry.seenSize,
        is_complete: entry.isComplete ? 1 : 0,
        lost_bytes: entry.lostBytes,
        records: entry.records,
        duplicates: entry.duplicates,
        rejects: entry.rejects,
      }))
    );
    for (const entry of entries) {
      this.keep(entry);
    }
  }
}

const numberColumns = [
  'version',
  'done_end',
  'seen_size',
  'is_complete',
  'lost_bytes',
  'records',
  'duplicates',
  'rejects',
] as const;
