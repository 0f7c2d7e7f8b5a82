import { numbers, strings } from '../arrow.ts';
import type { Engine } from '../engine.ts';
import { StoreError } from '../errors.ts';
import { timeValue } from '../sql.ts';
import { intakeTable } from './accountingTables.ts';
import { expiringTables, migrations, migrationsTable } from './migrations.ts';
import { alterStored, createDatabase, createTable, type Layout, storedName, type Table } from './table.ts';

const never = new AbortController().signal;

/**
 * Brings a database to the schema of this version and its retention to what the settings say, with no more statements
 * than that takes: where an administrator has made the tables, the rights to insert and to select are enough. Refuses a
 * database that a newer version of the plugin has written: its columns may mean something else.
 *
 * @param database a name that needs no quoting
 * @param cluster name of the cluster whose servers share the tables; empty for one server
 * @param onRetention told when rows will be kept for another time than wanted, because the user may not change it
 */
export async function migrate(
  engine: Engine,
  database: string,
  retentionDays: number,
  cluster = '',
  onRetention: (error: StoreError) => void = raise
): Promise<void> {
  const layout: Layout = { database, cluster };
  const before = await tablesOf(engine, database);
  if (before.size === 0 && !(await exists(engine, database))) {
    await change(engine, createDatabase(layout));
  }
  if (before.has(migrationsTable.name)) {
    await catchUp(engine, layout, migrationsTable);
  } else {
    await changeAll(engine, createTable(layout, migrationsTable));
  }
  await applyPending(engine, layout);
  await catchUp(engine, layout, intakeTable);
  await retain(engine, layout, retentionDays).catch((error: unknown) => {
    if (!isDenied(error)) {
      throw error;
    }
    onRetention(error);
  });
}

/**
 * All of the schema as statements, for an administrator to run where the plugin's user may not create tables. They can be
 * run again, for instance when a server has joined the cluster.
 */
export function schemaSql(layout: Layout, retentionDays: number): string[] {
  const newest = migrations.at(-1)?.version ?? 0;
  return [
    createDatabase(layout),
    ...createTable(layout, migrationsTable),
    ...migrations.flatMap(({ statements }) => statements(layout)),
    ...expiringTables.map((table) => alterStored(layout, table, `MODIFY TTL ${lifetime(retentionDays)}`)),
    `INSERT INTO ${layout.database}.migrations (version, time) VALUES (${newest}, now())`,
  ];
}

/** The database of one data source: `org1_abc`, with what SQL names cannot hold written as hexadecimal. */
export function databaseName(orgId: number, uid: string): string {
  const safe = uid.replace(/[^A-Za-z0-9]/g, (character) => `_${character.codePointAt(0)?.toString(16) ?? ''}_`);
  return `org${orgId}_${safe}`;
}

async function applyPending(engine: Engine, layout: Layout): Promise<void> {
  const { database } = layout;
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
        'install that version again, or use another data_path (embedded store) or database (ClickHouse server).'
    );
  }
  for (const migration of migrations.filter(({ version }) => version > current)) {
    await changeAll(engine, migration.statements(layout));
    await engine.insert(`${database}.migrations`, [{ version: migration.version, time: timeValue(Date.now()) }]);
  }
}

/**
 * In a cluster: waits until this server has every row that any server has taken. The journal is read once, at the start;
 * a server that lags would have the records since then read again under other tokens, and counted twice.
 */
async function catchUp(engine: Engine, layout: Layout, table: Table): Promise<void> {
  if (layout.cluster !== '') {
    await change(engine, `SYSTEM SYNC REPLICA ${layout.database}.${storedName(layout, table)}`);
  }
}

/** Sets each table's TTL; left alone where it is right, because changing it rewrites the parts on disk. */
async function retain(engine: Engine, layout: Layout, days: number): Promise<void> {
  const tables = await tablesOf(engine, layout.database);
  for (const table of expiringTables) {
    if (!tables.get(storedName(layout, table))?.includes(`TTL ${lifetime(days)}`)) {
      await change(engine, alterStored(layout, table, `MODIFY TTL ${lifetime(days)}`));
    }
  }
}

/** As the engine prints it, so that it can be found in a table's definition. */
function lifetime(days: number): string {
  return `toDateTime(time) + toIntervalDay(${days})`;
}

/** Definitions of a database's tables by name. */
async function tablesOf(engine: Engine, database: string): Promise<Map<string, string>> {
  const sql = 'SELECT name, create_table_query AS ddl FROM system.tables WHERE database = {d:String}';
  const result = await engine.query({ sql, params: { d: database } }, never);
  const ddl = strings(result, 'ddl');
  return new Map(Array.from(strings(result, 'name'), (name, row) => [name ?? '', ddl[row] ?? '']));
}

async function exists(engine: Engine, database: string): Promise<boolean> {
  const sql = 'SELECT name FROM system.databases WHERE name = {d:String}';
  return (await engine.query({ sql, params: { d: database } }, never)).rows > 0;
}

async function changeAll(engine: Engine, statements: readonly string[]): Promise<void> {
  for (const statement of statements) {
    await change(engine, statement);
  }
}

async function change(engine: Engine, sql: string): Promise<void> {
  try {
    await engine.execute({ sql, params: {} });
  } catch (error) {
    if (!isDenied(error)) {
      throw error;
    }
    throw new StoreError(
      'denied',
      `The store's user may not run \`${shortened(sql)}\`: grant it, or let an administrator run what ` +
        `\`gpx_pmta schema\` prints (see docs/clickhouse.md). ${error.message}`,
      error
    );
  }
}

function isDenied(error: unknown): error is StoreError {
  return error instanceof StoreError && error.code === 'denied';
}

function shortened(sql: string): string {
  const line = sql.replace(/\s+/g, ' ');
  return line.length > 120 ? `${line.slice(0, 120)}…` : line;
}

function raise(error: StoreError): never {
  throw error;
}
