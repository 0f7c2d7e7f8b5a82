import assert from 'node:assert/strict';
import { appendFileSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, test } from 'node:test';

import { migrate } from '../../store/schema/migrate.ts';
import { testEngine } from '../../store/test-engine.ts';
import { FaultyEngine } from './test-faults.ts';
import { header, lines, recipients, TestNode } from './test-follower.ts';

const { engine, directory } = await testEngine();
await migrate(engine, 'd', 3650);
let node: TestNode;
let faulty: FaultyEngine;

beforeEach(() => {
  faulty = new FaultyEngine(engine);
  node = new TestNode(faulty, directory, ['**/*'], 200);
});

afterEach(() => node.close());

const stored = async () => (await node.stored()).sort();
const first = 'acct-2026-01-01-0000.csv';
const second = 'acct-2026-01-01-0001.csv';

test('what is in the store is not read again after a restart', async () => {
  writeFileSync(node.path(first), header + lines(0, 30));
  await node.look();
  await node.restart();
  await node.look();
  appendFileSync(node.path(first), lines(30, 40));
  await node.look();
  assert.deepEqual(await stored(), recipients(0, 40));
});

test('what is not in the store is read after a restart', async () => {
  writeFileSync(node.path(first), header + lines(0, 30));
  faulty.failWith({ kind: 'outage', afterCalls: 0, isDone: false });
  await assert.rejects(node.look(), /the store is away/);
  faulty.failWith(undefined);
  await node.restart();
  assert.deepEqual(await stored(), []);
  await node.look();
  assert.deepEqual(await stored(), recipients(0, 30));
});

for (const kind of ['killed', 'outage'] as const) {
  for (const isDone of [false, true]) {
    const when = isDone ? 'behind' : 'in front of';
    test(`${kind === 'killed' ? 'a process killed' : 'a store that goes away'} ${when} any call: each record counts once`, async () => {
      for (let afterCalls = 0; ; afterCalls++) {
        node = new TestNode(faulty, directory, ['**/*'], 400);
        // Two acct-files that share events, a bad record, and columns that change: every kind of call is made.
        writeFileSync(node.path(first), header + lines(0, 12) + 'zz,1700000000,bad\r\n' + lines(12, 14));
        writeFileSync(node.path('diag-2026-01-01-0000.csv'), `type,rcpt,timeLogged\r\n`);
        appendFileSync(
          node.path('diag-2026-01-01-0000.csv'),
          'd,r0@example.com,1700000000\r\nd,r90@example.com,1700000090\r\n'
        );
        await node.sink();
        faulty.failWith({ kind, afterCalls, isDone });
        await node.look().catch(() => undefined);
        const hasFailed = faulty.hasFailed();
        faulty.failWith(undefined);
        appendFileSync(node.path(first), lines(14, 16) + 'type,rcpt,timeLogged\r\nd,r91@example.com,1700000091\r\n');
        if (kind === 'killed') {
          await node.restart();
        }
        await node.look();
        assert.deepEqual(
          await stored(),
          [...recipients(0, 16), ...recipients(90, 92)].sort(),
          `after ${afterCalls} calls`
        );
        const { records, duplicates, rejects } = (await node.sink()).journal.totals();
        assert.deepEqual(
          { records, duplicates, rejects },
          { records: 18, duplicates: 1, rejects: 1 },
          `after ${afterCalls} calls`
        );
        await node.restart();
        if (!hasFailed) {
          assert.ok(afterCalls > 8, 'too few calls to be true');
          break;
        }
      }
    });
  }
}

test('a file that is rotated while no follower runs is known again, and so is the next', async () => {
  mkdirSync(node.path('moved'));
  writeFileSync(node.path(first), header + lines(0, 10));
  await node.look();
  await node.restart();
  appendFileSync(node.path(first), lines(10, 20));
  renameSync(node.path(first), node.path(`moved/${first}`));
  writeFileSync(node.path(second), header + lines(20, 30));
  await node.look();
  assert.deepEqual(await stored(), recipients(0, 30));
});

test('a file that takes the name of a rotated one while no follower runs is another', async () => {
  for (let round = 0; round < 3; round++) {
    writeFileSync(node.path('acct.csv'), header + lines(round * 10, round * 10 + 5));
    await node.look();
    await node.restart();
    appendFileSync(node.path('acct.csv'), lines(round * 10 + 5, round * 10 + 10));
    for (let number = round; number > 0; number--) {
      renameSync(node.path(`acct.csv.${number}`), node.path(`acct.csv.${number + 1}`));
    }
    renameSync(node.path('acct.csv'), node.path('acct.csv.1'));
  }
  await node.look();
  assert.deepEqual(await stored(), recipients(0, 30));
});

test('a record of several lines that is cut by a restart is one record', async () => {
  const columns = 'type,timeLogged,rcpt,dsnDiag\r\n';
  writeFileSync(node.path(first), `${columns}b,1700000000,a@example.com,"smtp;550 one\r\ntwo`);
  await node.look();
  await node.restart();
  appendFileSync(node.path(first), '\r\nthree"\r\nb,1700000001,b@example.com,"x');
  await node.look();
  await node.restart();
  appendFileSync(node.path(first), '\ny"\r\n');
  await node.look();
  assert.deepEqual(await node.stored("concat(recipient, ' ', reply)"), [
    'a@example.com smtp;550 one\r\ntwo\r\nthree',
    'b@example.com x\ny',
  ]);
});

test('the columns are those that hold where the reading goes on', async () => {
  writeFileSync(node.path(first), `${header}${lines(0, 3)}type,rcpt,timeLogged\r\nd,r3@example.com,1700000003\r\n`);
  await node.look();
  await node.restart();
  appendFileSync(node.path(first), 'd,r4@example.com,1700000004\r\n');
  await node.look();
  appendFileSync(node.path(first), header);
  await node.look();
  await node.restart();
  appendFileSync(node.path(first), lines(5, 7));
  await node.look();
  assert.deepEqual(await stored(), recipients(0, 7));
});

test('an old file is not too old', async () => {
  writeFileSync(node.path('acct-2019-01-01-0000.csv'), header + lines(0, 5));
  node.nowMs += 7 * 365 * 86_400_000;
  await node.look();
  assert.deepEqual(await stored(), recipients(0, 5));
});

test('how far the store is behind is told while it is away', async () => {
  writeFileSync(node.path(first), header + lines(0, 5));
  await node.look();
  appendFileSync(node.path(first), lines(5, 8));
  faulty.failWith({ kind: 'outage', afterCalls: 0, isDone: false });
  await assert.rejects(node.look(), /the store is away/);
  assert.equal(node.progress.at(-1)?.lagBytes, lines(5, 8).length);
});

for (const [what, before, after] of [
  ['of which nothing was read', '', lines(0, 3) + lines(50, 90)],
  ['behind what was read', lines(0, 3), lines(0, 3) + lines(50, 90)],
  ['which is shorter then', '', lines(0, 2)],
] as const) {
  test(`a file that is written anew while a piece of it is in doubt is read anew: one ${what}`, async () => {
    if (before) {
      writeFileSync(node.path(first), header + before);
      await node.look();
    }
    writeFileSync(node.path(first), header + lines(0, 20));
    await node.sink();
    // The rows are in, the process is dead, and nobody knows.
    for (let afterCalls = 0; (await node.count()) <= before.split('\n').length; afterCalls++) {
      faulty.failWith({ kind: 'killed', afterCalls, isDone: true });
      await node.look().catch(() => undefined);
      faulty.failWith(undefined);
      await node.restart();
    }
    const known = await node.stored();
    writeFileSync(node.path(first), header + after);
    for (let looks = 0; looks < 3; looks++) {
      await node.look();
    }
    const written = [...after.matchAll(/r\d+@[a-z.]+/g)].map(([recipient]) => recipient);
    assert.deepEqual(await stored(), [...new Set([...known, ...written])].sort());
  });
}
