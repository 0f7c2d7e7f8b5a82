import assert from 'node:assert/strict';
import { test } from 'node:test';

import { numbers, strings } from '../arrow.ts';
import type { CsvInsert, Engine } from '../engine.ts';
import { as, testServer, testServerEngine } from './test-server.ts';

const never = new AbortController().signal;
const endless = 'SELECT count() FROM numbers(1000000000000) WHERE sipHash64(number) = 7';

const server = await testServer();
const engine = testServerEngine(as(server), { maxSeconds: 2, maxMemoryBytes: 200e6, maxRows: 1000 });
await engine.execute({ sql: 'CREATE DATABASE d', params: {} });
await engine.execute({
  sql: `CREATE TABLE d.t (a String, n UInt32) ENGINE = MergeTree ORDER BY n
        SETTINGS non_replicated_deduplication_window = 100`,
  params: {},
});

async function count(where: string, of: Engine = engine): Promise<number> {
  const result = await of.query({ sql: `SELECT toFloat64(count()) AS c FROM d.t WHERE ${where}`, params: {} }, never);
  return numbers(result, 'c')[0] ?? NaN;
}

function csv(token: string, text: string, more: Partial<CsvInsert> = {}): CsvInsert {
  return {
    table: 'd.t',
    columns: ['a', 'n'],
    select: ["concat({p:String}, c1, ':', c2)", 'toUInt32OrZero(c3)'],
    params: { p: `${token}-` },
    bytes: Buffer.from(text),
    fields: 3,
    token,
    ...more,
  };
}

test('values travel as parameters, whatever they contain', async () => {
  const pieces = [
    "'",
    '"',
    '\\',
    '\n',
    '\t',
    '\0',
    '\r',
    '{p:String}',
    '--',
    '/*',
    '*/',
    ';',
    '%',
    '&',
    'é',
    '🚚',
    ' ',
    '+',
  ];
  const values = Array.from(
    { length: 60 },
    (_, n) => [n, n * 7, n * 13].map((k) => pieces[k % pieces.length]).join('') + n
  );
  const sql = 'SELECT {p:String} AS p, {l:Array(String)}[2] AS l, length({l:Array(String)}) AS n, {i:Int64} + 1 AS i';
  await Promise.all(
    values.map(async (value, n) => {
      const result = await engine.query({ sql, params: { p: value, l: ['x', value], i: n } }, never);
      assert.equal(strings(result, 'p')[0], value);
      assert.equal(strings(result, 'l')[0], value);
      assert.equal(numbers(result, 'n')[0], 2);
      assert.equal(numbers(result, 'i')[0], n + 1);
    })
  );
});

test('numbers, nulls and strings come back by column, also from an empty answer', async () => {
  const sql = `SELECT toFloat64(number) AS f, if(number = 1, NULL, toInt64(number)) AS i, toString(number) AS s
               FROM numbers({n:UInt8})`;
  const result = await engine.query({ sql, params: { n: 3 } }, never);
  assert.deepEqual(Array.from(numbers(result, 'f')), [0, 1, 2]);
  assert.deepEqual(Array.from(numbers(result, 'i')), [0, null, 2]);
  assert.deepEqual(Array.from(strings(result, 's')), ['0', '1', '2']);
  assert.equal((await engine.query({ sql, params: { n: 0 } }, never)).rows, 0);
});

test('a query cannot write or lift its bounds', async () => {
  for (const sql of [
    "INSERT INTO d.t VALUES ('x', 1)",
    'CREATE TABLE d.u (a String) ENGINE = Memory',
    'DROP TABLE d.t',
    'SET readonly = 0',
    'SELECT 1 SETTINGS max_execution_time = 1000',
  ]) {
    await assert.rejects(engine.query({ sql, params: {} }, never), { name: 'StoreError' }, sql);
  }
});

test('a query is bounded in rows, time and memory', async () => {
  const run = (sql: string) => engine.query({ sql, params: {} }, never);
  await assert.rejects(run('SELECT number FROM numbers(1001)'), { code: 'too-many-rows' });
  await assert.rejects(run(endless), { code: 'timeout' });
  await assert.rejects(run('SELECT count() FROM (SELECT groupArray(number) FROM numbers(100000000))'), {
    code: 'memory',
  });
});

test('a statement that is wrong, or asks for another format, says so', async () => {
  await assert.rejects(engine.query({ sql: 'SELECT nothing FROM d.t', params: {} }, never), {
    code: 'query',
    message: /^The store refused the query: .*nothing/,
  });
  await assert.rejects(engine.query({ sql: 'SELECT 1 FORMAT CSV', params: {} }, never), { name: 'StoreError' });
});

test('a cancelled query stops in the server', async () => {
  const bounded = testServerEngine(as(server), { maxSeconds: 60 });
  const controller = new AbortController();
  const running = bounded.query({ sql: endless, params: {} }, controller.signal);
  const processes = async () =>
    numbers(
      await engine.query(
        {
          sql: `SELECT toFloat64(count()) AS n FROM system.processes
            WHERE query LIKE '%sipHash64(number) = 7%' AND query NOT LIKE '%processes%'`,
          params: {},
        },
        never
      ),
      'n'
    )[0] ?? NaN;
  running.catch(() => undefined);
  while ((await processes()) === 0) {
    // It has not begun.
  }
  controller.abort();
  await assert.rejects(running, { code: 'cancelled' });
  const end = Date.now() + 5_000;
  while ((await processes()) > 0 && Date.now() < end) {
    // The engine takes a query off its list a moment after it has ended it.
  }
  assert.equal(await processes(), 0);
  await assert.rejects(bounded.query({ sql: 'SELECT 1 AS v', params: {} }, AbortSignal.abort()), { code: 'cancelled' });
});

test('rows go in as JSON, an empty list without a call', async () => {
  await engine.insert('d.t', [
    { a: 'json "é"\n', n: 900 },
    { a: 'json', n: 901 },
  ]);
  assert.equal(await count('n >= 900'), 2);
  const before = server.calls.length;
  await engine.insert('d.t', []);
  assert.equal(server.calls.length, before);
});

test('the rows of a CSV file go in once, however often they are sent', async () => {
  const insert = csv('chunk-1', 'd,"a ""quoted"", value",1\r\nb,short\r\nt,long,3,4,5\r\nd,"two\nlines",4\n');
  for (let times = 0; times < 3; times++) {
    await engine.insertCsv(insert);
  }
  const result = await engine.query(
    { sql: "SELECT a FROM d.t WHERE a LIKE 'chunk-1-%' ORDER BY n", params: {} },
    never
  );
  assert.deepEqual(Array.from(strings(result, 'a')), [
    'chunk-1-b:short',
    'chunk-1-d:a "quoted", value',
    'chunk-1-t:long',
    'chunk-1-d:two\nlines',
  ]);
});

test('a CSV file with one bad row leaves nothing behind, and is refused as such', async () => {
  const insert = csv('chunk-2', 'd,fine,10\r\nx,bad,11\r\n', {
    select: ['c2', "toUInt32(c3) + throwIf(c1 = 'x', 'bad')"],
  });
  await assert.rejects(engine.insertCsv(insert), { code: 'query', message: /bad/ });
  assert.equal(await count("a IN ('fine', 'bad')"), 0);
});

test('only the rows that are new go in, where that is asked', async () => {
  await engine.insertCsv(csv('file-1', 'd,x,1\nd,y,2\n', { params: { p: '' } }));
  const again = csv('file-2', 'd,y,2\nd,z,3\n', { params: { p: '' } });
  // The statement numbers the rows of an event by their position.
  const position = { columns: ['a', 'n', 'position'], select: [...again.select, 'rowNumberInAllBlocks()'] };
  await engine.execute({ sql: 'ALTER TABLE d.t ADD COLUMN position UInt64', params: {} });
  await engine.insertCsv({ ...again, ...position, onlyNew: { key: ['a', 'n'], where: "a LIKE 'd:%'" } });
  const result = await engine.query({ sql: "SELECT a FROM d.t WHERE a LIKE 'd:%' ORDER BY a", params: {} }, never);
  assert.deepEqual(Array.from(strings(result, 'a')), ['d:x', 'd:y', 'd:z']);
});

test('what travels is compressed', async () => {
  const line = 'd,the same thing,1\n';
  await engine.insertCsv(csv('chunk-3', line.repeat(1000)));
  const call = server.calls.at(-1);
  assert.equal(call?.requestEncoding, 'gzip');
  assert.equal(call.bodyBytes, 1000 * line.length);
  await engine.query({ sql: 'SELECT 1 AS v', params: {} }, never);
  assert.equal(server.calls.at(-1)?.settings.enable_http_compression, '1');
  assert.match(server.calls.at(-1)?.acceptedEncoding ?? '', /gzip/);
});

test('an insert whose answer was lost is sent again without doubling', async () => {
  const insert = csv('chunk-4', 'd,x,1\nd,y,2\n');
  server.loseInsertAnswers(true);
  await assert.rejects(engine.insertCsv(insert), { code: 'unreachable' });
  server.loseInsertAnswers(false);
  await engine.insertCsv(insert);
  assert.equal(await count("a LIKE 'chunk-4-%'"), 2);
});

test('a server that goes away in the middle and comes back is used again', async () => {
  await engine.query({ sql: 'SELECT 1 AS v', params: {} }, never);
  server.delay(500);
  const insert = csv('chunk-5', 'd,x,1\n');
  const inserting = assert.rejects(engine.insertCsv(insert), { code: 'unreachable' });
  const querying = assert.rejects(engine.query({ sql: 'SELECT 1 AS v', params: {} }, never), { code: 'unreachable' });
  await new Promise((resolve) => setTimeout(resolve, 100));
  await server.away();
  await Promise.all([inserting, querying]);
  server.delay(0);
  await assert.rejects(engine.insertCsv(insert), { code: 'unreachable', message: /ECONNREFUSED.*check that it runs/ });
  await server.back();
  await engine.insertCsv(insert);
  assert.equal(await count("a LIKE 'chunk-5-%'"), 1);
});

test('a server that cannot take an insert now is not taken for bad data', async () => {
  for (const [code, type, expected] of [
    [243, 'NOT_ENOUGH_SPACE', 'disk-full'],
    [252, 'TOO_MANY_PARTS', 'too-many-parts'],
    [242, 'TABLE_IS_READ_ONLY', 'read-only'],
    [241, 'MEMORY_LIMIT_EXCEEDED', 'memory'],
    [60, 'UNKNOWN_TABLE', 'unavailable'],
    [999, 'KEEPER_EXCEPTION', 'unavailable'],
    [159, 'TIMEOUT_EXCEEDED', 'timeout'],
    [117, 'INCORRECT_DATA', 'query'],
  ] as const) {
    server.refuseInserts({ code, type });
    await assert.rejects(engine.insertCsv(csv('chunk-6', 'd,x,1\n')), { name: 'StoreError', code: expected });
  }
  server.refuseInserts(undefined);
  await engine.insertCsv(csv('chunk-6', 'd,x,1\n'));
  assert.equal(await count("a LIKE 'chunk-6-%'"), 1);
});
