import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { parse } from 'csv-parse/sync';
import { startSimulator, type Simulator, type StartOptions } from './simulator.ts';

export const START = Date.parse('2026-02-07T12:00:00Z');
export const MINUTE = 60_000;
/** A record by its columns. */
export type Row = Record<string, string>;

/** An empty folder for the length of a test. */
export function directory(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'simulator-'));
  t.after(() => rmSync(path, { recursive: true }));
  return path;
}

/** A simulator for the length of a test: a hundred records a second from START on. */
export async function start(t: TestContext, options: Partial<StartOptions> = {}): Promise<Simulator> {
  const pmta = await startSimulator({ directory: directory(t), start: START, rate: 100, steady: true, ...options });
  t.after(() => pmta.stop());
  return pmta;
}

/** The records of all CSV files whose names begin with the prefix, by name of file. */
export function read({ accountingDirectory }: Simulator, prefix = 'acct'): Row[] {
  return readdirSync(accountingDirectory)
    .filter((name) => name.startsWith(prefix))
    .sort()
    .flatMap((name) => parse(readFileSync(join(accountingDirectory, name)), { columns: true }) as Row[]);
}

/** Number of rows by value; rows without a value are left out. */
export const countBy = (rows: Row[], value: (row: Row) => string | undefined): Map<string, number> => {
  const counts = new Map<string, number>();
  for (const row of rows) {
    const key = value(row);
    if (key !== undefined) {
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
  }
  return counts;
};
