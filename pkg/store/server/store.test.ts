import assert from 'node:assert/strict';
import { after, test } from 'node:test';

import { numbers } from '../arrow.ts';
import type { Engine } from '../engine.ts';
import type { StoreError } from '../errors.ts';
import { schemaSql } from '../schema/migrate.ts';
import { timeValue } from '../sql.ts';
import type { ServerOptions } from './engine.ts';
import { openServerStore } from './store.ts';
import { as, limits, testServer, testServerEngine } from './test-server.ts';

const never = new AbortController().signal;
const server = await testServer();
const admin = testServerEngine(as(server));

function store(options: ServerOptions) {
  const failures: StoreError[] = [];
  const opened = openServerStore(options, limits, (error) => failures.push(error));
  after(() => opened.close());
  return { database: opened.database, failures };
}

async function one(engine: Engine, sql: string): Promise<number> {
  const result = await engine.query({ sql: `SELECT toFloat64(${sql}) AS v`, params: {} }, never);
  return numbers(result, 'v')[0] ?? NaN;
}

async function byHand(database: string, cluster = ''): Promise<void> {
  for (const sql of schemaSql({ database, cluster }, 30)) {
    await admin.execute({ sql, params: {} });
  }
}

const event = { time: timeValue(Date.now()).slice(0, 19), type: 'd' };
const chunk = (database: string) => ({
  table: `${database}.events`,
  columns: ['type', 'time', 'source', 'position'],
  select: ['c1', 'now()', "'file'", 'rowNumberInAllBlocks()'],
  params: {},
  bytes: Buffer.from('d\nb\nt\n'),
  fields: 1,
  token: 'file:0-6',
});

test('a database is made, kept, and its rows expire as set', async () => {
  const { database, failures } = store(as(server));
  const engine = await database('made', 90);
  assert.equal(await database('made', 90), engine);
  await engine.insert('made.events', [{ ...event, time: timeValue(Date.now() - 40 * 86_400_000).slice(0, 19) }]);
  assert.equal(await one(engine, '(SELECT count() FROM made.events)'), 1);
  await database('made', 30);
  await engine.execute({ sql: 'OPTIMIZE TABLE made.events FINAL', params: {} });
  assert.equal(await one(engine, '(SELECT count() FROM made.events)'), 0);
  assert.equal(failures.length, 0);
});

test('a user that may only insert and select works with tables that an administrator has made', async () => {
  await byHand('ready');
  const { database, failures } = store(
    as(server, 'inserter', { queryUsername: 'reader', queryPassword: 'read secret' })
  );
  const engine = await database('ready', 30);
  await engine.insert('ready.events', [event]);
  assert.equal(await one(engine, '(SELECT count() FROM ready.events)'), 1);
  assert.equal(failures.length, 0);
  await database('ready', 31);
  assert.match(failures[0]?.message ?? '', /not kept for 31 days as set\. .*ALTER TABLE ready\.events MODIFY TTL/);
});

test('the statement that a user may not run is named, with where all of them are', async () => {
  const { database, failures } = store(as(server, 'inserter'));
  const refusal = {
    code: 'denied',
    message: /may not run `CREATE DATABASE IF NOT EXISTS missing`: .*`gpx_pmta schema`.*docs\/clickhouse\.md/,
  };
  await assert.rejects(database('missing', 30), refusal);
  await assert.rejects(database('missing', 30), refusal);
  assert.equal(failures.length, 1);
  await byHand('missing');
  await database('missing', 30);
});

test('a server that is away when it is first asked for is used when it is back', async () => {
  const { database, failures } = store(as(server));
  await server.away();
  await assert.rejects(database('later', 30), { code: 'unreachable' });
  await server.back();
  const engine = await database('later', 30);
  assert.equal(await one(engine, '(SELECT count() FROM later.events)'), 0);
  assert.deepEqual(
    failures.map(({ code }) => code),
    ['unreachable']
  );
});

test('in a cluster the same calls do the same, and what is written waits for its shards', async () => {
  const { database } = store(as(server, 'pmta', { cluster: 'main' }));
  const engine = await database('shared', 90);
  await engine.insertCsv(chunk('shared'));
  await engine.insertCsv(chunk('shared'));
  assert.equal(server.calls.at(-1)?.settings.distributed_foreground_insert, '1');
  assert.equal(await one(engine, '(SELECT count() FROM shared.events)'), 3);
  assert.equal(await one(engine, '(SELECT count() FROM shared.events_local)'), 3);
  await engine.insert('shared.intake', [
    { node: 'n', source: 's', version: 1, path: 'old' },
    { node: 'n', source: 's', version: 2, path: 'new' },
  ]);
  assert.equal(await one(engine, "(SELECT count() FROM shared.intake FINAL WHERE path = 'new')"), 1);
});

test('in a cluster the journal is read only after the server has caught up, at each opening', async () => {
  await byHand('synced', 'main');
  const from = server.calls.length;
  const { database } = store(as(server, 'pmta', { cluster: 'main' }));
  await database('synced', 30);
  const statements = server.calls.slice(from).map(({ sql }) => sql);
  assert.deepEqual(
    statements.filter((sql) => !sql.startsWith('SELECT')),
    ['SYSTEM SYNC REPLICA synced.migrations', 'SYSTEM SYNC REPLICA synced.intake']
  );
  await database('synced', 31);
  const altered = server.calls
    .map(({ sql }) => sql)
    .filter((sql) => sql.includes('toIntervalDay(31)') && sql.includes('synced'));
  assert.ok(
    altered.length > 0 && altered.every((sql) => /^ALTER TABLE synced\.\w+_local ON CLUSTER 'main' MODIFY/.test(sql))
  );
});
