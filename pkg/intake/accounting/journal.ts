import { numbers, strings } from '../../store/arrow.ts';
import type { Engine } from '../../store/engine.ts';

/** How far one source has been read. */
export interface JournalEntry {
  source: string;
  path: string;
  /** Everything before this offset is in the store. */
  doneEnd: number;
  /** Beyond `doneEnd`: a range that was being inserted, which must be sent again exactly as it was. */
  pendingEnd: number;
  records: number;
  rejects: number;
}

/**
 * The journal of one node's sources, kept in the store itself. Intention is written before the rows go in and success
 * after, so a crash at any point leaves a range that is sent again under the same token, which the engine ignores if it
 * was there.
 */
export class Journal {
  private readonly engine: Engine;
  private readonly database: string;
  private readonly node: string;
  private readonly entries = new Map<string, JournalEntry>();
  private version = 0;

  private constructor(engine: Engine, database: string, node: string) {
    this.engine = engine;
    this.database = database;
    this.node = node;
  }

  static async load(engine: Engine, database: string, node: string): Promise<Journal> {
    const journal = new Journal(engine, database, node);
    const sql = `SELECT source, path, toFloat64(version) AS version, toFloat64(done_end) AS done_end,
      toFloat64(pending_end) AS pending_end, toFloat64(records) AS records, toFloat64(rejects) AS rejects
      FROM ${database}.intake FINAL WHERE node = {node:String}`;
    const result = await engine.query({ sql, params: { node } }, new AbortController().signal);
    for (let row = 0; row < result.rows; row++) {
      const number = (name: string) => numbers(result, name)[row] ?? 0;
      const source = strings(result, 'source')[row] ?? '';
      journal.version = Math.max(journal.version, number('version'));
      journal.entries.set(source, {
        source,
        path: strings(result, 'path')[row] ?? '',
        doneEnd: number('done_end'),
        pendingEnd: number('pending_end'),
        records: number('records'),
        rejects: number('rejects'),
      });
    }
    return journal;
  }

  entry(source: string): JournalEntry | undefined {
    return this.entries.get(source);
  }

  totals(): { records: number; rejects: number } {
    const all = [...this.entries.values()];
    return {
      records: all.reduce((sum, entry) => sum + entry.records, 0),
      rejects: all.reduce((sum, entry) => sum + entry.rejects, 0),
    };
  }

  async write(entry: JournalEntry): Promise<void> {
    this.version = Math.max(this.version + 1, Date.now());
    await this.engine.insert(`${this.database}.intake`, [
      {
        node: this.node,
        source: entry.source,
        version: this.version,
        path: entry.path,
        done_end: entry.doneEnd,
        pending_end: entry.pendingEnd,
        records: entry.records,
        rejects: entry.rejects,
      },
    ]);
    this.entries.set(entry.source, entry);
  }
}
