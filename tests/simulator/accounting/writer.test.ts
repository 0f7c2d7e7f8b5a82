import assert from 'node:assert/strict';
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { parse } from 'csv-parse/sync';
import { countBy, directory, MINUTE, read, START, start, type Row } from '../fixture.ts';
import type { RecordType } from '../model/events.ts';
import { FRAMINGS, type JsonFraming } from './format.ts';

const parsed = (text: string): unknown => JSON.parse(text);

test('files tell their rows and bytes', async (t) => {
  const pmta = await start(t, { accounting: { maxBytes: 300_000 } });
  await pmta.advance(2 * MINUTE);
  assert.ok(pmta.files.length > 5);
  for (const { name, rows, bytes } of pmta.files) {
    const text = readFileSync(join(pmta.accountingDirectory, name), 'utf8');
    assert.equal(Buffer.byteLength(text), bytes);
    assert.equal(text.split('\r\n').length - 2, rows);
  }
});

test('three files: each record in one of them', async (t) => {
  const pmta = await start(t, { accounting: { layout: 'three-files' } });
  await pmta.advance(3 * MINUTE);
  const { byType } = pmta.counts;
  const rows = (prefix: string): Map<string, number> => countBy(read(pmta, prefix), (row) => row.type);
  const present = (...types: RecordType[]): Map<string, number> =>
    new Map(types.filter((type) => byType[type] > 0).map((type) => [type, byType[type]]));
  const sorted = (counts: Map<string, number>): Array<[string, number]> => [...counts].sort();
  assert.deepEqual(sorted(rows('acct-main')), sorted(present('d', 'r', 'rb', 'rs', 'f')));
  assert.deepEqual(sorted(rows('acct-tempfail')), sorted(present('t', 'tq')));
  assert.deepEqual(sorted(rows('acct-permfail')), sorted(present('b')));
});

test('rotation opens the next number, and closed files are moved where that is asked for', async (t) => {
  const moveTo = directory(t);
  const pmta = await start(t, { accounting: { moveTo } });
  await pmta.advance(MINUTE);
  pmta.rotate();
  await pmta.advance(MINUTE);
  assert.deepEqual(readdirSync(moveTo), ['acct-2026-02-07-0000.csv']);
  assert.deepEqual(readdirSync(pmta.accountingDirectory), ['acct-2026-02-07-0001.csv']);
  await pmta.stop();
  assert.deepEqual(readdirSync(pmta.accountingDirectory), []);
});

test('history is written at once, in the files of its days', async (t) => {
  const pmta = await start(t, { historyMs: 2 * 86_400_000, rate: 0.3, timeZone: 'Europe/Berlin' });
  assert.equal(pmta.now, START);
  assert.deepEqual(
    pmta.files.map(({ name }) => name),
    ['05', '06', '07'].map((day) => `acct-2026-02-${day}-0000.csv`)
  );
  const rows = read(pmta);
  assert.equal(rows.length, pmta.counts.total);
  for (const { name } of pmta.files) {
    const day = name.slice(5, 15);
    const ofDay = parse(readFileSync(join(pmta.accountingDirectory, name)), { columns: true }) as Row[];
    assert.ok(ofDay.length > 0);
    assert.ok(
      ofDay.every((row) => row.timeLogged!.startsWith(day) && row.timeLogged!.endsWith('+0100')),
      name
    );
  }
  assert.ok(rows[0]!.timeLogged! < '2026-02-05 14:00');
  assert.ok(rows.at(-1)!.timeLogged! > '2026-02-07 12:30');
});

test('overlapping files: each t and b in two of them, in the same order, with other columns', async (t) => {
  for (const version of ['5.0', '4.0'] as const) {
    const pmta = await start(t, { accounting: { layout: 'overlapping', version } });
    pmta.throttle({ provider: 'yahoo', pool: 'marketing', to: START + 5 * MINUTE });
    await pmta.advance(5 * MINUTE);
    const { byType } = pmta.counts;
    const counts = (prefix: string): Array<[string, number]> =>
      [...countBy(read(pmta, prefix), (row) => row.type)].sort();
    const of = (...types: RecordType[]): Array<[string, number]> => types.map((type) => [type, byType[type]]);
    assert.deepEqual(counts('acct'), of('b', 'd', 't'));
    assert.deepEqual(counts('diag'), of('t', 'tq'));
    assert.deepEqual(counts('bounce'), of('b'));
    const events = (prefix: string, type: RecordType): string[] =>
      read(pmta, prefix)
        .filter((row) => row.type === type)
        .map((row) => [row.timeLogged, row.rcpt, row.dsnStatus, row.dsnDiag, row.vmta].join());
    assert.deepEqual(events('diag', 't'), events('acct', 't'));
    assert.deepEqual(events('bounce', 'b'), events('acct', 'b'));
    const columns = ['acct', 'diag', 'bounce'].map((prefix) => Object.keys(read(pmta, prefix)[0]!));
    assert.ok(!columns[1]!.includes('orig') && !columns[2]!.includes('jobId'));
    assert.ok(columns[1]!.includes('header_X-job') && columns[2]!.includes('header_Message-Id'));
    assert.equal(columns.flat().includes('queue'), version === '5.0');
  }
});

test('JSON in each framing holds the records of CSV', async (t) => {
  const accounting = { layout: 'default', maxBytes: 300_000 } as const;
  const csv = await start(t, { accounting });
  await csv.advance(2 * MINUTE);
  const parsers: Record<JsonFraming, (text: string) => unknown> = {
    lines: (text) => text.trimEnd().split('\r\n').map(parsed),
    array: parsed,
    objects: (text) => parsed(`[${text.replaceAll('}{', '},{')}]`),
  };
  for (const framing of FRAMINGS) {
    const pmta = await start(t, { accounting: { ...accounting, format: 'json', framing } });
    await pmta.advance(2 * MINUTE);
    await pmta.stop();
    const names = readdirSync(pmta.accountingDirectory).sort();
    assert.ok(names.length > 3 && names.every((name) => name.endsWith('.json')));
    const texts = names.map((name) => readFileSync(join(pmta.accountingDirectory, name), 'utf8'));
    assert.deepEqual(texts.flatMap(parsers[framing]), read(csv), framing);
    assert.deepEqual(
      pmta.files.map(({ bytes }) => bytes),
      texts.map((text) => Buffer.byteLength(text))
    );
  }
});

test('an array is open until its file is closed, and whole even without records', async (t) => {
  const pmta = await start(t, { accounting: { format: 'json', framing: 'array' } });
  await pmta.advance(MINUTE);
  const path = join(pmta.accountingDirectory, pmta.files[0]!.name);
  assert.match(readFileSync(path, 'utf8'), /^\[\r\n\{[^]*\}$/);
  pmta.rotate();
  assert.match(readFileSync(path, 'utf8'), /\}\r\n\]\r\n$/);
  const idle = await start(t, { accounting: { format: 'json', framing: 'array' } });
  await idle.stop();
  assert.deepEqual(parsed(readFileSync(join(idle.accountingDirectory, idle.files[0]!.name), 'utf8')), []);
});

test('closed files are compressed where that is asked for: same content, same age', async (t) => {
  const moveTo = directory(t);
  for (const accounting of [{ moveTo: '' }, { moveTo }]) {
    const plain = await start(t, { accounting: { maxBytes: 300_000 } });
    const pmta = await start(t, { accounting: { ...accounting, maxBytes: 300_000, compress: true } });
    for (const simulator of [plain, pmta]) {
      await simulator.advance(2 * MINUTE);
    }
    const folder = accounting.moveTo || pmta.accountingDirectory;
    const closed = pmta.files.slice(0, -1).map(({ name }) => name);
    assert.ok(closed.length > 3);
    assert.deepEqual(
      readdirSync(folder)
        .filter((name) => name.endsWith('.gz'))
        .sort(),
      closed
    );
    assert.ok(!pmta.files.at(-1)!.name.endsWith('.gz'), 'the open file stays as it is');
    for (const name of closed) {
      const original = join(plain.accountingDirectory, name.replace(/\.gz$/, ''));
      assert.ok(gunzipSync(readFileSync(join(folder, name))).equals(readFileSync(original)), name);
      assert.equal(statSync(join(folder, name)).mtimeMs, statSync(original).mtimeMs);
    }
    await pmta.stop();
    assert.ok(readdirSync(folder).every((name) => name.endsWith('.csv.gz')));
  }
});
