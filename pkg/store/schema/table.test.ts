import assert from 'node:assert/strict';
import { test } from 'node:test';

import { strings } from '../arrow.ts';
import { testEngine } from '../test-engine.ts';
import { eventsTable, intakeTable, rejectsTable } from './accountingTables.ts';
import { schemaSql } from './migrate.ts';
import { expiringTables, migrationsTable } from './migrations.ts';
import { alterColumns, alterStored, createTable } from './table.ts';

const never = new AbortController().signal;
const plain = { database: 'd', cluster: '' };
const cluster = { database: 'd', cluster: 'main' };

test('without a cluster a table is one plain table', () => {
  const statements = createTable(plain, eventsTable);
  assert.equal(statements.length, 1);
  assert.match(statements[0] ?? '', /^CREATE TABLE IF NOT EXISTS d\.events \(/);
  assert.match(
    statements[0] ?? '',
    /\n\)\nENGINE = MergeTree\nPARTITION BY toMonday\(time\)\nORDER BY \(time, source, position\)\nSETTINGS non_replicated_deduplication_window = 10000$/
  );
  assert.deepEqual(alterColumns(plain, eventsTable, 'ADD COLUMN x String'), [
    'ALTER TABLE d.events ADD COLUMN x String',
  ]);
});

test('in a cluster the rows are replicated within their shard, and a Distributed table stands before them', () => {
  const [stored = '', distributed] = createTable(cluster, eventsTable);
  assert.match(stored, /^CREATE TABLE IF NOT EXISTS d\.events_local ON CLUSTER 'main' \(/);
  assert.match(
    stored,
    /ENGINE = ReplicatedMergeTree\('\/clickhouse\/tables\/d\/events_local\/\{shard\}', '\{replica\}'\)\n/
  );
  assert.match(
    stored,
    /SETTINGS replicated_deduplication_window = 10000, replicated_deduplication_window_seconds = 2592000$/
  );
  assert.equal(
    distributed,
    "CREATE TABLE IF NOT EXISTS d.events ON CLUSTER 'main' AS d.events_local\n" +
      "ENGINE = Distributed('main', 'd', 'events_local', cityHash64(source, position))"
  );
  assert.deepEqual(alterColumns(cluster, eventsTable, 'ADD COLUMN x String'), [
    "ALTER TABLE d.events_local ON CLUSTER 'main' ADD COLUMN x String",
    "ALTER TABLE d.events ON CLUSTER 'main' ADD COLUMN x String",
  ]);
  assert.match(
    createTable(cluster, rejectsTable)[0] ?? '',
    /ENGINE = ReplicatedReplacingMergeTree\('[^']+', '\{replica\}'\)\n/
  );
});

test('in a cluster each server has the whole journal, under the plain name', () => {
  const statements = createTable(cluster, intakeTable);
  assert.equal(statements.length, 1);
  assert.match(statements[0] ?? '', /^CREATE TABLE IF NOT EXISTS d\.intake ON CLUSTER 'main' \(/);
  assert.match(
    statements[0] ?? '',
    /ENGINE = ReplicatedReplacingMergeTree\('\/clickhouse\/tables\/d\/intake', '\{shard\}-\{replica\}', version\)\n/
  );
  assert.deepEqual(alterColumns(cluster, intakeTable, 'ADD COLUMN x String'), [
    'ALTER TABLE d.intake ADD COLUMN x String',
  ]);
});

test('rows expire where they are, and nowhere in the journal', () => {
  assert.equal(
    alterStored(cluster, rejectsTable, 'MODIFY TTL t'),
    "ALTER TABLE d.rejects_local ON CLUSTER 'main' MODIFY TTL t"
  );
  assert.ok(!expiringTables.some(({ name }) => name === intakeTable.name || name === migrationsTable.name));
});

test('the engine parses every statement of a cluster, and sharding keys are integers', async () => {
  const { engine } = await testEngine();
  for (const sql of [...schemaSql(cluster, 30), 'SYSTEM SYNC REPLICA d.intake']) {
    const ast = await engine.query({ sql: `EXPLAIN AST ${sql}`, params: {} }, never);
    assert.ok(ast.rows > 0, sql);
  }
  const shown = await engine.query(
    {
      sql: `SELECT toTypeName(cityHash64(materialize(toLowCardinality('n')), materialize(now64(3)))) AS snapshot,
        toTypeName(cityHash64(materialize(toLowCardinality('s')), materialize(toUInt64(1)))) AS event`,
      params: {},
    },
    never
  );
  assert.equal(strings(shown, 'snapshot')[0], 'UInt64');
  assert.equal(strings(shown, 'event')[0], 'UInt64');
});
