import type { Engine } from './engine.ts';

type Migrate = (engine: Engine, name: string, retentionDays: number) => Promise<void>;

/** `migrate`, but once for each database and retention; one that failed is tried again when it is asked for again. */
export function migrateOnce(migrate: Migrate): Migrate {
  const started = new Map<string, Promise<void>>();
  return (engine, name, retentionDays) => {
    const key = `${name} ${retentionDays}`;
    let migrated = started.get(key);
    if (!migrated) {
      migrated = migrate(engine, name, retentionDays);
      started.set(key, migrated);
      migrated.catch(() => started.delete(key));
    }
    return migrated;
  };
}
