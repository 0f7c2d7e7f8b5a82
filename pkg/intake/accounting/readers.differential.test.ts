import assert from 'node:assert/strict';
import { test } from 'node:test';

import { accountingFields, recordTypes } from '../../pmta/accounting/fields.ts';
import { type Header, parseHeader } from '../../pmta/accounting/header.ts';
import { wholeRecords } from '../../pmta/accounting/records.ts';
import { parseTime } from '../../pmta/accounting/time.ts';
import { timeRange } from '../../pmta/accounting/timeRange.ts';
import { numbers, strings } from '../../store/arrow.ts';
import { migrate } from '../../store/schema/migrate.ts';
import { testEngine } from '../../store/test-engine.ts';
import { deriveEvents } from './derive.ts';
import { readCsvRecords } from './reader/csv.ts';

// The engine's reader takes whole chunks, `readCsvRecords` what that refuses: which of them reads a record must not show.

const never = new AbortController().signal;
const { engine } = await testEngine();
await migrate(engine, 'd', 3650);

/** Numbers that look random and are the same in every run (mulberry32). */
function generator(seed: number) {
  let state = seed;
  const below = (limit: number): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
  };
  const pick = <T>(values: readonly T[]): T => values[below(values.length)] as T;
  return {
    below,
    pick,
    chance: (percent: number) => below(100) < percent,
    shuffled<T>(values: readonly T[]): T[] {
      const result = [...values];
      for (let index = result.length - 1; index > 0; index--) {
        const other = below(index + 1);
        [result[index], result[other]] = [result[other] as T, result[index] as T];
      }
      return result;
    },
  };
}
type Random = ReturnType<typeof generator>;

/** Texts that readers may stumble over; latin1, so that a character is a byte. */
const oddTexts = [
  '',
  ' ',
  ' blanks around ',
  '\ttabs\t',
  '\\N',
  'NULL',
  '\0',
  'a\0b',
  "it's 'quoted'",
  "'",
  '\\',
  'back\\slash\\"',
  'c1',
  '{position:UInt64}',
  '\xff\xfe\x80 no UTF-8',
  'half a letter \xc3',
  Buffer.from('Grüße 💌 \u2028 e\u0301').toString('latin1'),
  Buffer.from('\uFEFFmark').toString('latin1'),
  '=1+1',
  '#',
  'true',
  '1e5',
  '[1,2]',
];
/** Texts that stand in quotes alone. */
const quotedTexts = ['a,b', 'say "hi"', '"', '""', 'two\nlines', 'two\r\nlines', '\n', ',', '\r', 'a\rb', '"a","b"\n'];
/** Text between quotes that nobody closes, or that stand where no field begins. */
const looseTexts = ['5" pipe', 'a"b"c', 'x "y z', "''\"", ' "quoted', 'end"', 'lone\rreturn'];

const offsets = ['+0000', '-0000', 'Z', '', '+00:00', '+0530', '-04:00', '+1400', '-1200', '+0545', '-0930', ' +0100'];

function timeText(random: Random): string {
  const time = new Date((1_790_000_000 + random.below(500_000)) * 1000).toISOString();
  const [date = '', clock = ''] = time.slice(0, 19).split('T');
  switch (random.below(4)) {
    case 0:
      return String(Date.parse(time) / 1000);
    case 1:
      return `${date.slice(5, 7)}/${date.slice(8)}/${date.slice(0, 4)} ${clock}${random.pick(offsets)}`;
    default:
      return `${date}${random.pick([' ', 'T'])}${clock}${random.pick(['', '', '.123'])}${random.pick(offsets)}`;
  }
}

const hosts = [
  'aspmx.l.google.com (192.0.2.7)',
  '[192.0.2.9] (192.0.2.9)',
  'MX.Example.NET. (2001:db8::1)',
  'host',
  '',
];
const addresses = [
  'Joe@Example.NET',
  '"a@b"@example.org',
  '<>',
  '',
  'x@B\xc3\x9cCHER.de',
  '<a@b.example.>',
  'nobody',
  '@',
  'a@',
];
const replies = [
  'smtp;250 2.0.0 OK  17 "x" - gsmtp',
  'smtp;550-5.7.26 Unauthenticated 550 5.7.26 mail',
  'smtp;550-no\n550 5.1.1 unknown',
  'x-pmta;deleted by administrator',
  'smtp; 452 4.2.2 Mailbox full, sorry',
];
const statuses = [
  '2.0.0 (success)',
  '5.1.1 (bad destination mailbox address)',
  '4.7.0',
  '5.0.0 (undefined status)',
  '?',
];
const known: Record<string, readonly string[]> = {
  orig: addresses,
  rcpt: addresses,
  dsnMta: hosts,
  dsnDiag: replies,
  dsnStatus: statuses,
  bounceCat: ['success', 'bad-mailbox', 'other', '', 'own-category'],
  dlvSize: ['', '1234', '18446744073709551615', '-1', '1.5', ' 7'],
  totalSecondsQueued: ['', '12', '-3', '4294967296'],
  queue: ['yahoo.rollup/vmta18', 'b\xc3\xbccher.de/v', 'aol.com/192.0.2.1', 'noslash', '/', 'example.net/{default}'],
};

function fieldText(name: string, random: Random): string {
  if (name === 'type') {
    return random.pick(recordTypes);
  }
  if (name === 'timeLogged') {
    return timeText(random);
  }
  if (/^time[A-Z]/.test(name)) {
    return random.pick(['', timeText(random), timeText(random), 'yesterday', '0']);
  }
  const values = known[name];
  return values && random.chance(80) ? random.pick(values) : random.pick([...oddTexts, ...quotedTexts, ...looseTexts]);
}

/** A field as a writer may write it; blanks between a closing quote and what ends the field belong to nothing. */
function written(text: string, isFirst: boolean, random: Random): string {
  const inQuotes = `"${text.replaceAll('"', '""')}"${random.chance(3) ? ' \t' : ''}`;
  const isLoose = looseTexts.includes(text) && !isFirst;
  const mustQuote = /[",\r\n]/.test(text) && !isLoose;
  return mustQuote || random.chance(15) ? inQuotes : text;
}

const defaultHeader = accountingFields.filter((name) => !['timeImprinted', 'timeFirstAttempt'].includes(name));
const oddNames = [
  'header_X-Job',
  'header_x-"odd", name',
  "header_x'] b",
  'header_Grüße',
  'arf_Source-IP',
  'header_ blank',
  '',
];
const headers: Header[] = [
  [...accountingFields],
  defaultHeader,
  // 4.x: no queue, no pool, a time that later versions do not write.
  accountingFields.slice(0, 4).concat(accountingFields.slice(6, 25)),
];

function randomHeader(random: Random): Header {
  const some = [...accountingFields, ...oddNames].filter(
    (name) => random.chance(60) && !/^(type|timeLogged)$/.test(name)
  );
  const names = ['type', ...random.shuffled([...some, 'timeLogged'])];
  const cased = names.map((name) => random.pick([name, name.toLowerCase(), name.toUpperCase()]));
  return parseHeader(cased.map((name) => `"${name.replaceAll('"', '""')}"`).join(','));
}

function randomCsv(header: Header, count: number, random: Random): Buffer {
  const required = Math.max(header.indexOf('type'), header.indexOf('timeLogged')) + 1;
  const lines = Array.from({ length: count }, () => {
    const fields = header.map((name, index) => written(fieldText(name, random), index === 0, random));
    const shape = random.below(10);
    const length = shape === 0 ? required + random.below(fields.length - required + 1) : fields.length;
    const more = shape === 1 ? Array.from({ length: random.below(4) }, () => random.pick(['', 'more', '"a,b"'])) : [];
    return [...fields.slice(0, length), ...more].join(',') + random.pick(['\r\n', '\r\n', '\n']);
  });
  return Buffer.from(lines.join(''), 'latin1');
}

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
    const header = headers[round] ?? randomHeader(random);
    const bytes = randomCsv(header, 500, random);
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
