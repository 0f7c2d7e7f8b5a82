import assert from 'node:assert/strict';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';

import { DiskJournal } from './diskJournal.ts';
import type { JournalEntry } from './journal.ts';
import { newEntry } from './newEntry.ts';

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pmta-journal-'));
  path = join(folder, 'state', 'journal.jsonl');
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function entry(source: string, doneEnd: number, more: Partial<JournalEntry> = {}): JournalEntry {
  const at = { path: `/acct/${source}.csv`, acctFile: 'acct', inode: '7', seenSize: 100 };
  return { ...newEntry(source, { header: ['type'], dataStart: doneEnd, fingerprint: 'f' }, at), ...more };
}

const text = () => readFileSync(path, 'utf8');
const ends = (journal: DiskJournal) => journal.entries().map(({ source, doneEnd }) => `${source} ${doneEnd}`);

test('the newest entry of a source holds, also after a restart, and comes last', async () => {
  const journal = await DiskJournal.load(path);
  assert.deepEqual(journal.entries(), []);
  await journal.write(entry('a', 10), entry('b', 20));
  await journal.write(entry('a', 30, { pendingEnds: [40, 50], records: 3, rejects: 1 }));
  for (const one of [journal, await DiskJournal.load(path)]) {
    assert.deepEqual(ends(one), ['b 20', 'a 30']);
    assert.deepEqual(one.entry('a')?.pendingEnds, [40, 50]);
    assert.deepEqual(one.totals(), { records: 3, duplicates: 0, rejects: 1, lostBytes: 0 });
  }
  assert.equal(text().split('\n').length, 4, 'what was written before is appended to');
});

test('a last line that a crash cut off is ignored, and nothing is appended to it', async () => {
  await (await DiskJournal.load(path)).write(entry('a', 10), entry('b', 20));
  appendFileSync(path, JSON.stringify(entry('a', 99)).slice(0, -5));
  const journal = await DiskJournal.load(path);
  assert.deepEqual(ends(journal), ['a 10', 'b 20']);
  await journal.write(entry('c', 1));
  await journal.write(entry('a', 11));
  assert.deepEqual(ends(await DiskJournal.load(path)), ['b 20', 'c 1', 'a 11']);
});

test('a line that is no entry is ignored', async () => {
  mkdirSync(join(folder, 'state'));
  const { doneEnd, ...without } = entry('c', 3);
  const lines = ['nonsense', 'null', '[1]', { ...entry('b', 1), pendingEnds: ['x'] }, without, entry('a', doneEnd)];
  writeFileSync(path, lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n'));
  assert.deepEqual(ends(await DiskJournal.load(path)), ['a 3']);
});

test('a line of which only a half could be written is gone with the next write', async () => {
  const journal = await DiskJournal.load(path);
  await journal.write(entry('a', 10));
  rmSync(path);
  symlinkSync('/dev/full', path);
  await assert.rejects(journal.write(entry('a', 20)), { code: 'ENOSPC' });
  assert.deepEqual(ends(journal), ['a 10'], 'what is not on disk is not said to be');
  rmSync(path);
  writeFileSync(path, `${JSON.stringify(entry('a', 10))}\n{"source":"a","doneE`);
  await journal.write(entry('b', 5));
  assert.equal(text(), [entry('a', 10), entry('b', 5)].map((one) => `${JSON.stringify(one)}\n`).join(''));
});

test('a crash between writing anew and renaming leaves the journal as it was', async () => {
  await (await DiskJournal.load(path)).write(entry('a', 10));
  writeFileSync(`${path}.new`, `${JSON.stringify(entry('a', 99))}\n{"half`);
  const journal = await DiskJournal.load(path);
  assert.deepEqual(ends(journal), ['a 10']);
  await journal.write(entry('b', 1));
  assert.deepEqual(ends(await DiskJournal.load(path)), ['a 10', 'b 1']);
  assert.equal(existsSync(`${path}.new`), false);
});

test('lines that were replaced are dropped after a while, those of other sources never', async () => {
  const journal = await DiskJournal.load(path, 5);
  for (let end = 1; end <= 100; end++) {
    await journal.write(entry('a', end), entry(`once${end % 10}`, 7));
    assert(text().split('\n').length - 1 <= journal.entries().length + 5 + 2);
  }
  assert.equal((await DiskJournal.load(path)).entries().length, 11);
  assert.equal((await DiskJournal.load(path)).entry('a')?.doneEnd, 100);
});

test('writes that come at once do not mix, and a removed source stays away', async () => {
  const journal = await DiskJournal.load(path, 3);
  await Promise.all(Array.from({ length: 20 }, (_, n) => journal.write(entry(`s${n % 4}`, n))));
  await journal.remove('s3');
  assert.deepEqual(ends(journal), ['s0 16', 's1 17', 's2 18']);
  assert.deepEqual(ends(await DiskJournal.load(path)), ['s0 16', 's1 17', 's2 18']);
});

test('it is for its user alone, and one that cannot be read is no empty one', async () => {
  await (await DiskJournal.load(path)).write(entry('a', 10));
  assert.equal(statSync(path).mode & 0o777, 0o600);
  rmSync(path);
  mkdirSync(path);
  await assert.rejects(DiskJournal.load(path), { code: 'EISDIR' });
});
