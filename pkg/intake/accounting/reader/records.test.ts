import assert from 'node:assert/strict';
import { test } from 'node:test';

import { readRecords, writeRecords } from './rescue.ts';

const header = ['type', 'timeLogged', 'rcpt'];
const time = '2026-01-01 00:00:00+0000';
const read = (text: string) => readRecords(Buffer.from(text), header, 100);

test('bad records come back with place and reason, good ones without them', () => {
  const { groups, rejects } = read(
    `d,${time},a\r\nx,${time},b\r\nd,yesterday,c\r\nb,1700000000,d\r\nt,01/31/2026 00:00:00+0000,e\r\n`
  );
  assert.deepEqual(
    groups.flatMap(({ records }) => records.map((record) => record[2])),
    ['a', 'd', 'e']
  );
  assert.deepEqual(rejects, [
    { position: 101, reason: 'unknown record type "x"', raw: `x,${time},b` },
    { position: 102, reason: 'timeLogged is not a time: "yesterday"', raw: 'd,yesterday,c' },
  ]);
});

test('a header in the middle changes the columns of what follows', () => {
  const { groups, rejects } = read(`d,${time},a\r\ntype,rcpt,timeLogged\r\nd,b,${time}\r\n`);
  assert.deepEqual(rejects, []);
  assert.deepEqual(
    groups.map(({ header, position, records }) => [header.join(), position, records.length]),
    [
      ['type,timeLogged,rcpt', 100, 1],
      ['type,rcpt,timeLogged', 102, 1],
    ]
  );
});

test('raw text that is kept of a bad record is bounded', () => {
  const { rejects } = read(`x,${time},${'y'.repeat(10_000)}\r\n`);
  assert.equal(rejects[0]?.raw.length, 4096);
});

test('what is written reads back the same', () => {
  const records = [
    ['d', 'a "b", c', 'two\nlines', ''],
    ['ü', "it's", '\\', '\t'],
  ];
  const back = readRecords(
    writeRecords(records.map((record) => ['d', time, ...record])),
    [...header, 'x', 'y', 'z'],
    0
  );
  assert.deepEqual(
    back.groups[0]?.records.map((record) => record.slice(2)),
    records
  );
});
