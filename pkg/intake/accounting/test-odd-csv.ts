import { accountingFields, recordTypes } from '../../pmta/accounting/fields.ts';
import { type Header, parseHeader } from '../../pmta/accounting/header.ts';

/** Numbers that look random and are the same in every run (mulberry32). */
export function generator(seed: number) {
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
export type Random = ReturnType<typeof generator>;

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

/** A time in any form that PMTA writes. */
export function timeText(random: Random): string {
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

/** The columns of one of PMTA's versions in the first rounds, then any of them in any order and case of letters. */
export function oddHeader(round: number, random: Random): Header {
  return headers[round] ?? randomHeader(random);
}

function randomHeader(random: Random): Header {
  const some = [...accountingFields, ...oddNames].filter(
    (name) => random.chance(60) && !/^(type|timeLogged)$/.test(name)
  );
  const names = ['type', ...random.shuffled([...some, 'timeLogged'])];
  const cased = names.map((name) => random.pick([name, name.toLowerCase(), name.toUpperCase()]));
  return parseHeader(cased.map((name) => `"${name.replaceAll('"', '""')}"`).join(','));
}

/** So many records under a header, all of them good, in all forms that a writer may give them. */
export function oddCsv(header: Header, count: number, random: Random): Buffer {
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
