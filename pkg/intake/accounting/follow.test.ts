import assert from 'node:assert/strict';
import { appendFileSync, mkdirSync, renameSync, rmSync, truncateSync, unlinkSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, test } from 'node:test';
import { gzipSync } from 'node:zlib';

import { testEngine } from '../../store/test-engine.ts';
import { migrate } from '../../store/schema/migrate.ts';
import { pieceBytes } from './pieces.ts';
import { TestNode } from './test-follower.ts';

const header = 'type,timeLogged,rcpt\r\n';
const { engine, directory } = await testEngine();
await migrate(engine, 'd', 3650);
let node: TestNode;

beforeEach(() => {
  node = new TestNode(engine, directory);
});

afterEach(() => node.restart());

const lines = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, n) => `d,${1_700_000_000 + from + n},r${from + n}@example.com\r\n`).join('');

async function look(): Promise<string[]> {
  // Two looks need not be half a second apart for a test.
  node.nowMs += 1000;
  return (await node.catchUp()).problems;
}

test('a growing file is read as far as its last whole record', async () => {
  writeFileSync(node.path('a.csv'), header + lines(0, 10) + 'd,1700000000,"half');
  await look();
  assert.equal(await node.count(), 10);
  appendFileSync(node.path('a.csv'), ' of it"\r\n' + lines(11, 15));
  await look();
  assert.equal(await node.count(), 15);
  assert.equal((await node.sink()).journal.totals().records, 15);
});

test('a renamed, moved or rotated file is not read again, nor after a restart', async () => {
  writeFileSync(node.path('a.csv'), header + lines(0, 10));
  await look();
  mkdirSync(node.path('moved'));
  renameSync(node.path('a.csv'), node.path('moved/b.csv'));
  writeFileSync(node.path('a.csv'), header + lines(10, 20));
  appendFileSync(node.path('moved/b.csv'), lines(20, 25));
  await node.restart();
  await look();
  assert.equal(await node.count(), 25);
});

test('a file that is written anew in its place is a new one', async () => {
  writeFileSync(node.path('a.csv'), header + lines(0, 10));
  await look();
  writeFileSync(node.path('a.csv'), header + lines(50, 55));
  await look();
  assert.equal(await node.count(), 15);
});

test('what was interrupted is sent again as it was, and counts once', async () => {
  writeFileSync(node.path('a.csv'), header + lines(0, 10));
  const { journal } = await node.sink();
  const write = journal.write.bind(journal);
  journal.write = async (...entries) => {
    // The process dies after the rows went in and before success is written.
    if (entries.some(({ records }) => records > 0)) {
      throw new Error('killed');
    }
    await write(...entries);
  };
  assert.match((await look())[0] ?? '', /killed/);
  assert.equal(await node.count(), 10);
  appendFileSync(node.path('a.csv'), lines(10, 20));
  await node.restart();
  await look();
  assert.equal(await node.count(), 20);
  assert.equal((await node.sink()).journal.totals().records, 20);
});

test('one bad file stops no other', async () => {
  writeFileSync(node.path('a.csv'), 'not,an,accounting\nfile,at,all\n');
  writeFileSync(node.path('b.csv'), header + lines(0, 10));
  assert.match((await look()).join(), /a\.csv: .*not the header/);
  assert.equal(await node.count(), 10);
});

test('bad records are reported with their place, once', async () => {
  writeFileSync(node.path('a.csv'), header + lines(0, 5) + 'zz,1700000000,bad\r\n' + lines(5, 10));
  await look();
  await look();
  assert.equal(await node.count(), 10);
  assert.equal((await node.sink()).journal.totals().rejects, 1);
});

test('an empty file, a header alone and a folder are waited for', async () => {
  writeFileSync(node.path('a.csv'), '');
  writeFileSync(node.path('b.csv'), header);
  mkdirSync(node.path('c.csv'));
  assert.deepEqual(await look(), []);
  appendFileSync(node.path('b.csv'), lines(0, 3));
  await look();
  assert.equal(await node.count(), 3);
});

test('what is left of a backlog is told, and what is written now is read before it', async () => {
  const many = Math.ceil((4.5 * pieceBytes) / lines(100_000, 100_001).length);
  writeFileSync(node.path('acct-2026-01-01-0000.csv'), header + lines(100_000, 100_000 + many));
  writeFileSync(node.path('acct-2026-01-01-0001.csv'), header + lines(0, 10));
  await look();
  assert.equal(await node.count(), many + 10);
  const lags = node.progress.map(({ lagBytes }) => lagBytes);
  assert.ok((lags[0] ?? 0) > pieceBytes / 3 && lags.at(-1) === 0, String(lags));
});

test('a compressed file is the one that was read before it was compressed', async () => {
  writeFileSync(node.path('acct-2026-01-01-0000.csv'), header + lines(0, 10));
  await look();
  const whole = gzipSync(header + lines(0, 12));
  writeFileSync(node.path('acct-2026-01-01-0000.csv.gz'), whole.subarray(0, whole.length - 20));
  await look();
  assert.equal(await node.count(), 10, 'while both are there, one is read');
  writeFileSync(node.path('acct-2026-01-01-0000.csv.gz'), whole);
  unlinkSync(node.path('acct-2026-01-01-0000.csv'));
  await look();
  assert.deepEqual(new Set(await node.stored()).size, 12);
  assert.equal(await node.count(), 12);
  await node.restart();
  await look();
  assert.equal(await node.count(), 12);
});

test('a file that is deleted while it is open is read to its end', async () => {
  writeFileSync(node.path('a.csv'), header + lines(0, 10));
  await look();
  appendFileSync(node.path('a.csv'), lines(10, 20));
  unlinkSync(node.path('a.csv'));
  await look();
  assert.equal(await node.count(), 20);
});

test('what was deleted before it was read is reported with its size', async () => {
  writeFileSync(node.path('a.csv'), header + lines(0, 10) + 'd,17');
  await look();
  await node.restart();
  rmSync(node.path('a.csv'));
  await look();
  node.nowMs += 61_000;
  assert.match((await look()).join(), /a\.csv is gone .*: 4 bytes are missing/);
  assert.equal((await node.sink()).journal.totals().lostBytes, 4);
});

test('a truncated file goes on without a header, and is warned about', async () => {
  writeFileSync(node.path('a.csv'), header + lines(0, 10));
  await look();
  truncateSync(node.path('a.csv'));
  appendFileSync(node.path('a.csv'), lines(10, 12));
  assert.match((await look()).join(), /truncated in place/);
  assert.equal(await node.count(), 12);
});

test('copytruncate loses nothing where the copies are named too', async () => {
  writeFileSync(node.path('acct.csv'), header + lines(0, 10));
  await look();
  writeFileSync(node.path('acct.csv.1'), header + lines(0, 15));
  truncateSync(node.path('acct.csv'));
  appendFileSync(node.path('acct.csv'), lines(15, 17));
  await look();
  assert.deepEqual((await node.stored()).sort(), Array.from({ length: 17 }, (_, n) => `r${n}@example.com`).sort());
});

test('a file that was rewritten longer while nobody looked is read again, each event once', async () => {
  writeFileSync(node.path('a.csv'), header + lines(0, 10));
  await look();
  await node.restart();
  writeFileSync(node.path('a.csv'), header + lines(0, 3) + lines(100, 130));
  assert.match((await look()).join(), /written anew/);
  assert.equal(await node.count(), 10 + 30);
});

test('an event of two acct-files counts once, whatever columns each has', async () => {
  const rich = 'type,timeLogged,rcpt,dsnDiag,jobId\r\n';
  const row = (n: number, type = 'b') => `${type},${1_700_000_000 + n},r${n}@example.com,smtp;550 no ${n},j1\r\n`;
  const poor = 'type,dsnDiag,rcpt,timeLogged\r\n';
  const poorRow = (n: number, type = 'b') => `${type},smtp;550 no ${n},r${n}@example.com,${1_700_000_000 + n}\r\n`;
  writeFileSync(node.path('acct-2026-01-01-0000.csv'), rich + row(1) + row(2) + row(2) + row(3, 'd'));
  writeFileSync(node.path('bounce-2026-01-01-0000.csv'), poor + poorRow(1) + poorRow(2) + poorRow(2));
  writeFileSync(node.path('diag-2026-01-01-0000.csv'), poor + poorRow(2) + poorRow(2) + poorRow(9, 't'));
  await look();
  const events = ['type', 'recipient'].map((column) => `toString(${column})`).join(", ' ', ");
  assert.deepEqual((await node.stored(`concat(${events})`)).sort(), [
    'b r1@example.com',
    'b r2@example.com',
    'b r2@example.com',
    'd r3@example.com',
    't r9@example.com',
  ]);
  const { records, duplicates } = (await node.sink()).journal.totals();
  assert.deepEqual({ records, duplicates }, { records: 5, duplicates: 5 });
});

test('JSON records are read however they are framed', async () => {
  const record = (n: number) =>
    JSON.stringify({ type: 'd', timeLogged: String(1_700_000_000 + n), rcpt: `r${n}@x.y`, [`h${n}`]: '{"[' });
  writeFileSync(node.path('lines.json'), `${record(1)}\n${record(2)}\n`);
  writeFileSync(node.path('array.json'), `[${record(3)},\n${record(4)}]\n`);
  writeFileSync(node.path('joined.jsonl'), record(5) + record(6));
  await look();
  assert.deepEqual(
    (await node.stored()).sort(),
    [1, 2, 3, 4, 5, 6].map((n) => `r${n}@x.y`)
  );
  appendFileSync(node.path('lines.json'), `${record(7)}\n{"type":"d","broken\n`);
  await look();
  assert.equal(await node.count(), 7);
});
