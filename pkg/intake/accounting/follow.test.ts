import assert from 'node:assert/strict';
import { appendFileSync, mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';

import { testEngine } from '../../store/test-engine.ts';
import { migrate } from '../../store/schema/migrate.ts';
import { header, lines, TestNode } from './test-follower.ts';

const { engine, directory } = await testEngine();
await migrate(engine, 'd', 3650);
let node: TestNode;

beforeEach(() => {
  node = new TestNode(engine, directory);
});

afterEach(() => node.close());

test('a growing file is read as far as its last whole record', async () => {
  writeFileSync(node.path('a.csv'), header + lines(0, 10) + 'd,1700000000,"half');
  await node.look();
  assert.equal(await node.count(), 10);
  appendFileSync(node.path('a.csv'), ' of it"\r\n' + lines(11, 15));
  await node.look();
  assert.equal(await node.count(), 15);
  assert.equal((await node.sink()).journal.totals().records, 15);
});

test('one bad file stops no other', async () => {
  writeFileSync(node.path('a.csv'), 'not,an,accounting\nfile,at,all\n');
  writeFileSync(node.path('b.csv'), header + lines(0, 10));
  assert.match((await node.look()).join(), /a\.csv: .*not the header/);
  assert.equal(await node.count(), 10);
});

test('bad records are reported with their place, once', async () => {
  writeFileSync(node.path('a.csv'), header + lines(0, 5) + 'zz,1700000000,bad\r\n' + lines(5, 10));
  await node.look();
  await node.look();
  assert.equal(await node.count(), 10);
  assert.equal((await node.sink()).journal.totals().rejects, 1);
});

test('an empty file, a header alone and a folder are waited for', async () => {
  writeFileSync(node.path('a.csv'), '');
  writeFileSync(node.path('b.csv'), header);
  mkdirSync(node.path('c.csv'));
  assert.deepEqual(await node.look(), []);
  appendFileSync(node.path('b.csv'), lines(0, 3));
  await node.look();
  assert.equal(await node.count(), 3);
});

test('what is left of a backlog is told, and what is written now is read before it', async () => {
  node = new TestNode(engine, directory, ['**/*'], 2000);
  const many = 1500;
  writeFileSync(node.path('acct-2026-01-01-0000.csv'), header + lines(100_000, 100_000 + many));
  writeFileSync(node.path('acct-2026-01-01-0001.csv'), header + lines(0, 10));
  await node.look();
  assert.equal(await node.count(), many + 10);
  const lags = node.progress.map(({ lagBytes }) => lagBytes);
  assert.ok((lags[0] ?? 0) > 10_000 && lags.at(-1) === 0, String(lags));
});

test('an event of two acct-files counts once, whatever columns each has', async () => {
  const rich = 'type,timeLogged,rcpt,dsnDiag,jobId\r\n';
  const row = (n: number, type = 'b') => `${type},${1_700_000_000 + n},r${n}@example.com,smtp;550 no ${n},j1\r\n`;
  const poor = 'type,dsnDiag,rcpt,timeLogged\r\n';
  const poorRow = (n: number, type = 'b') => `${type},smtp;550 no ${n},r${n}@example.com,${1_700_000_000 + n}\r\n`;
  writeFileSync(node.path('acct-2026-01-01-0000.csv'), rich + row(1) + row(2) + row(2) + row(3, 'd'));
  writeFileSync(node.path('bounce-2026-01-01-0000.csv'), poor + poorRow(1) + poorRow(2) + poorRow(2));
  writeFileSync(node.path('diag-2026-01-01-0000.csv'), poor + poorRow(2) + poorRow(2) + poorRow(9, 't'));
  await node.look();
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
  await node.look();
  assert.deepEqual(
    (await node.stored()).sort(),
    [1, 2, 3, 4, 5, 6].map((n) => `r${n}@x.y`)
  );
  appendFileSync(node.path('lines.json'), `${record(7)}\n{"type":"d","broken\n`);
  await node.look();
  assert.equal(await node.count(), 7);
});

test('what is being written and the oldest of the rest are read in turns, then the next oldest', async () => {
  node = new TestNode(engine, directory, ['**/*'], 300);
  const names = ['acct-2026-01-01-0000', 'acct-2026-01-01-0001', 'acct-2026-01-01-0002', 'diag-2026-01-01-0000'];
  for (const [age, name] of names.entries()) {
    writeFileSync(node.path(`${name}.csv`), header + lines(age * 1000, age * 1000 + 200));
    utimesSync(node.path(`${name}.csv`), 1_700_000_000 + age, 1_700_000_000 + age);
  }
  const { journal } = await node.sink();
  const write = journal.write.bind(journal);
  const order: string[] = [];
  journal.write = async (...entries) => {
    await write(...entries);
    order.push(...entries.filter(({ records }) => records > 0).map(({ path }) => basename(path, '.csv')));
  };
  node.nowMs = 1_700_000_000_000;
  await node.look();
  const [oldest = '', older = '', ...written] = names;
  assert.ok(order.lastIndexOf(oldest) < order.indexOf(older), order.join(' '));
  for (const name of written) {
    // As often as the backlog, and not after it.
    const before = order.slice(0, order.lastIndexOf(oldest)).filter((one) => one === name);
    assert.ok(before.length > 2, order.join(' '));
  }
  assert.equal(await node.count(), 800);
});
