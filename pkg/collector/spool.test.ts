import assert from 'node:assert/strict';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';

import { lockFolder } from './lock.ts';
import { Spool } from './spool.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pmta-spool-'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

const header = 'type,timeLogged,rcpt\r\n';
const rows = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, n) => `d,${from + n},r@example.com\r\n`).join('');

/** Paths of the files, oldest first. */
const paths = () =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(({ name }) => name.endsWith('.csv'))
    .map(({ parentPath, name }) => join(parentPath, name))
    .sort();
const contents = () => paths().map((path) => readFileSync(path, 'utf8'));

async function write(spool: Spool, ...chunks: string[]): Promise<void> {
  for (const chunk of chunks) {
    await spool.write(Buffer.from(chunk));
  }
}

test('whole records are in the file at once, whatever the chunks they came in', async () => {
  const text = header + rows(0, 30) + 'd,31,"a ""quoted"" line\r\nand, another"\r\n' + rows(32, 40);
  for (const size of [1, 2, 7, 100, 10_000]) {
    const spool = new Spool(folder, 'acct');
    for (let at = 0; at < text.length; at += size) {
      await write(spool, text.slice(at, at + size));
      const written = contents()[0] ?? '';
      const whole = text.slice(0, text.slice(0, at + size).lastIndexOf('\r\nd,') + 2);
      assert(
        written.length >= (whole.includes('\r\nd,') ? whole.length : 0),
        `${size}: ${written.length} of ${at + size}`
      );
      assert(text.startsWith(written) && (written === '' || written.endsWith('\r\n')));
    }
    await spool.end(true);
    assert.deepEqual(contents(), [text]);
    rmSync(paths()[0] ?? '');
    await spool.close();
  }
});

test('its files have the names and the form of PMTA’s own', async () => {
  const spool = new Spool(folder, 'a.b-c');
  await write(spool, header + rows(0, 3));
  assert.match(paths()[0] ?? '', /\/\d+-\d+\/a\.b-c-\d{4}-\d\d-\d\d-0000\.csv$/);
  assert.equal(statSync(paths()[0] ?? '').mode & 0o777, 0o600);
  await spool.close();
});

test('a header that comes again begins a new file, with the columns that follow', async () => {
  const spool = new Spool(folder, 'acct');
  const other = 'type,rcpt\n';
  await write(spool, header + rows(0, 2) + header, rows(2, 4) + other.slice(0, 3), other.slice(3), 'd,x@example.com\n');
  await spool.end(true);
  assert.deepEqual(contents(), [header + rows(0, 2), header + rows(2, 4), `${other}d,x@example.com\n`]);
  await spool.close();
});

test('a header without records makes no file', async () => {
  const spool = new Spool(folder, 'acct');
  await write(spool, header);
  await spool.end(true);
  assert.deepEqual(contents(), []);
  await spool.close();
  assert.deepEqual(readdirSync(folder), [], 'an empty folder is not left behind');
});

test('a file that has its size is closed at the end of a record, and the next has the header too', async () => {
  const spool = new Spool(folder, 'acct', 300);
  await write(spool, header);
  for (let n = 0; n < 50; n++) {
    await write(spool, rows(n, n + 1));
  }
  await spool.end(true);
  const all = contents();
  assert(all.length >= 3);
  assert.equal(all.map((text) => text.slice(header.length)).join(''), rows(0, 50));
  assert(all.every((text) => text.startsWith(header) && text.length < 300 + 100));
  await spool.close();
});

test('at the end of the pipe a record without line end is one; a half record that is cut off is not', async () => {
  const whole = new Spool(folder, 'acct');
  await write(whole, header + rows(0, 1) + 'd,1,r@example.com');
  await whole.end(true);
  await whole.close();
  assert.deepEqual(contents(), [`${header}${rows(0, 1)}d,1,r@example.com\n`]);
  rmSync(dirname(paths()[0] ?? ''), { recursive: true });
  const cut = new Spool(folder, 'acct');
  await write(cut, header + rows(0, 1) + 'd,1,r@exa');
  await cut.end(false);
  await cut.close();
  assert.deepEqual(contents(), [header + rows(0, 1)]);
});

test('a quote that is never closed does not hold up what comes behind it for long', async () => {
  const spool = new Spool(folder, 'acct');
  await write(spool, `${header}d,1,"never closed\r\n`);
  assert.deepEqual(contents(), []);
  const more = rows(0, 60_000);
  await write(spool, more);
  await spool.end(true);
  assert.deepEqual(contents(), [`${header}d,1,"never closed\r\n${more}`]);
  await spool.close();
  rmSync(dirname(paths()[0] ?? ''), { recursive: true });
  const ended = new Spool(folder, 'acct');
  await write(ended, `${header}d,1,"never closed`);
  await ended.end(true);
  assert.deepEqual(contents(), [`${header}d,1,"never closed\n`]);
  await ended.close();
});

test('what could not be written is written with the next call, once', async (t) => {
  const spool = new Spool(folder, 'acct');
  await write(spool, header + rows(0, 2));
  // A full disk: a half of the records goes in.
  const probe = await open(join(folder, 'probe'), 'w');
  const prototype = Object.getPrototypeOf(probe) as typeof probe;
  await probe.close();
  const append = t.mock.method(prototype, 'appendFile', async function (this: typeof probe, bytes: Buffer) {
    await this.write(bytes.subarray(0, 10));
    throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
  });
  await assert.rejects(write(spool, rows(2, 4)), { code: 'ENOSPC' });
  await assert.rejects(write(spool, rows(4, 5)), { code: 'ENOSPC' });
  assert.deepEqual(contents(), [header + rows(0, 2)]);
  append.mock.restore();
  await write(spool, '');
  assert.deepEqual(contents(), [header + rows(0, 5)]);
  await spool.close();
});

test('a file is discarded when it was sent to its end and nobody writes it', async () => {
  const spool = new Spool(folder, 'acct', 100);
  await write(spool, header + rows(0, 10));
  await write(spool, rows(10, 11));
  const [closed = '', current = ''] = paths();
  assert.equal(await spool.discard(closed, 20), false);
  assert.equal(await spool.discard(current, Infinity), false);
  assert.equal(await spool.discard(closed, statSync(closed).size), true);
  assert.equal(await spool.discard(closed, 0), true, 'one that is gone is gone');
  assert.deepEqual(paths(), [current]);
  await spool.close();
  assert.deepEqual(paths(), [current], 'what was not sent stays');
});

test('files of another process are discarded only when that has ended', async () => {
  const other = join(folder, '1-2');
  const unlock = lockFolder(other);
  const path = join(other, 'acct-2026-02-07-0000.csv');
  writeFileSync(path, header + rows(0, 1));
  const spool = new Spool(folder, 'acct');
  assert.equal(await spool.discard(path, Infinity), false);
  unlock?.();
  assert.equal(await spool.discard(path, Infinity), true);
  await spool.close();
});

test('folders that processes left behind are removed, unless something is to be sent or one may still use them', async () => {
  const old = new Date(Date.now() - 2 * 3_600_000);
  for (const name of ['empty', 'young', 'full', 'used']) {
    mkdirSync(join(folder, name));
    writeFileSync(join(folder, name, name === 'full' ? 'a-2026-02-07-0000.csv' : 'other'), '');
  }
  const unlock = lockFolder(join(folder, 'used'));
  for (const name of ['empty', 'full', 'used']) {
    utimesSync(join(folder, name), old, old);
  }
  const spool = new Spool(folder, 'acct');
  await spool.sweep();
  await spool.close();
  unlock?.();
  assert.deepEqual(readdirSync(folder).sort(), ['full', 'used', 'young']);
});
