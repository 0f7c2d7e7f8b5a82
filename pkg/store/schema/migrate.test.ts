import assert from 'node:assert/strict';
import { test } from 'node:test';

import { numbers, strings } from '../arrow.ts';
import { testEngine } from '../test-engine.ts';
import { timeValue } from '../sql.ts';
import { databaseName, migrate, schemaSql } from './migrate.ts';
import { expiringTables, migrations } from './migrations.ts';

const never = new AbortController().signal;

const { engine } = await testEngine();

async function one(sql: string): Promise<number> {
  return numbers(await engine.query({ sql: `SELECT toFloat64(${sql}) AS v`, params: {} }, never), 'v')[0] ?? NaN;
}

test('versions rise by one, and a migration is applied once', async () => {
  assert.deepEqual(
    migrations.map(({ version }) => version),
    migrations.map((_, index) => index + 1)
  );
  await migrate(engine, 'a', 90);
  await migrate(engine, 'a', 90);
  assert.equal(await one('(SELECT count() FROM a.migrations)'), migrations.length);
});

test('a database of a newer version is refused, not touched', async () => {
  await migrate(engine, 'b', 90);
  await engine.insert('b.migrations', [{ version: 1000, time: timeValue(Date.now()) }]);
  await assert.rejects(migrate(engine, 'b', 90), /newer version/);
});

test('rows expire when retention says so, also after it was shortened', async () => {
  await migrate(engine, 'c', 90);
  const time = timeValue(Date.now() - 40 * 86_400_000).slice(0, 19);
  const count = () => one('(SELECT count() FROM c.events)');
  await engine.insert('c.events', [{ time, type: 'd' }]);
  assert.equal(await count(), 1);
  await migrate(engine, 'c', 30);
  await engine.execute({ sql: 'OPTIMIZE TABLE c.events FINAL', params: {} });
  assert.equal(await count(), 0);
});

test('every table but the journal expires', async () => {
  await migrate(engine, 'e', 7);
  const result = await engine.query(
    {
      sql: "SELECT name FROM system.tables WHERE database = 'e' AND create_table_query LIKE '%toIntervalDay(7)%' ORDER BY name",
      params: {},
    },
    never
  );
  assert.deepEqual(Array.from(strings(result, 'name')), expiringTables.map(({ name }) => name).sort());
});

test('what an administrator runs by hand is what the plugin would have made', async () => {
  await migrate(engine, 'f', 30);
  for (const sql of schemaSql({ database: 'g', cluster: '' }, 30)) {
    await engine.execute({ sql, params: {} });
  }
  const sql = `SELECT replaceAll(create_table_query, concat(database, '.'), '') AS ddl
    FROM system.tables WHERE database = {d:String} ORDER BY name`;
  const [made, byHand] = await Promise.all(
    ['f', 'g'].map(async (d) => Array.from(strings(await engine.query({ sql, params: { d } }, never), 'ddl')))
  );
  assert.ok(made && made.length > expiringTables.length);
  assert.deepEqual(byHand, made);
  assert.equal(await one('(SELECT max(version) FROM g.migrations)'), migrations.length);
});

test('a database that is right is left alone', async () => {
  await migrate(engine, 'h', 30);
  const changes: string[] = [];
  const watched: typeof engine = {
    ...engine,
    execute: async ({ sql }) => void changes.push(sql),
    insert: async (table) => void changes.push(table),
  };
  await migrate(watched, 'h', 30);
  assert.deepEqual(changes, []);
  await migrate(watched, 'h', 31);
  assert.equal(changes.length, expiringTables.length);
});

test('data sources never share a database', () => {
  const names = [databaseName(1, 'a-b'), databaseName(1, 'a_b'), databaseName(2, 'a-b'), databaseName(1, 'a_2d_b')];
  assert.equal(new Set(names).size, names.length);
  assert.ok(names.every((name) => /^[A-Za-z0-9_]+$/.test(name)));
});
