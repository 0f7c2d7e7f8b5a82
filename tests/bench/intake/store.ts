import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { numbers } from '../../../pkg/store/arrow.ts';
import { loadChdb } from '../../../pkg/store/embedded/chdb.ts';
import { openEmbeddedEngine } from '../../../pkg/store/embedded/engine.ts';
import { type Intake, startIntake } from '../../../pkg/intake/intake.ts';
import { defaultNode } from '../../../pkg/settings/model.ts';
import type { Engine } from '../../../pkg/store/engine.ts';
import { migrate } from '../../../pkg/store/schema/migrate.ts';

const never = new AbortController().signal;

/** A store of its own for one measurement, with the schema in database `d`. */
export async function benchStore(): Promise<{ engine: Engine; close(): Promise<void> }> {
  const directory = mkdtempSync(join(tmpdir(), 'pmta-bench-store-'));
  const limits = { maxSeconds: 60, maxMemoryBytes: 1e9, maxRows: 100_000 };
  const engine = openEmbeddedEngine(await loadChdb(), join(directory, 'store'), join(directory, 'scratch'), limits);
  await migrate(engine, 'd', 3650);
  return {
    engine,
    async close() {
      await engine.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** The intake of one node whose accounting files are in a folder. */
export function benchIntake(engine: Engine, folder: string): Intake {
  const accounting = { files: [join(folder, '*.csv')], pull: false, receive: false };
  return startIntake({
    settings: { nodes: [{ ...defaultNode, name: 'mta1', accounting }], pollSeconds: 15 },
    monitors: new Map(),
    engine: async () => engine,
    database: 'd',
    roots: [folder],
    privacy: { policy: 'keep', key: '' },
    onError: (_node, _task, message) => process.stderr.write(`${message}\n`),
  });
}

/** The one number that a statement gives. */
export async function numberOf(engine: Engine, sql: string): Promise<number> {
  const result = await engine.query({ sql: `SELECT toFloat64((${sql})) AS n`, params: {} }, never);
  return numbers(result, 'n')[0] ?? 0;
}

/** Watches how much memory this process takes. */
export function watchMemory(): () => number {
  let peak = 0;
  const timer = setInterval(() => (peak = Math.max(peak, process.memoryUsage.rss())), 20);
  return () => {
    clearInterval(timer);
    return Math.max(peak, process.memoryUsage.rss());
  };
}
