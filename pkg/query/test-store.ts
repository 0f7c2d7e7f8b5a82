import type { Engine, Statement } from '../store/engine.ts';
import { migrate } from '../store/schema/migrate.ts';
import { timeValue } from '../store/sql.ts';
import { testEngine } from '../store/test-engine.ts';
import type { QueryContext } from './context.ts';

/** Any Monday; times in tests count from it. */
export const startMs = Date.UTC(2026, 2, 2);
export const minute = 60_000;

export type Cell = string | number | null;

export interface TestStore {
  engine: Engine;
  /** Appends rows; `second` becomes their `time`, counted from `startMs`. */
  insert(table: string, rows: Array<Record<string, unknown> & { second: number }>): Promise<void>;
  clear(table: string): Promise<void>;
  /** Rows of a statement's answer, each as its cells in order. */
  rows(statement: Statement): Promise<Cell[][]>;
  /** An hour from `startMs`, looked at from its end, with room for many points. */
  context(overrides?: Partial<QueryContext>): QueryContext;
}

/**
 * One embedded store with the schema in database `d`, for the tests of one file: the engine binds one directory a
 * process. Closed after them.
 */
export async function testStore(): Promise<TestStore> {
  const { engine } = await testEngine({ maxSeconds: 20, maxMemoryBytes: 500e6, maxRows: 10_000 });
  // Rows of tests have fixed times, which must not expire.
  await migrate(engine, 'd', 20_000);
  const never = new AbortController().signal;
  const select = (statement: Statement) => engine.query(statement, never);

  return {
    engine,
    async insert(table, rows) {
      const whole = table === 'events';
      await engine.insert(
        `d.${table}`,
        rows.map(({ second, ...row }) => {
          const time = timeValue(startMs + second * 1000);
          return { time: whole ? time.replace(/\..*/, '') : time, ...row };
        })
      );
    },
    clear: (table) => engine.execute({ sql: `TRUNCATE TABLE d.${table}`, params: {} }),
    async rows(statement) {
      const { rows, columns } = await select(statement);
      return Array.from({ length: rows }, (_, row) => columns.map(({ values }) => values[row] ?? null));
    },
    context: (overrides = {}) => ({
      refId: 'A',
      lagBytes: 0,
      range: { fromMs: startMs, toMs: startMs + 60 * minute, intervalMs: minute, maxDataPoints: 1000 },
      nowMs: startMs + 60 * minute,
      pollSeconds: 15,
      fromAlert: false,
      signal: never,
      table: (name) => `d.${name}`,
      select,
      nodes: [],
      ...overrides,
    }),
  };
}
