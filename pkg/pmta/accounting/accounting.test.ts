import assert from 'node:assert/strict';
import { test } from 'node:test';

import { canonicalName } from './fields.ts';
import { HeaderError, isHeader, parseHeader } from './header.ts';
import { wholeRecords } from './records.ts';

test('column names have one spelling, whatever the file says', () => {
  assert.equal(canonicalName('ENVID'), 'envId');
  assert.equal(canonicalName(' timelogged '), 'timeLogged');
  assert.equal(canonicalName('header_X-Job'), 'header_x-job');
});

test('a header is read with byte order mark, quotes and either line end', () => {
  assert.deepEqual(parseHeader('\uFEFFtype,timeLogged,"rcpt"\r\n'), ['type', 'timeLogged', 'rcpt']);
  assert.deepEqual(parseHeader('TYPE,TIMELOGGED,header_X\n'), ['type', 'timeLogged', 'header_x']);
});

test('what is no header is refused with its beginning', () => {
  for (const line of ['d,2026-01-01 00:00:00+0000,x\n', '', 'type\n', '"unclosed', '{"type":"d"}\n']) {
    assert.throws(() => parseHeader(line), HeaderError, line);
  }
  assert.ok(isHeader(['Type', 'timeLogged']));
  assert.ok(!isHeader(['d', 'type']));
});

test('whole records end at line feeds outside quotes', () => {
  const records = (text: string, most?: number) => wholeRecords(Buffer.from(text), most);
  assert.deepEqual(records('a,b\nc,d\n'), { records: 2, end: 8 });
  assert.deepEqual(records('a,b\nc,'), { records: 1, end: 4 });
  assert.deepEqual(records('a,"x\ny"\nc,"un\nfinished'), { records: 1, end: 8 });
  assert.deepEqual(records('a,"say ""hi""\n"\r\n'), { records: 1, end: 17 });
  assert.deepEqual(records('a\nb\nc\n', 1), { records: 1, end: 2 });
  assert.deepEqual(records(''), { records: 0, end: 0 });
});
