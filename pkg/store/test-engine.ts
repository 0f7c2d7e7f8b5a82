import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';

import { loadChdb } from './embedded/chdb.ts';
import { openEmbeddedEngine } from './embedded/engine.ts';
import type { Engine, QueryLimits } from './engine.ts';

/**
 * An embedded engine in a folder of its own, for the tests of one file: the engine binds one directory a process. Both
 * are gone after them.
 */
export async function testEngine(limits: Partial<QueryLimits> = {}): Promise<{ engine: Engine; directory: string }> {
  const directory = mkdtempSync(join(tmpdir(), 'pmta-engine-'));
  const engine = openEmbeddedEngine(await loadChdb(), join(directory, 'store'), join(directory, 'scratch'), {
    maxSeconds: 30,
    maxMemoryBytes: 1e9,
    maxRows: 100_000,
    ...limits,
  });
  after(async () => {
    await engine.close();
    rmSync(directory, { recursive: true });
  });
  return { engine, directory };
}
