import assert from 'node:assert/strict';
import { test } from 'node:test';

import { csvRecords } from './csvRecords.ts';
import { recordEnds, wholeRecords } from './records.ts';

const fields = (text: string) => [...csvRecords(Buffer.from(text, 'latin1'))].map((record) => record.fields);

test('fields with and without quotes, in lines of either end', () => {
  assert.deepEqual(fields('a,"b,c",\r\n"d ""e""","f\ng"\n"",h'), [
    ['a', 'b,c', ''],
    ['d "e"', 'f\ng'],
    ['', 'h'],
  ]);
});

test('a quote inside a field is one of its text', () => {
  assert.deepEqual(fields('5" pipe, "b,c"\nd\n'), [['5" pipe', ' "b', 'c"'], ['d']]);
});

test('blanks behind a closing quote are dropped; where other text stands there, neither quote was one', () => {
  assert.deepEqual(fields('"a" \t,"b" x,"c"\r\n"d"\rx,"e,f"g\n'), [
    ['a', '"b" x', 'c'],
    ['"d"\rx', '"e', 'f"g'],
  ]);
});

test('a record that was cut off inside a field takes none of those behind it along', () => {
  const text = 'd,1,"cut\r\nd,2,"whole, ""x"""\r\nd,3,x\r\n';
  assert.deepEqual(fields(text), [
    ['d', '1', '"cut'],
    ['d', '2', 'whole, "x"'],
    ['d', '3', 'x'],
  ]);
  assert.deepEqual(wholeRecords(Buffer.from(text)), { records: 3, end: text.length });
});

test('a quote that is never closed holds all that follows', () => {
  assert.deepEqual(fields('a,"b\nc,d\n'), [['a', 'b\nc,d\n']]);
});

test('a carriage return alone is text, in front of the end it is none', () => {
  assert.deepEqual(fields('a\rb,c\r'), [['a\rb', 'c']]);
});

test('lines without text are no records, and places tell which bytes a record takes', () => {
  const bytes = Buffer.from('a,b\r\n\r\n \n\0\0c\n');
  const records = [...csvRecords(bytes)];
  assert.deepEqual(
    records.map(({ start, end }) => bytes.toString('utf8', start, end)),
    ['a,b\r\n', '\0\0c\n']
  );
  assert.deepEqual(records[1]?.fields, ['c']);
});

test('records end where pieces are cut, whatever the bytes', () => {
  const alphabet = ['"', ',', '\n', '\r', ' ', 'a', '\0', '\xef\xbb\xbf', 'type,'];
  let state = 1;
  for (let round = 0; round < 20_000; round++) {
    const text = Array.from({ length: 12 }, () => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fff_ffff;
      return alphabet[(state >>> 8) % alphabet.length];
    }).join('');
    const bytes = Buffer.from(text, 'latin1');
    const cuts = new Set(recordEnds(bytes));
    const ends = [...csvRecords(bytes)].map(({ end }) => end);
    assert.ok(
      ends.every((end) => cuts.has(end) || end === bytes.length),
      JSON.stringify(text)
    );
    // Where a line has no text there is a cut but no record.
    let from = 0;
    for (const cut of cuts) {
      const part = fields(text.slice(from, cut));
      assert.ok(part.length <= 1, JSON.stringify(text));
      from = cut;
    }
  }
});

test('a piece ends in front of a header, also behind a byte order mark', () => {
  for (const header of ['type,timeLogged\n', '"Type",x\n', '\uFEFFtype,x\n', '\0\0type,x\n']) {
    assert.deepEqual(wholeRecords(Buffer.from(`d,1\n${header}d,2\n`)), { records: 1, end: 4 }, header);
    assert.equal(wholeRecords(Buffer.from(`${header}d,2\n`)).records, 2, header);
  }
});

test('a quote that stands alone swallows no record', () => {
  assert.deepEqual(wholeRecords(Buffer.from('a,5" pipe\nb,c\nd,"e\n"\n')), { records: 3, end: 21 });
});

test('records without quotes take time in proportion to their bytes', () => {
  const bytes = Buffer.from('rb,1790000000,x\n'.repeat(500_000));
  const started = performance.now();
  assert.equal(wholeRecords(bytes).records, 500_000);
  assert.ok(performance.now() - started < 5_000);
});
