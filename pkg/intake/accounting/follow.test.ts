import assert from 'node:assert/strict';
import { appendFileSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, test } from 'node:test';

import { numbers } from '../../store/arrow.ts';
import { testEngine } from '../../store/test-engine.ts';
import { migrate } from '../../store/schema/migrate.ts';
import { catchUp, chunkBytes, type FollowOptions } from './follow.ts';
import { Journal } from './journal.ts';
import type { Reject } from './rescue.ts';

const never = new AbortController().signal;
const header = 'type,timeLogged,rcpt\r\n';
let options: FollowOptions;
let rejected: Reject[];
let progress: number[];
let nodes = 0;

const { engine, directory } = await testEngine();
await migrate(engine, 'd', 3650);

beforeEach(async () => {
  rmSync(join(directory, 'acct'), { recursive: true, force: true });
  mkdirSync(join(directory, 'acct'));
  rejected = [];
  progress = [];
  const node = `node${nodes++}`;
  options = {
    node,
    globs: [join(directory, 'acct/**/*.csv')],
    roots: [directory],
    journal: await Journal.load(engine, 'd', node),
    target: { engine, database: 'd' },
    onRejects: async (_path, _source, rejects) => void rejected.push(...rejects),
    onProgress: (state) => void progress.push(state.lagBytes),
    finished: new Map(),
  };
});

const path = (name: string) => join(directory, 'acct', name);
const lines = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, n) => `d,1700000000,r${from + n}@example.com\r\n`).join('');

async function stored(): Promise<number> {
  const sql = 'SELECT count() AS n FROM d.events WHERE node = {node:String}';
  const result = await engine.query({ sql, params: { node: options.node } }, never);
  return numbers(result, 'n')[0] ?? 0;
}

async function afterRestart(): Promise<void> {
  options = { ...options, journal: await Journal.load(engine, 'd', options.node), finished: new Map() };
}

test('a growing file is read as far as its last whole record', async () => {
  writeFileSync(path('a.csv'), header + lines(0, 10) + 'd,1700000000,"half');
  await catchUp(options, never);
  assert.equal(await stored(), 10);
  appendFileSync(path('a.csv'), ' of it"\r\n' + lines(11, 15));
  await catchUp(options, never);
  assert.equal(await stored(), 15);
  assert.equal(options.journal.totals().records, 15);
});

test('a renamed, moved or rotated file is not read again, nor after a restart', async () => {
  writeFileSync(path('a.csv'), header + lines(0, 10));
  await catchUp(options, never);
  mkdirSync(path('moved'));
  renameSync(path('a.csv'), path('moved/b.csv'));
  writeFileSync(path('a.csv'), header + lines(10, 20));
  appendFileSync(path('moved/b.csv'), lines(20, 25));
  await afterRestart();
  await catchUp(options, never);
  assert.equal(await stored(), 25);
});

test('a file that is written anew in its place is a new one', async () => {
  writeFileSync(path('a.csv'), header + lines(0, 10));
  await catchUp(options, never);
  writeFileSync(path('a.csv'), header + lines(50, 55));
  await catchUp(options, never);
  assert.equal(await stored(), 15);
});

test('a range that was interrupted is sent again as it was, and counts once', async () => {
  writeFileSync(path('a.csv'), header + lines(0, 10));
  const write = options.journal.write.bind(options.journal);
  let writes = 0;
  options.journal.write = async (entry) => {
    // The process dies after the rows went in and before success is written.
    if (++writes === 2) {
      throw new Error('killed');
    }
    await write(entry);
  };
  const { problems } = await catchUp(options, never);
  assert.match(problems[0] ?? '', /killed/);
  assert.equal(await stored(), 10);
  appendFileSync(path('a.csv'), lines(10, 20));
  await afterRestart();
  await catchUp(options, never);
  assert.equal(await stored(), 20);
  assert.equal(options.journal.totals().records, 20);
});

test('one bad file stops no other', async () => {
  writeFileSync(path('a.csv'), 'not,an,accounting\nfile,at,all\n');
  writeFileSync(path('b.csv'), header + lines(0, 10));
  const state = await catchUp(options, never);
  assert.equal(await stored(), 10);
  assert.match(state.problems.join(), /a\.csv: .*not the header/);
  assert.equal(state.files, 2);
});

test('bad records are reported with their place, once', async () => {
  writeFileSync(path('a.csv'), header + lines(0, 5) + 'zz,1700000000,bad\r\n' + lines(5, 10));
  await catchUp(options, never);
  await catchUp(options, never);
  assert.equal(await stored(), 10);
  assert.deepEqual(
    rejected.map(({ reason }) => reason),
    ['unknown record type "zz"']
  );
  assert.deepEqual(options.journal.totals(), { records: 10, rejects: 1 });
});

test('an empty file and a header alone are waited for', async () => {
  writeFileSync(path('a.csv'), '');
  writeFileSync(path('b.csv'), header);
  assert.deepEqual(await catchUp(options, never), { files: 2, lagBytes: 0, problems: [] });
  appendFileSync(path('b.csv'), lines(0, 3));
  await catchUp(options, never);
  assert.equal(await stored(), 3);
});

test('what is left of a backlog is told, and finished files are not opened again', async () => {
  const many = Math.ceil((1.5 * chunkBytes) / lines(100_000, 100_001).length);
  writeFileSync(path('a.csv'), header + lines(100_000, 100_000 + many));
  await catchUp(options, never);
  assert.equal(await stored(), many);
  assert.equal(progress.length, 2);
  assert.ok((progress[0] ?? 0) > chunkBytes / 3);
  assert.equal(progress[1], 0);
  await catchUp(options, never);
  assert.equal(progress.length, 2, 'no round for a file that is as it was');
});
