import { migrateOnce } from '../databases.ts';
import type { Engine, QueryLimits } from '../engine.ts';
import { StoreError } from '../errors.ts';
import { migrate } from '../schema/migrate.ts';
import type { Store } from '../store.ts';
import { openServerEngine, type ServerOptions } from './engine.ts';

/** How long a server may take to say that it is there; a host that drops packets would else hold "Save & test". */
const reachMs = 10_000;

/**
 * The store of one data source on a ClickHouse server. Nothing happens before a database is asked for; a server that
 * cannot be reached or used is asked again with each request, so it needs no restart when it is repaired.
 *
 * @param onFailure told of each new reason why it cannot be used, and of a retention that the user may not change
 */
export function openServerStore(
  options: ServerOptions,
  limits: QueryLimits,
  onFailure: (error: StoreError) => void
): Store {
  const engine = openServerEngine(options, limits);
  let failure = '';
  const migrated = migrateOnce(async (_, name, retentionDays) => {
    await reach(engine, options.url);
    await migrate(engine, name, retentionDays, options.cluster, (error) =>
      onFailure(
        new StoreError(error.code, `Records are not kept for ${retentionDays} days as set. ${error.message}`, error)
      )
    );
  });
  return {
    async database(name, retentionDays) {
      try {
        await migrated(engine, name, retentionDays);
        failure = '';
        return engine;
      } catch (error) {
        if (error instanceof StoreError && error.code !== failure) {
          failure = error.code;
          onFailure(error);
        }
        throw error;
      }
    },
    close: () => engine.close(),
  };
}

async function reach(engine: Engine, url: string): Promise<void> {
  const signal = AbortSignal.timeout(reachMs);
  try {
    await engine.query({ sql: 'SELECT 1 AS reached', params: {} }, signal);
  } catch (error) {
    throw signal.aborted
      ? new StoreError(
          'unreachable',
          `ClickHouse at ${new URL(url).origin} does not answer: check the URL, and firewalls in between.`,
          error
        )
      : error;
  }
}
