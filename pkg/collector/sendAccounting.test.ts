import assert from 'node:assert/strict';
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';

import { DiskJournal } from '../intake/accounting/diskJournal.ts';
import { StoreError } from '../store/errors.ts';
import { type AccountingPost, type Outlet, RefusedError } from './outlet.ts';
import { AccountingSender } from './sendAccounting.ts';

const never = new AbortController().signal;
const header = 'type,timeLogged,rcpt\r\n';
const rows = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, n) => `d,${from + n},r${from + n}@example.com\r\n`).join('');

let folder: string;
let posts: AccountingPost[];
let failure: (post: AccountingPost) => Error | undefined;
let senders: AccountingSender[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pmta-send-'));
  mkdirSync(join(folder, 'acct'));
  posts = [];
  senders = [];
  failure = () => undefined;
});

afterEach(async () => {
  await Promise.all(senders.map((sender) => sender.close()));
  rmSync(folder, { recursive: true, force: true });
});

const path = (name: string) => join(folder, 'acct', name);

async function sender(): Promise<AccountingSender> {
  const outlet: Pick<Outlet, 'accounting'> = {
    async accounting(post) {
      posts.push({ ...post, bytes: Buffer.from(post.bytes) });
      const error = failure(post);
      if (error) {
        throw error;
      }
      return { new: 1, seen: 0, rejected: 0 };
    },
  };
  const created = new AccountingSender({
    node: 'mta1',
    globs: [join(folder, 'acct/*')],
    roots: [folder],
    journal: await DiskJournal.load(join(folder, 'journal.jsonl')),
    outlet: outlet as Outlet,
  });
  senders.push(created);
  return created;
}

const sent = () => posts.map(({ bytes, start }) => [start, bytes.toString().replace(/^"?type.*\r?\n/, '')]);

test('what is appended is sent on, with its place and its header each time, also by the next process', async () => {
  writeFileSync(path('acct-2026-02-07-0000.csv'), header + rows(0, 3) + 'd,half');
  const first = await sender();
  await first.catchUp(never);
  await first.close();
  appendFileSync(path('acct-2026-02-07-0000.csv'), ',x\r\n' + rows(4, 5));
  await (await sender()).catchUp(never);
  assert.deepEqual(sent(), [
    [header.length, rows(0, 3)],
    [header.length + rows(0, 3).length, `d,half,x\r\n${rows(4, 5)}`],
  ]);
  assert.equal(new Set(posts.map(({ source }) => source)).size, 1);
  assert(posts.every(({ acctFile, bytes }) => acctFile === 'acct' && bytes.toString().includes('timeLogged')));
});

test('a long file is sent in pieces, in order', async () => {
  const text = rows(0, 100_000);
  writeFileSync(path('acct-2026-02-07-0000.csv'), header + text);
  await (await sender()).catchUp(never);
  assert(posts.length > 2);
  assert(posts.every(({ bytes }) => bytes.length < 1.1 * 1024 * 1024));
  assert.equal(
    sent()
      .map(([, records]) => records)
      .join(''),
    text
  );
});

test('what failed is sent again exactly as it was, though the file has grown, also by the next process', async () => {
  writeFileSync(path('acct-2026-02-07-0000.csv'), header + rows(0, 3));
  failure = () => new StoreError('unreachable', 'away');
  const first = await sender();
  await assert.rejects(first.catchUp(never), /away/);
  appendFileSync(path('acct-2026-02-07-0000.csv'), rows(3, 9));
  await assert.rejects(first.catchUp(never), /away/);
  await first.close();
  failure = () => undefined;
  await (await sender()).catchUp(never);
  assert.deepEqual(posts[1], posts[0]);
  assert.deepEqual(posts[2], posts[0]);
  assert.deepEqual(sent().slice(3), [[header.length + rows(0, 3).length, rows(3, 9)]]);
});

test('records that are refused hold up their own file alone, and are sent again after a minute', async (t) => {
  writeFileSync(path('bad-2026-02-07-0000.csv'), header + rows(0, 3));
  writeFileSync(path('good-2026-02-07-0000.csv'), header + rows(5, 8));
  failure = ({ acctFile }) => (acctFile === 'bad' ? new RefusedError('400: not these') : undefined);
  const one = await sender();
  const { problems } = await one.catchUp(never);
  assert.match(problems.join(), /bad-2026-02-07-0000\.csv: 400: not these/);
  appendFileSync(path('good-2026-02-07-0000.csv'), rows(8, 9));
  await one.catchUp(never);
  await one.catchUp(never);
  const names = () => posts.map(({ acctFile }) => acctFile).sort();
  assert.deepEqual(names(), ['bad', 'good', 'good']);
  t.mock.timers.enable({ apis: ['Date'], now: Date.now() + 61_000 });
  failure = () => undefined;
  assert.deepEqual((await one.catchUp(never)).problems, []);
  assert.deepEqual(names(), ['bad', 'bad', 'good', 'good']);
});

test('a name that the receiver does not take is sent as one that it takes', async () => {
  writeFileSync(path('my acct (1)-2026-02-07-0000.csv'), header + rows(0, 1));
  await (await sender()).catchUp(never);
  assert.equal(posts[0]?.acctFile, 'my_acct__1_');
});
