import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { Header } from '../../pmta/accounting/header.ts';
import { wholeRecords } from '../../pmta/accounting/records.ts';
import { parseTime } from '../../pmta/accounting/time.ts';
import { timeRange } from '../../pmta/accounting/timeRange.ts';
import { numbers, strings } from '../../store/arrow.ts';
import { migrate } from '../../store/schema/migrate.ts';
import { testEngine } from '../../store/test-engine.ts';
import { deriveEvents } from './derive.ts';
import { readCsvRecords } from './reader/csv.ts';
import { generator, oddCsv, oddHeader, timeText } from './test-odd-csv.ts';

// The engine's reader takes whole chunks, `readCsvRecords` what that refuses: which of them reads a record must not show.

const never = new AbortController().signal;
const { engine } = await testEngine();
await migrate(engine, 'd', 3650);

async function insertAs(source: string, header: Header, bytes: Buffer, position: number): Promise<void> {
  const { columns, select, stages } = deriveEvents(header, 'keep');
  await engine.insertCsv({
    table: 'd.events',
    columns,
    select,
    stages,
    params: { node: 'mta1', source, acct_file: 'acct', position },
    bytes,
    fields: header.length,
    token: `${source}-${position}`,
  });
}

/** By the engine's reader alone, then record by record. */
async function insertBothWays(name: string, header: Header, bytes: Buffer): Promise<number> {
  await insertAs(`${name}-engine`, header, bytes, 100);
  const { groups, rejects } = readCsvRecords(bytes, header, 100);
  assert.deepEqual(rejects, [], name);
  for (const group of groups) {
    await insertAs(`${name}-records`, group.header, group.bytes, group.position);
  }
  return groups.reduce((sum, group) => sum + group.ends.length, 0);
}

/** Fails with the first rows that differ, column by column. */
async function assertSameRows(name: string, count: number): Promise<void> {
  const described = await engine.query({ sql: 'DESCRIBE TABLE d.events', params: {} }, never);
  const columns = Array.from(strings(described, 'name'), (column) => column ?? '').filter(
    (column) => column !== 'source'
  );
  const tuple = `(${columns.map((column) => `toString(${column})`).join(', ')})`;
  const rows = (source: string) => `SELECT position, ${tuple} AS row FROM d.events WHERE source = '${name}-${source}'`;
  const different = await engine.query(
    {
      sql: `SELECT concat(toString(a.position), ': ', toString(arrayFilter((name, x, y) -> x != y,
              [${columns.map((column) => `'${column}'`).join(', ')}],
              [${columns.map((_, index) => `a.row.${index + 1}`).join(', ')}],
              [${columns.map((_, index) => `b.row.${index + 1}`).join(', ')}]))) AS difference
            FROM (${rows('engine')}) AS a FULL JOIN (${rows('records')}) AS b ON a.position = b.position
            WHERE a.row != b.row ORDER BY a.position LIMIT 3`,
      params: {},
    },
    never
  );
  assert.deepEqual(Array.from(strings(different, 'difference')), [], name);
  const counted = await engine.query(
    {
      sql: `SELECT toFloat64(countIf(source = '${name}-engine')) AS engine, toFloat64(countIf(source = '${name}-records')) AS records FROM d.events`,
      params: {},
    },
    never
  );
  assert.deepEqual([numbers(counted, 'engine')[0], numbers(counted, 'records')[0]], [count, count], name);
}

test('whoever reads a record, it becomes the same row', async () => {
  const random = generator(20_260_401);
  for (let round = 0; round < 12; round++) {
    const header = oddHeader(round, random);
    const bytes = oddCsv(header, 500, random);
    assert.equal(wholeRecords(bytes).records, 500, `round ${round}`);
    assert.equal(await insertBothWays(`round${round}`, header, bytes), 500);
    await assertSameRows(`round${round}`, 500);
  }
});

test('a field of a megabyte is the same for both', async () => {
  const long = 'x,"\'\n'.repeat(200_000);
  const bytes = Buffer.from(
    `b,1790000000,"${long.replaceAll('"', '""')}",${'y'.repeat(1_000_000)}\r\nd,1790000001,,z\n`
  );
  assert.equal(await insertBothWays('long', ['type', 'timeLogged', 'dsnDiag', 'header_x'], bytes), 2);
  await assertSameRows('long', 2);
});

test('quotes, commas, blanks and line ends in any order: what the engine takes is the same for both', async () => {
  const random = generator(4180);
  const soup = ['"', '"', '""', ',', ',', ' ', '\t', 'a', '\r', '\0', '"\n"', '"b\r\n"', ',"c,d"', '\\', "'"];
  const header = ['type', 'timeLogged', ...Array.from({ length: 30 }, (_, index) => `header_${index}`)];
  let taken = 0;
  let count = 0;
  for (let round = 0; round < 70; round++) {
    const lines = Array.from({ length: 1 + random.below(2) }, () => {
      const tail = Array.from({ length: random.below(10) }, () => random.pick(soup)).join('');
      return `${random.pick(['', '', ' ', '\t'])}d,${random.pick(['', ' '])}1790000000,${tail}${random.pick(['\n', '\r\n'])}`;
    });
    const bytes = Buffer.from(lines.join('').slice(0, random.chance(20) ? -1 : undefined));
    const position = round * 100;
    try {
      await insertAs('soup-engine', header, bytes, position);
    } catch (error) {
      assert.match(String(error), /Cannot parse|Expected end of line|unknown record type|is not a time/);
      continue;
    }
    taken++;
    const { records, end } = wholeRecords(bytes);
    count += records + (end < bytes.length ? 1 : 0);
    const { groups, rejects } = readCsvRecords(bytes, header, position);
    assert.deepEqual(rejects, [], JSON.stringify(bytes.toString()));
    await insertAs('soup-records', header, groups[0]?.bytes ?? Buffer.alloc(0), position);
  }
  assert.ok(taken > 15, `the engine took only ${taken}`);
  await assertSameRows('soup', count);
});

test('a time is the same second, or none, for all who read it', async () => {
  const random = generator(8601);
  const good = Array.from({ length: 300 }, () => timeText(random));
  const odd = [
    ...[
      '2016-12-31 23:59:60+0000',
      '1970-01-01 00:00:01+0000',
      '4294967295',
      '2028-02-29 00:00:00-2359',
      ' 1790000000 ',
    ],
    ...['2026-02-29 00:00:00+0000', '2026-04-31 00:00:00+0000', '2026-13-01 00:00:00+0000', '0000-00-00 00:00:00+0000'],
    ...['2026-04-01 24:00:00+0000', '2026-04-01 12:60:00+0000', '2026-04-01 12:00:00+0060', '2200-01-01 00:00:00+0000'],
    ...['1970-01-01 00:30:00+0100', '4294967296', '000000000', '31/12/2026 00:00:00+0000', '02/30/2026 00:00:00+0000'],
    ...[
      '2026-04-01',
      '20260401143210',
      '2026-4-1 1:2:3',
      'yesterday',
      '',
      '2026-04-01 14:32',
      '1/2/2026 03:04:05',
      'now',
    ],
  ];
  const lines = good.map((time) => `d,"${time}"\n`);
  await insertAs('times', ['type', 'timeLogged'], Buffer.from(lines.join('')), 0);
  const result = await engine.query(
    {
      sql: "SELECT toFloat64(toUnixTimestamp(time)) AS time FROM d.events WHERE source = 'times' ORDER BY position",
      params: {},
    },
    never
  );
  const expected = good.map(parseTime);
  assert.ok(expected.every((time) => time !== null));
  assert.deepEqual(Array.from(numbers(result, 'time')), expected);
  assert.deepEqual(timeRange(Buffer.from(lines.join('')), ['type', 'timeLogged']), {
    from: Math.min(...expected.map(Number)),
    to: Math.max(...expected.map(Number)),
  });
  for (const [index, time] of odd.entries()) {
    const insert = insertAs(`odd${index}`, ['type', 'timeLogged'], Buffer.from(`d,${time}\n`), 0);
    const taken = await insert.then(
      () => true,
      () => false
    );
    assert.equal(taken, parseTime(time) !== null, time);
  }
});
