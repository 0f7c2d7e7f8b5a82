import { numbers, strings } from '../arrow.ts';
import type { Engine } from '../engine.ts';
import { StoreError } from '../errors.ts';
import { timeValue } from '../sql.ts';
import { migrations } from './migrations.ts';
import { expiringTables } from './snapshotTables.ts';

/**
 * Brings a database to the schema of this version and its retention to what the settings say. Refuses a database that
 * a newer version of the plugin has written: its columns may mean something else.
 *
 * @param database a name that needs no quoting
 */
export async function migrate(engine: Engine, database: string, retentionDays: number): Promise<void> {
  const never = new AbortController().signal;
  const run = (sql: string) => engine.execute({ sql, params: {} });
  await run(`CREATE DATABASE IF NOT EXISTS ${database}`);
  await run(
    `CREATE TABLE IF NOT EXISTS ${database}.migrations (version UInt32, time DateTime64(3, 'UTC'))
     ENGINE = MergeTree ORDER BY version`
  );
  const applied = await engine.query(
    { sql: `SELECT max(version) AS v FROM ${database}.migrations`, params: {} },
    never
  );
  const current = numbers(applied, 'v')[0] ?? 0;
  const newest = migrations.at(-1)?.version ?? 0;
  if (current > newest) {
    throw new StoreError(
      'damaged',
      `The store was written by a newer version of this plugin (schema ${current}, this one knows ${newest}): ` +
        'install that version again, or point data_path at another folder.'
    );
  }
  for (const migration of migrations.filter(({ version }) => version > current)) {
    for (const statement of migration.statements(database)) {
      await run(statement);
    }
    await engine.insert(`${database}.migrations`, [{ version: migration.version, time: timeValue(Date.now()) }]);
  }
  await retain(engine, database, retentionDays);
}

/** Sets each table's TTL; left alone where it is right, because changing it rewrites the parts on disk. */
async function retain(engine: Engine, database: string, days: number): Promise<void> {
  const never = new AbortController().signal;
  const tables = await engine.query(
    {
      sql: 'SELECT name, create_table_query AS ddl FROM system.tables WHERE database = {d:String}',
      params: { d: database },
    },
    never
  );
  const names = Array.from(strings(tables, 'name'));
  const ddl = Array.from(strings(tables, 'ddl'));
  for (const table of expiringTables) {
    const wanted = `toDateTime(time) + toIntervalDay(${days})`;
    if (!ddl[names.indexOf(table)]?.includes(`TTL ${wanted}`)) {
      await engine.execute({
        sql: `ALTER TABLE ${database}.${table} MODIFY TTL ${wanted}`,
        params: {},
      });
    }
  }
}

/** The database of one data source: `org1_abc`, with what SQL names cannot hold written as hexadecimal. */
export function databaseName(orgId: number, uid: string): string {
  const safe = uid.replace(/[^A-Za-z0-9]/g, (character) => `_${character.codePointAt(0)?.toString(16) ?? ''}_`);
  return `org${orgId}_${safe}`;
}
