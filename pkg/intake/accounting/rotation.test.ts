import assert from 'node:assert/strict';
import { appendFileSync, copyFileSync, mkdirSync, renameSync, truncateSync, unlinkSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, test } from 'node:test';
import { gzipSync } from 'node:zlib';

import { migrate } from '../../store/schema/migrate.ts';
import { testEngine } from '../../store/test-engine.ts';
import { header, lines, recipients, TestNode } from './test-follower.ts';

const { engine, directory } = await testEngine();
await migrate(engine, 'd', 3650);
let node: TestNode;

beforeEach(() => {
  node = new TestNode(engine, directory);
});

afterEach(() => node.close());

const stored = async () => (await node.stored()).sort();

test('a renamed, moved or rotated file is not read again, nor after a restart', async () => {
  writeFileSync(node.path('a.csv'), header + lines(0, 10));
  await node.look();
  mkdirSync(node.path('moved'));
  renameSync(node.path('a.csv'), node.path('moved/b.csv'));
  writeFileSync(node.path('a.csv'), header + lines(10, 20));
  appendFileSync(node.path('moved/b.csv'), lines(20, 25));
  await node.restart();
  await node.look();
  assert.equal(await node.count(), 25);
});

test('a file that is written anew in its place is a new one', async () => {
  writeFileSync(node.path('a.csv'), header + lines(0, 10));
  await node.look();
  writeFileSync(node.path('a.csv'), header + lines(50, 55));
  await node.look();
  assert.equal(await node.count(), 15);
});

test('a compressed file is the one that was read before it was compressed', async () => {
  writeFileSync(node.path('acct-2026-01-01-0000.csv'), header + lines(0, 10));
  await node.look();
  const whole = gzipSync(header + lines(0, 12));
  writeFileSync(node.path('acct-2026-01-01-0000.csv.gz'), whole.subarray(0, whole.length - 20));
  await node.look();
  assert.equal(await node.count(), 10, 'while both are there, one is read');
  writeFileSync(node.path('acct-2026-01-01-0000.csv.gz'), whole);
  unlinkSync(node.path('acct-2026-01-01-0000.csv'));
  await node.look();
  assert.deepEqual(new Set(await node.stored()).size, 12);
  assert.equal(await node.count(), 12);
  await node.restart();
  await node.look();
  assert.equal(await node.count(), 12);
});

test('a truncated file goes on without a header, and is warned about', async () => {
  writeFileSync(node.path('a.csv'), header + lines(0, 10));
  await node.look();
  truncateSync(node.path('a.csv'));
  appendFileSync(node.path('a.csv'), lines(10, 12));
  assert.match((await node.look()).join(), /truncated in place/);
  assert.equal(await node.count(), 12);
});

test('copytruncate loses nothing where the copies are named too', async () => {
  writeFileSync(node.path('acct.csv'), header + lines(0, 10));
  await node.look();
  writeFileSync(node.path('acct.csv.1'), header + lines(0, 15));
  truncateSync(node.path('acct.csv'));
  appendFileSync(node.path('acct.csv'), lines(15, 17));
  await node.look();
  assert.deepEqual(await stored(), recipients(0, 17));
});

test('a file that was rewritten longer while nobody looked is read again, each event once', async () => {
  writeFileSync(node.path('a.csv'), header + lines(0, 10));
  await node.look();
  await node.restart();
  writeFileSync(node.path('a.csv'), header + lines(0, 3) + lines(100, 130));
  assert.match((await node.look()).join(), /written anew/);
  assert.equal(await node.count(), 10 + 30);
});

test('a file that PMTA rotates is followed to its end, and the next one from its beginning', async () => {
  for (let number = 0; number < 4; number++) {
    writeFileSync(node.path(`acct-2026-01-01-000${number}.csv`), header + lines(number * 10, number * 10 + 6));
    await node.look();
    appendFileSync(node.path(`acct-2026-01-01-000${number}.csv`), lines(number * 10 + 6, number * 10 + 10));
  }
  await node.look();
  assert.deepEqual(await stored(), recipients(0, 40));
});

test('late rows of a rotated file are read', async () => {
  writeFileSync(node.path('acct-2026-01-01-0000.csv'), header + lines(0, 10));
  await node.look();
  writeFileSync(node.path('acct-2026-01-01-0001.csv'), header + lines(10, 20));
  await node.look();
  appendFileSync(node.path('acct-2026-01-01-0000.csv'), lines(20, 25));
  await node.look();
  assert.deepEqual(await stored(), recipients(0, 25));
});

test('copies of a file that is truncated again and again are known without a header', async () => {
  writeFileSync(node.path('acct.csv'), header + lines(0, 10));
  await node.look();
  for (let day = 1; day <= 3; day++) {
    appendFileSync(node.path('acct.csv'), lines(day * 10, day * 10 + 3));
    await node.look();
    appendFileSync(node.path('acct.csv'), lines(day * 10 + 3, day * 10 + 6));
    copyFileSync(node.path('acct.csv'), node.path(`acct.csv.${day}`));
    truncateSync(node.path('acct.csv'));
    // Looked at while it is empty, so that its place is taken by the copy before it has a record again.
    await node.look();
    await node.restart();
    appendFileSync(node.path('acct.csv'), lines(day * 10 + 6, day * 10 + 10));
  }
  assert.deepEqual(
    (await node.look()).filter((problem) => problem.includes('header')),
    []
  );
  assert.deepEqual(await stored(), recipients(0, 40));
});

test('a file that is truncated while PMTA writes on behind it has a hole, and is read', async () => {
  writeFileSync(node.path('acct.csv'), header + lines(0, 100));
  await node.look();
  const { length } = header + lines(0, 100);
  truncateSync(node.path('acct.csv'));
  truncateSync(node.path('acct.csv'), length);
  appendFileSync(node.path('acct.csv'), lines(100, 120));
  await node.look();
  await node.look();
  assert.deepEqual(await stored(), recipients(0, 120));
});

test('what is written anew alike, with other columns, is read with those', async () => {
  writeFileSync(node.path('a.csv'), `${header}${lines(0, 3)}type,rcpt,timeLogged\r\nd,x@example.com,1700000000\r\n`);
  await node.look();
  writeFileSync(node.path('a.csv'), header + lines(0, 30));
  await node.look();
  await node.look();
  assert.deepEqual(await stored(), [...recipients(0, 30), 'x@example.com'].sort());
});

test('what is written anew alike is not read a third time after a minute and a restart', async () => {
  writeFileSync(node.path('a.csv'), header + lines(0, 10) + 'd,17');
  await node.look();
  writeFileSync(node.path('a.csv'), header + lines(0, 3) + lines(20, 50));
  await node.look();
  await node.look();
  node.nowMs += 61_000;
  await node.look();
  await node.restart();
  appendFileSync(node.path('a.csv'), lines(50, 60));
  await node.look();
  assert.deepEqual(await stored(), [...recipients(0, 10), ...recipients(20, 60)].sort());
});

test('of a file that is just being compressed the plain one is read, also at the first look', async () => {
  const whole = gzipSync(header + lines(0, 100));
  writeFileSync(node.path('acct-2026-01-01-0000.csv.gz'), whole.subarray(0, whole.length / 2));
  writeFileSync(node.path('acct-2026-01-01-0000.csv'), header + lines(0, 100));
  await node.look();
  assert.deepEqual(await stored(), recipients(0, 100));
});

test('a compressed file that is still being copied is read as far as its whole records, and then to its end', async () => {
  const whole = gzipSync(header + lines(0, 2000));
  for (const share of [0.3, 0.6, 1]) {
    writeFileSync(node.path('acct-2026-01-01-0000.csv.gz'), whole.subarray(0, whole.length * share));
    await node.look();
    assert.ok((await stored()).every((recipient) => recipient.endsWith('@example.com')));
  }
  assert.deepEqual(await stored(), recipients(0, 2000));
  assert.equal((await node.sink()).journal.totals().rejects, 0);
});

test('compressed files are read that nobody saw before, also without a last line end and of several parts', async () => {
  const parts = [header + lines(0, 10), lines(10, 20) + 'd,1700000020,r20@example.com'].map((part) => gzipSync(part));
  writeFileSync(node.path('acct-2026-01-01-0000.csv.gz'), Buffer.concat(parts));
  await node.look();
  assert.deepEqual(await stored(), recipients(0, 21));
});

test('a JSON file that is truncated in the middle of a record is read on behind the rest of it', async () => {
  const record = (n: number) => `{"type":"d","timeLogged":"${1_700_000_000 + n}","rcpt":"r${n}@example.com"}\n`;
  const cut = record(2).slice(0, 20);
  writeFileSync(node.path('acct.json'), record(0) + record(1) + cut);
  await node.look();
  copyFileSync(node.path('acct.json'), node.path('acct.json.1'));
  truncateSync(node.path('acct.json'));
  appendFileSync(node.path('acct.json'), record(2).slice(20) + record(3) + record(4));
  await node.look();
  await node.look();
  assert.deepEqual(await stored(), [...recipients(0, 2), ...recipients(3, 5)]);
});

test('a last record without line end is read once nothing can be written behind it', async () => {
  writeFileSync(node.path('acct-2026-01-01-0000.csv'), header + lines(0, 3) + lines(3, 4).trimEnd());
  await node.look();
  assert.equal(await node.count(), 3);
  writeFileSync(node.path('acct-2026-01-01-0001.csv'), header + lines(10, 11));
  await node.look();
  assert.equal(await node.count(), 4, 'it may still go on');
  node.nowMs += 11 * 60_000;
  await node.look();
  assert.equal(await node.count(), 5);
});
