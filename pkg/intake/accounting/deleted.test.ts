import assert from 'node:assert/strict';
import { appendFileSync, rmSync, unlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, test } from 'node:test';
import { gzipSync } from 'node:zlib';

import { migrate } from '../../store/schema/migrate.ts';
import { testEngine } from '../../store/test-engine.ts';
import { FaultyEngine } from './test-faults.ts';
import { header, lines, recipients, TestNode } from './test-follower.ts';

const { engine, directory } = await testEngine();
await migrate(engine, 'd', 3650);
let node: TestNode;

beforeEach(() => {
  node = new TestNode(engine, directory);
});

afterEach(() => node.close());

const stored = async () => (await node.stored()).sort();

test('a file that is deleted while it is open is read to its end', async () => {
  writeFileSync(node.path('a.csv'), header + lines(0, 10));
  await node.look();
  appendFileSync(node.path('a.csv'), lines(10, 20));
  unlinkSync(node.path('a.csv'));
  await node.look();
  assert.equal(await node.count(), 20);
});

test('what was deleted before it was read is reported with its size', async () => {
  writeFileSync(node.path('a.csv'), header + lines(0, 10) + 'd,17');
  await node.look();
  await node.restart();
  rmSync(node.path('a.csv'));
  await node.look();
  node.nowMs += 61_000;
  assert.match((await node.look()).join(), /a\.csv is gone .*: 4 bytes are missing/);
  assert.equal((await node.sink()).journal.totals().lostBytes, 4);
});

test('a deleted file is forgotten, and costs nothing any more', async () => {
  writeFileSync(node.path('a.csv'), header + lines(0, 10));
  writeFileSync(node.path('b.csv'), header + lines(10, 20));
  await node.look();
  unlinkSync(node.path('a.csv'));
  await node.look();
  const { files, lagBytes, problems } = await node.catchUp();
  assert.deepEqual({ files, lagBytes, problems }, { files: 1, lagBytes: 0, problems: [] });
  node.nowMs += 61_000;
  assert.deepEqual(await node.look(), []);
  assert.equal((await node.sink()).journal.totals().lostBytes, 0);
});

test('a file that is deleted while it is being read is read to its end', async () => {
  node = new TestNode(engine, directory, ['**/*'], 2000);
  const many = 2000;
  writeFileSync(node.path('a.csv'), header + lines(100_000, 100_000 + many));
  const stop = new AbortController();
  const { journal } = await node.sink();
  const write = journal.write.bind(journal);
  journal.write = async (...entries) => {
    await write(...entries);
    if (entries.some(({ records }) => records > 0)) {
      rmSync(node.path('a.csv'), { force: true });
      stop.abort();
    }
  };
  await node.catchUp(stop.signal);
  const before = await node.count();
  assert.ok(before > 0 && before < many, String(before));
  await node.look();
  assert.equal(await node.count(), many);
});

test('the beginning of a record in a deleted file is no record while it may go on', async () => {
  writeFileSync(node.path('a.csv'), header + lines(0, 3) + 'd,1700000003,r3@exam');
  await node.look();
  assert.equal(await node.count(), 3);
  appendFileSync(node.path('a.csv'), 'ple.com\r\n');
  unlinkSync(node.path('a.csv'));
  await node.look();
  assert.deepEqual(await stored(), recipients(0, 4));
});

test('what was seen and then cut off before it could be read is reported with its size', async () => {
  const faulty = new FaultyEngine(engine);
  node = new TestNode(faulty, directory);
  writeFileSync(node.path('a.csv'), header + lines(0, 10));
  await node.look();
  appendFileSync(node.path('a.csv'), lines(10, 13));
  faulty.failWith({ kind: 'outage', afterCalls: 0, isDone: false });
  await assert.rejects(node.look(), /the store is away/);
  faulty.failWith(undefined);
  writeFileSync(node.path('a.csv'), header + lines(20, 22));
  await node.look();
  node.nowMs += 61_000;
  await node.look();
  node.nowMs += 61_000;
  assert.match((await node.look()).join(), new RegExp(`${lines(10, 13).length} bytes are missing`));
  assert.equal((await node.sink()).journal.totals().lostBytes, lines(10, 13).length);
  assert.deepEqual(await stored(), [...recipients(0, 10), ...recipients(20, 22)].sort());
});

test('the newest file is open though an older one was read behind it', async () => {
  writeFileSync(node.path('acct-2026-01-01-0001.csv'), header + lines(0, 10));
  utimesSync(node.path('acct-2026-01-01-0001.csv'), 1_700_000_000, 1_700_000_000);
  writeFileSync(node.path('acct-2026-01-01-0000.csv.gz'), gzipSync(header + lines(10, 20)));
  writeFileSync(node.path('acct-2026-01-01-0000.csv'), header + lines(20, 30));
  await node.look();
  unlinkSync(node.path('acct-2026-01-01-0000.csv'));
  await node.look();
  appendFileSync(node.path('acct-2026-01-01-0001.csv'), lines(30, 40));
  unlinkSync(node.path('acct-2026-01-01-0001.csv'));
  await node.look();
  assert.deepEqual(await stored(), recipients(0, 40));
});
