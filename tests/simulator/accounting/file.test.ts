import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { Zone } from '../zone.ts';
import { RotatingFile, type FileSettings } from './file.ts';
import { RecordFormatter } from './format.ts';
import type { AccountingEvent } from '../model/events.ts';

const seconds = (iso: string): number => Date.parse(iso) / 1000;
const HEADER = 'type,timeLogged,dsnDiag\r\n';

function directory(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'accounting-'));
  t.after(() => rmSync(path, { recursive: true }));
  return path;
}

function rotatingFile(folder: string, settings: Partial<FileSettings> = {}, timeZone = 'UTC'): RotatingFile {
  const zone = new Zone(timeZone);
  const stamp = (time: number): string => zone.stamp(time);
  const formatter = new RecordFormatter(
    { name: 'acct', fields: { tq: ['type', 'timeLogged', 'dsnDiag'] } },
    { format: 'csv', framing: 'lines', lineEnd: '\r\n', stamp, version: '5.0', shortRows: false }
  );
  const defaults = { moveTo: '', prefix: 'acct', extension: 'csv', maxBytes: 1 << 20, partialLines: false, seed: '1' };
  return new RotatingFile({ directory: folder, ...defaults, ...settings }, formatter, (time) =>
    stamp(time).slice(0, 10)
  );
}

const event = (iso: string, diagnostic = 'smtp;421 later'): AccountingEvent => ({
  type: 'tq',
  time: seconds(iso),
  recipient: null,
  queue: null,
  reply: { status: '', diagnostic, category: '' },
  exchanger: null,
  report: null,
});

test('the first file exists with its header before any record', (t) => {
  const folder = directory(t);
  const file = rotatingFile(folder);
  file.start(seconds('2026-02-07T10:00:00Z'));
  assert.equal(readFileSync(join(folder, 'acct-2026-02-07-0000.csv'), 'utf8'), HEADER);
  file.close();
});

test('midnight of the zone begins a new file, numbered from 0000', (t) => {
  const folder = directory(t);
  const file = rotatingFile(folder, {}, 'Asia/Kolkata');
  file.start(seconds('2026-02-07T18:29:00Z'));
  file.add(event('2026-02-07T18:29:59Z', 'before'));
  file.add(event('2026-02-07T18:30:00Z', 'after'));
  file.close();
  assert.deepEqual(readdirSync(folder).sort(), ['acct-2026-02-07-0000.csv', 'acct-2026-02-08-0000.csv']);
  assert.equal(
    readFileSync(join(folder, 'acct-2026-02-08-0000.csv'), 'utf8'),
    `${HEADER}tq,2026-02-08 00:00:00+0530,after\r\n`
  );
});

test('a full file is followed by the next number, and no record is lost or split', (t) => {
  const folder = directory(t);
  const file = rotatingFile(folder, { maxBytes: 2000 });
  file.start(seconds('2026-02-07T10:00:00Z'));
  for (let i = 0; i < 200; i++) {
    file.add(event('2026-02-07T10:00:01Z', `record ${i} bücher`));
  }
  file.close();
  const names = readdirSync(folder).sort();
  assert.ok(names.length > 3);
  assert.deepEqual(
    names,
    names.map((_, i) => `acct-2026-02-07-${String(i).padStart(4, '0')}.csv`)
  );
  const texts = names.map((name) => readFileSync(join(folder, name), 'utf8'));
  assert.ok(texts.every((text) => text.startsWith(HEADER) && text.endsWith('\r\n')));
  const rows = texts.flatMap((text) => text.slice(HEADER.length).trimEnd().split('\r\n'));
  assert.deepEqual(
    rows.map((row) => row.split(',')[2]),
    Array.from({ length: 200 }, (_, i) => `record ${i} bücher`)
  );
  for (const { name, bytes, rows: count } of file.written) {
    assert.equal(statSync(join(folder, name)).size, bytes);
    assert.equal(count, texts[names.indexOf(name)]!.split('\r\n').length - 2);
    assert.ok(name === names.at(-1) || (bytes >= 2000 && bytes < 2100), `${name} has ${bytes} bytes`);
  }
});

test('files of an earlier run are kept, and numbering goes on after them', (t) => {
  const folder = directory(t);
  const moved = join(folder, 'done');
  mkdirSync(moved);
  writeFileSync(join(folder, 'acct-2026-02-07-0001.csv'), 'earlier');
  writeFileSync(join(moved, 'acct-2026-02-07-0004.csv'), 'moved');
  const file = rotatingFile(folder, { moveTo: moved });
  file.start(seconds('2026-02-07T10:00:00Z'));
  assert.equal(file.written[0]!.name, 'acct-2026-02-07-0005.csv');
  assert.equal(readFileSync(join(folder, 'acct-2026-02-07-0001.csv'), 'utf8'), 'earlier');
  file.close();
  assert.deepEqual(readdirSync(moved).sort(), ['acct-2026-02-07-0004.csv', 'acct-2026-02-07-0005.csv']);
});

test('a closed file is as old as its last record', (t) => {
  const folder = directory(t);
  const file = rotatingFile(folder);
  file.start(seconds('2026-02-07T10:00:00Z'));
  file.add(event('2026-02-07T11:22:33Z'));
  file.close();
  assert.equal(statSync(join(folder, file.written[0]!.name)).mtimeMs, Date.parse('2026-02-07T11:22:33Z'));
});

test('flushes write whole records, or parts of them where that is asked for; the end is the same', (t) => {
  const write = (partialLines: boolean): { tails: string[]; text: string } => {
    const folder = directory(t);
    const file = rotatingFile(folder, { partialLines });
    file.start(seconds('2026-02-07T10:00:00Z'));
    const path = join(folder, file.written[0]!.name);
    const tails: string[] = [];
    for (let i = 0; i < 40; i++) {
      file.add(event('2026-02-07T10:00:01Z', `smtp;421 record ${i} is long enough to be cut somewhere in the middle`));
      file.flush();
      tails.push(readFileSync(path, 'utf8').slice(-2));
    }
    file.close();
    return { tails, text: readFileSync(path, 'utf8') };
  };
  const whole = write(false);
  const parts = write(true);
  assert.ok(whole.tails.every((tail) => tail === '\r\n'));
  assert.ok(parts.tails.some((tail) => tail !== '\r\n'));
  assert.equal(parts.text, whole.text);
});
