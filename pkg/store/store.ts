import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { migrateOnce } from './databases.ts';
import type { Engine, QueryLimits } from './engine.ts';
import { StoreError, toStoreError } from './errors.ts';
import { loadChdb } from './embedded/chdb.ts';
import { openEmbeddedEngine } from './embedded/engine.ts';
import { diagnoseDirectory } from './embedded/directory.ts';
import { migrate } from './schema/migrate.ts';

/**
 * The store as data sources see it: it may still be opening, or not open at all, while live queries go on. The embedded
 * one is for all data sources, a server's (`openServerStore`) for one.
 */
export interface Store {
  /** Resolves when the store is open and the database has today's schema; rejects with a StoreError that says why not. */
  database(name: string, retentionDays: number): Promise<Engine>;
  close(): Promise<void>;
}

const retryLockedMs = 250;
const retryFailedMs = 10_000;

/**
 * The embedded store below `dataPath`. It opens in the background, from the first time it is asked for: never before
 * the handshake, and without end while a dying predecessor holds the lock or the folder cannot be used, because a full
 * disk or a wrong owner is repaired without restarting Grafana.
 *
 * @param onFailure told of each new reason why it does not open
 */
export function openStore(dataPath: string, limits: QueryLimits, onFailure: (error: StoreError) => void): Store {
  const directory = join(dataPath, 'store');
  const scratch = join(dataPath, 'scratch');
  const migrated = migrateOnce(migrate);
  const closing = new AbortController();
  let engine: Engine | undefined;
  let failure = new StoreError('opening', 'The store is still opening: try again in a moment.');
  let opening: Promise<void> | undefined;

  function fail(error: StoreError): void {
    if (error.code !== failure.code) {
      onFailure(error);
    }
    failure = error;
  }

  async function open(): Promise<void> {
    const chdb = await loadChdb().catch((error: unknown) => {
      throw new StoreError(
        'unsupported',
        `The embedded store cannot be loaded on ${process.platform} ${process.arch}; it runs on Linux with glibc and on ` +
          `macOS, and needs node_modules/@chdb beside the plugin's executable. Live queries go on. (${firstLine(error)})`,
        error
      );
    });
    while (!closing.signal.aborted) {
      try {
        mkdirSync(directory, { recursive: true, mode: 0o700 });
        engine = openEmbeddedEngine(chdb, directory, scratch, limits);
        return;
      } catch (error) {
        fail(isOpenError(error) ? diagnoseDirectory(directory, error) : toStoreError(error));
        await pause(failure.code === 'locked' ? retryLockedMs : retryFailedMs, closing.signal);
      }
    }
  }

  async function ready(): Promise<Engine> {
    opening ??= open().catch((error: unknown) => fail(toStoreError(error)));
    if (!engine) {
      await Promise.race([opening, pause(2_000, closing.signal)]);
    }
    if (!engine) {
      throw failure;
    }
    return engine;
  }

  return {
    async database(name, retentionDays) {
      const open = await ready();
      await migrated(open, name, retentionDays);
      return open;
    },
    async close() {
      closing.abort();
      await engine?.close();
    },
  };
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n', 1)[0] ?? '';
}

/** The engine's refusal of a directory, or the system's of making it; anything else is a fault of another kind. */
function isOpenError(error: unknown): boolean {
  const { code } = error as { code?: string };
  return code === 'CHDB_CONNECTION' || /^E[A-Z]+$/.test(code ?? '');
}

/** Waits, or returns at once when the signal aborts or has aborted. */
async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  await delay(milliseconds, undefined, { signal, ref: false }).catch(() => undefined);
}
