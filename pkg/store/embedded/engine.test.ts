import assert from 'node:assert/strict';
import { test } from 'node:test';

import { numbers, strings } from '../arrow.ts';
import { testEngine } from '../test-engine.ts';

const never = new AbortController().signal;

const { engine } = await testEngine({ maxSeconds: 2, maxMemoryBytes: 200e6, maxRows: 1000 });
await engine.execute({ sql: 'CREATE DATABASE d', params: {} });
await engine.execute({
  sql: `CREATE TABLE d.t (a String, n UInt32) ENGINE = MergeTree ORDER BY n
        SETTINGS non_replicated_deduplication_window = 100`,
  params: {},
});

test('values travel as parameters, whatever they contain, on all connections at once', async () => {
  const pieces = ["'", '"', '\\', '\n', '\t', '\0', '\r', '{p:String}', '--', '/*', '*/', ';', '%', 'é', '🚚', ' '];
  const values = Array.from(
    { length: 300 },
    (_, n) => [n, n * 7, n * 13].map((k) => pieces[k % pieces.length]).join('') + n
  );
  const sql = 'SELECT {p:String} AS p, {l:Array(String)}[2] AS l, length({l:Array(String)}) AS n';
  await Promise.all(
    values.map(async (value) => {
      const result = await engine.query({ sql, params: { p: value, l: ['x', value] } }, never);
      assert.equal(strings(result, 'p')[0], value);
      assert.equal(strings(result, 'l')[0], value);
      assert.equal(numbers(result, 'n')[0], 2);
    })
  );
});

test('numbers, nulls and strings come back by column', async () => {
  const sql = `SELECT toFloat64(number) AS f, if(number = 1, NULL, toInt64(number)) AS i, toString(number) AS s,
               if(number = 2, NULL, 'x') AS ns FROM numbers(3)`;
  const result = await engine.query({ sql, params: {} }, never);
  assert.deepEqual(Array.from(numbers(result, 'f')), [0, 1, 2]);
  assert.deepEqual(Array.from(numbers(result, 'i')), [0, null, 2]);
  assert.deepEqual(Array.from(strings(result, 's')), ['0', '1', '2']);
  assert.deepEqual(Array.from(strings(result, 'ns')), ['x', 'x', null]);
});

test('an empty answer has its columns', async () => {
  const result = await engine.query(
    { sql: 'SELECT number AS n, toString(number) AS s FROM numbers(0)', params: {} },
    never
  );
  assert.equal(result.rows, 0);
  assert.equal(numbers(result, 'n').length, 0);
  assert.equal(strings(result, 's').length, 0);
});

test('a query connection cannot write, read files or addresses, or lift its bounds', async () => {
  for (const sql of [
    "INSERT INTO d.t VALUES ('x', 1)",
    "SELECT * FROM file('/etc/hostname', 'LineAsString')",
    "SELECT * FROM url('http://127.0.0.1:1/', 'LineAsString')",
    "SELECT * FROM remote('127.0.0.1', system.one)",
    "SELECT * FROM executable('true', 'LineAsString', 'a String')",
    'CREATE TABLE d.u (a String) ENGINE = Memory',
    'DROP TABLE d.t',
    'SET readonly = 0',
    'SELECT 1 SETTINGS max_execution_time = 1000',
  ]) {
    await assert.rejects(engine.query({ sql, params: {} }, never), { name: 'StoreError' }, sql);
  }
});

test('a query is bounded in rows and in time', async () => {
  await assert.rejects(engine.query({ sql: 'SELECT number FROM numbers(1001)', params: {} }, never), {
    code: 'too-many-rows',
  });
  const endless = 'SELECT count() FROM numbers(1000000000000) WHERE sipHash64(number) = 7';
  await assert.rejects(engine.query({ sql: endless, params: {} }, never), { code: 'timeout' });
});

test('a cancelled query stops in the engine', async () => {
  const controller = new AbortController();
  const endless = 'SELECT count() FROM numbers(1000000000000) WHERE sipHash64(number) = 7';
  const running = engine.query({ sql: endless, params: {} }, controller.signal);
  setTimeout(() => controller.abort(), 100);
  await assert.rejects(running, { code: 'cancelled' });
  const sql = `SELECT count() AS n FROM system.processes
    WHERE query LIKE '%sipHash64(number) = 7%' AND query NOT LIKE '%processes%'`;
  // The engine takes a query off its list a moment after it has ended it.
  let left = 1;
  for (let tries = 0; left > 0 && tries < 100; tries++) {
    left = numbers(await engine.query({ sql, params: {} }, never), 'n')[0] ?? 0;
  }
  assert.equal(left, 0);
});

test('the rows of a CSV file go in once, however often they are sent', async () => {
  const bytes = Buffer.from('d,"a ""quoted"", value",1\r\nb,short\r\nt,long,3,4,5\r\nd,"two\nlines",4\n');
  const insert = {
    table: 'd.t',
    columns: ['a', 'n'],
    select: ["concat({p:String}, c1, ':', c2)", 'toUInt32OrZero(c3)'],
    params: { p: 'x-' },
    bytes,
    fields: 3,
    token: 'chunk-1',
  };
  await engine.insertCsv(insert);
  await engine.insertCsv(insert);
  const result = await engine.query({ sql: 'SELECT a, n FROM d.t ORDER BY n, a', params: {} }, never);
  assert.deepEqual(Array.from(strings(result, 'a')), [
    'x-b:short',
    'x-d:a "quoted", value',
    'x-t:long',
    'x-d:two\nlines',
  ]);
  assert.deepEqual(Array.from(numbers(result, 'n')), [0, 1, 3, 4]);
});

test('a CSV file with one bad row leaves nothing behind', async () => {
  const bytes = Buffer.from('d,fine,10\r\nx,bad,11\r\n');
  const insert = {
    table: 'd.t',
    columns: ['a', 'n'],
    select: ['c2', "toUInt32(c3) + throwIf(c1 = 'x', 'bad')"],
    params: {},
    bytes,
    fields: 3,
    token: 'chunk-2',
  };
  await assert.rejects(engine.insertCsv(insert), { name: 'StoreError' });
  const result = await engine.query({ sql: 'SELECT count() AS c FROM d.t WHERE n >= 10', params: {} }, never);
  assert.equal(numbers(result, 'c')[0], 0);
});
