import assert from 'node:assert/strict';
import { test } from 'node:test';

import { jsonPieces, wholeJsonRecords } from './jsonRecords.ts';

const pieces = (text: string) => {
  const bytes = Buffer.from(text);
  return [...jsonPieces(bytes)].map(({ start, end }) => bytes.toString('utf8', start, end));
};

const records = [
  '{"type":"d","dsnDiag":"smtp;250 {OK} \\"x\\" \\\\"}',
  '{"type":"b",\r\n  "nested": {"list": [1, {"a": "}"}]},\r\n  "rcpt": "\\u00fc\\ud83d\\udc8c ü💌"\r\n}',
  '{ "type": "t", "path": "c:\\\\", "n": -1.5e3, "empty": "" }',
];
const framings = {
  lines: records.map((record) => `${record}\n`).join(''),
  array: `[\n${records.join(',\r\n')}\n]\n`,
  concatenated: records.join(''),
  arrays: `\uFEFF[${records.join(',')}][]\0\0`,
};

test('one object a line, an array, or objects one after the other', () => {
  for (const [name, text] of Object.entries(framings)) {
    assert.deepEqual(pieces(text), records, name);
    assert.deepEqual(wholeJsonRecords(Buffer.from(text)), { records: 3, end: Buffer.byteLength(text) }, name);
  }
});

test('a file that ends anywhere is cut between records only, and what comes later is read then', () => {
  for (const [name, text] of Object.entries(framings)) {
    const bytes = Buffer.from(text);
    for (let length = 0; length <= bytes.length; length++) {
      const { end } = wholeJsonRecords(bytes.subarray(0, length));
      const rest = bytes.subarray(end);
      const read = [...pieces(bytes.toString('utf8', 0, end)), ...pieces(rest.toString('utf8'))];
      assert.deepEqual(read, records, `${name} ${length}`);
    }
  }
});

test('what stands between objects takes none of them along', () => {
  assert.deepEqual(pieces('garbage\n{"type":"d"}\nmore {garbage} {"type":"b"}x{ "type":"t"}\n'), [
    'garbage\n',
    '{"type":"d"}',
    'more {garbage} ',
    '{"type":"b"}',
    'x',
    '{ "type":"t"}',
  ]);
});

test('an object that was cut off takes none of the records behind it along', () => {
  const next = '{"type":"b"}';
  for (const cut of ['{"type":"d","rcpt":"x', '{"type":"d","rcpt":"x"', '{"type":"d",', '{"type":"d","a":{"b":', '{']) {
    const found = pieces(`${cut}\n${next}\n`);
    assert.deepEqual(found.slice(-1), [next], cut);
    assert.equal(found.length, 2, cut);
  }
});

test('an object that is not whole yet is waited for', () => {
  for (const text of ['{"type":"d"', '{"type":"d","rcpt":"x', '{"a":{"b":1}', '{"a":"}', 'garb', '{"a":"\\"}']) {
    assert.deepEqual(wholeJsonRecords(Buffer.from(`{"type":"t"}\n${text}`)), { records: 1, end: 13 }, text);
  }
});
