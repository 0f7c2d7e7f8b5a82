import type { Engine } from '../../store/engine.ts';

type Row = Record<string, unknown>;

/** What one poll of a node yields: rows by the name of their table. */
export type SnapshotTables = Record<string, Row[]>;

/** What a collector may fill; the other tables come from accounting records, or are the data source's own. */
const snapshotTables: ReadonlySet<string> = new Set([
  'polls',
  'status',
  'queues',
  'domains',
  'vmtas',
  'jobs',
  'process',
  'disks',
]);

/** A batch of snapshots that cannot be stored. */
export class SnapshotError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'SnapshotError';
  }
}

/** Reads a batch as a collector sends it. Throws SnapshotError. */
export function parseSnapshots(text: string): SnapshotTables {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new SnapshotError('the batch is not JSON');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new SnapshotError('the batch must be an object of tables');
  }
  for (const [table, rows] of Object.entries(value)) {
    if (!snapshotTables.has(table)) {
      throw new SnapshotError(`there is no table of snapshots named ${JSON.stringify(table.slice(0, 40))}`);
    }
    if (!Array.isArray(rows) || rows.some((row) => typeof row !== 'object' || row === null || Array.isArray(row))) {
      throw new SnapshotError(`${table} must be a list of rows`);
    }
  }
  return value as SnapshotTables;
}

/** Stores the snapshots of a node; those that are sent again under the same id count once. Throws StoreError. */
export async function insertSnapshots(
  engine: Pick<Engine, 'insert'>,
  database: string,
  node: string,
  id: string,
  tables: SnapshotTables
): Promise<void> {
  for (const [table, rows] of Object.entries(tables)) {
    // Whoever may send for one node must not be able to send for another.
    const own = rows.map((row) => ({ ...row, node }));
    await engine.insert(`${database}.${table}`, own, `${node}:${id}:${table}`);
  }
}

/** Takes the place of an engine while a node is polled, and keeps the rows instead. */
export function gatherSnapshots(): { engine: Pick<Engine, 'insert'>; database: string; tables: SnapshotTables } {
  const database = 'gathered';
  const tables: SnapshotTables = {};
  return {
    database,
    tables,
    engine: {
      async insert(table, rows) {
        if (rows.length > 0) {
          tables[table.slice(database.length + 1)] = [...rows];
        }
      },
    },
  };
}
