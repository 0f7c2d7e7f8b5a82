import assert from 'node:assert/strict';
import { test } from 'node:test';

import { readCsvRecords } from './csv.ts';

const header = ['type', 'timeLogged', 'rcpt'];
const time = '2026-01-01 00:00:00+0000';
const read = (text: string | Buffer) => readCsvRecords(Buffer.from(text), header, 100);

/** What the groups hold, as text. */
const texts = ({ groups }: ReturnType<typeof read>) => groups.map(({ bytes }) => bytes.toString());

test('bad records come back with offset, reason and text, good ones without them', () => {
  const text = `d,${time},a\r\nx,${time},b\r\nd,yesterday,c\r\nb,1700000000,d\r\nt,01/31/2026 00:00:00+0000,e\r\n`;
  const result = read(text);
  assert.deepEqual(texts(result), [`"d","${time}","a"\n"b","1700000000","d"\n"t","01/31/2026 00:00:00+0000","e"\n`]);
  assert.deepEqual(result.rejects, [
    { position: 100 + text.indexOf('x,'), reason: 'unknown record type "x"', raw: `x,${time},b` },
    {
      position: 100 + text.indexOf('d,yesterday'),
      reason: 'timeLogged is not a time: "yesterday"',
      raw: 'd,yesterday,c',
    },
  ]);
});

test('every good record is known with its place, so that it can be told where it is refused after all', () => {
  const bytes = Buffer.from(`d,${time},a\nx,${time},b\r\n\r\nd,${time},"c\n"\r\nd,${time},e`);
  const [group] = readCsvRecords(bytes, header, 100).groups;
  assert.equal(group?.position, 100);
  const places = Array.from(group?.chunkStarts ?? [], (start, index) =>
    bytes.toString('utf8', start, group?.chunkEnds[index])
  );
  assert.deepEqual(places, [`d,${time},a\n`, `d,${time},"c\n"\r\n`, `d,${time},e`]);
  assert.deepEqual(
    Array.from(group?.ends ?? [], (end) => group?.bytes.toString('utf8', end - 3, end)),
    ['a"\n', '\n"\n', 'e"\n']
  );
});

test('a header in the middle changes the columns of what follows; what only begins like one is a bad record', () => {
  const { groups, rejects } = read(
    `d,${time},a\r\nTYPE,rcpt,timelogged,header_Grüße\r\nd,b,${time},x\r\ntype,but no time\r\nd,c,${time},y\r\n`
  );
  assert.deepEqual(
    groups.map(({ header, position, ends }) => [header.join(), position, ends.length]),
    [
      ['type,timeLogged,rcpt', 100, 1],
      ['type,rcpt,timeLogged,header_grüße', 102, 2],
    ]
  );
  assert.deepEqual(
    rejects.map(({ reason, raw }) => [reason, raw]),
    [['unknown record type "type"', 'type,but no time']]
  );
});

test('line ends may differ from line to line, and lines without text are no records', () => {
  const result = read(`d,${time},a\n\r\n\nd,${time},b\r\n \r\nd,${time},c`);
  assert.deepEqual(texts(result), [`"d","${time}","a"\n"d","${time}","b"\n"d","${time}","c"\n`]);
  assert.deepEqual(result.rejects, []);
});

test('bytes come out as they went in, whatever encoding they have', () => {
  const odd = Buffer.from([0xff, 0xc3, 0x00, 0x5c, 0x22, 0x22, 0x27]);
  const { groups } = read(Buffer.concat([Buffer.from(`d,${time},"`), odd, Buffer.from('"\n')]));
  assert.ok(groups[0]?.bytes.includes(odd));
});

test('what joining and truncating files leaves in front of a record does not spoil it', () => {
  const { groups, rejects } = read(`\uFEFFtype,rcpt,timeLogged\r\n\0\0\0d,a,${time}\r\n\rd,b,${time}\r\n`);
  assert.deepEqual(rejects, []);
  assert.equal(groups[0]?.bytes.toString(), `"d","a","${time}"\n"d","b","${time}"\n`);
});

test('of a bad record only the beginning is kept, and it need not be UTF-8', () => {
  const { rejects } = read(Buffer.concat([Buffer.from('x,'), Buffer.alloc(10_000, 0xff)]));
  assert.equal(rejects[0]?.raw, `x,${'\ufffd'.repeat(4094)}`);
});
