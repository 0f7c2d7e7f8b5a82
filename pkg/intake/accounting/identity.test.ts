import assert from 'node:assert/strict';
import { appendFileSync, mkdirSync, renameSync, statSync, unlinkSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, test } from 'node:test';

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

test('two files with the same header are two', async () => {
  writeFileSync(node.path('acct-2026-01-01-0000.csv'), header + lines(0, 10));
  writeFileSync(node.path('acct-2026-01-01-0001.csv'), header + lines(10, 15));
  await node.look();
  assert.deepEqual(await stored(), recipients(0, 15));
});

test('two acct-files that begin with the same event are two', async () => {
  writeFileSync(node.path('acct-2026-01-01-0000.csv'), header + lines(0, 10));
  writeFileSync(node.path('diag-2026-01-01-0000.csv'), header + lines(0, 2) + lines(20, 25));
  await node.look();
  assert.deepEqual(await stored(), [...recipients(0, 10), ...recipients(20, 25)].sort());
});

for (const [what, isOpen] of [
  ['while the follower runs', true],
  ['while no follower runs', false],
] as const) {
  test(`a new file with the inode of a deleted one is new, ${what}`, async (t) => {
    writeFileSync(node.path('acct-2026-01-01-0000.csv'), header + lines(0, 10));
    await node.look();
    // Its successor is what is open, so that the inode is free.
    writeFileSync(node.path('acct-2026-01-01-0001.csv'), header + lines(10, 12));
    await node.look();
    await node.restart();
    if (isOpen) {
      await node.look();
    }
    const { ino } = statSync(node.path('acct-2026-01-01-0000.csv'));
    unlinkSync(node.path('acct-2026-01-01-0000.csv'));
    // Longer than the old one, in its name: only what is in it tells it apart.
    writeFileSync(node.path('acct-2026-01-01-0000.csv'), header + lines(100, 120));
    t.diagnostic(
      `the inode was ${statSync(node.path('acct-2026-01-01-0000.csv')).ino === ino ? '' : 'not '}used again`
    );
    await node.look();
    await node.look();
    assert.deepEqual(await stored(), [...recipients(0, 12), ...recipients(100, 120)].sort());
  });
}

test('a file is known by any name and in any folder, running and after a restart', async () => {
  mkdirSync(node.path('b'));
  let path = node.path('a.csv');
  writeFileSync(path, header + lines(0, 5));
  for (const [count, name] of ['b/a.csv', 'c.csv', 'b/d.csv', 'a.csv'].entries()) {
    await node.look();
    renameSync(path, node.path(name));
    path = node.path(name);
    appendFileSync(path, lines(5 + count, 6 + count));
    if (count % 2 === 0) {
      await node.restart();
    }
  }
  await node.look();
  assert.deepEqual(await stored(), recipients(0, 9));
});

test('a file that was moved to another disk is the same', async () => {
  writeFileSync(node.path('acct-2026-01-01-0000.csv'), header + lines(0, 10));
  await node.look();
  mkdirSync(node.path('other'));
  writeFileSync(node.path('other/acct-2026-01-01-0000.csv'), header + lines(0, 12));
  const problems = await node.look();
  assert.match(problems.join(), /taken for a copy/);
  unlinkSync(node.path('acct-2026-01-01-0000.csv'));
  assert.deepEqual(await node.look(), []);
  assert.deepEqual(await stored(), recipients(0, 12));
});

test('a file that begins with several headers is known by its first record', async () => {
  const headers = `${header}type,rcpt,timeLogged\r\n`;
  for (const [number, recipient] of ['a@x.y', 'b@x.y'].entries()) {
    writeFileSync(node.path(`acct-2026-01-01-000${number}.csv`), `${headers}d,${recipient},1700000000\r\n`);
  }
  assert.deepEqual(await node.look(), []);
  assert.deepEqual(await stored(), ['a@x.y', 'b@x.y']);
});

test('files whose first records begin with the same line are two', async () => {
  for (const name of ['a', 'b']) {
    writeFileSync(
      node.path(`acct-2026-01-01-000${name === 'a' ? 0 : 1}.csv`),
      `type,dsnDiag,rcpt,timeLogged\r\nb,"smtp;550\r\nno",${name}@x.y,1700000000\r\n`
    );
  }
  assert.deepEqual(await node.look(), []);
  assert.deepEqual(await stored(), ['a@x.y', 'b@x.y']);
});
