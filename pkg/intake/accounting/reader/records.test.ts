import assert from 'node:assert/strict';
import { test } from 'node:test';

import { csvRecords } from '../../../pmta/accounting/csvRecords.ts';
import { faultOf, GroupBuilder, reject } from './records.ts';

test('a record needs a type that is known and a time', () => {
  assert.equal(faultOf('tq', '1700000000'), '');
  assert.equal(faultOf('', '1700000000'), 'unknown record type ""');
  assert.equal(faultOf('D'.repeat(50), '1700000000'), `unknown record type "${'D'.repeat(20)}"`);
  assert.equal(faultOf('d', '2026-13-45 99:99:99+0000'), 'timeLogged is not a time: "2026-13-45 99:99:99+0000"');
});

test('the text of a bad record is bounded and has no line end', () => {
  const bytes = Buffer.from(`good\nbad\r\n${'y'.repeat(10_000)}`);
  assert.deepEqual(reject({ bytes, start: 1000 }, { start: 5, end: 10 }, 'why'), {
    position: 1005,
    reason: 'why',
    raw: 'bad',
  });
  assert.equal(reject({ bytes, start: 1000 }, { start: 10, end: bytes.length }, 'why').raw, 'y'.repeat(4096));
});

test('what is written reads back the same', () => {
  const records = [
    ['a "b", c', 'two\nlines', '', '"'],
    ['ü', "it's", '\\', '\t', ' blanks '],
  ];
  const header = ['type'];
  const builder = new GroupBuilder();
  for (const [index, fields] of records.entries()) {
    builder.add(header, { position: index, start: 0, end: 0 }, fields, 'utf8');
  }
  const [group] = builder.build();
  const back = [...csvRecords(group?.bytes ?? Buffer.alloc(0))];
  assert.deepEqual(
    back.map(({ fields }) => fields.map((field) => Buffer.from(field, 'latin1').toString('utf8'))),
    records
  );
  assert.deepEqual(
    back.map(({ end }) => end),
    [...(group?.ends ?? [])]
  );
});
