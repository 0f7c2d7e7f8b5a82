import assert from 'node:assert/strict';
import { test } from 'node:test';

import { csvRecords } from '../../../pmta/accounting/csvRecords.ts';
import { readJsonRecords } from './json.ts';

const read = (text: string) => {
  const { groups, rejects } = readJsonRecords(Buffer.from(text), 100);
  const records = groups.flatMap(({ header, bytes }) =>
    [...csvRecords(bytes)].map(({ fields }) =>
      Object.fromEntries(
        fields.map((field, index) => [header[index] ?? '', Buffer.from(field, 'latin1').toString('utf8')])
      )
    )
  );
  return { groups, records, rejects };
};

test('members are columns by their names, texts or not', () => {
  const { records } = read(
    `{"Type":"d","timelogged":1700000000,"rcpt":"\\u00fc \\"{}\\" \\ud83d\\udc8c\\n","dlvSize":12345678901234567890,"orig":null,
      "header_X-Job":"spring","odd":{"list":[1.0,true,"x"]}}`
  );
  assert.deepEqual(records, [
    {
      type: 'd',
      timeLogged: '1700000000',
      rcpt: 'ü "{}" 💌\n',
      dlvSize: '12345678901234567890',
      orig: '',
      'header_x-job': 'spring',
      odd: '{"list":[1.0,true,"x"]}',
    },
  ]);
});

test('records that name different columns go under one header, the others empty', () => {
  const { groups, records } = read(
    '[{"type":"d","timeLogged":"1700000000","rcpt":"a"},\n{"queue":"q/v","type":"tq","timeLogged":"1700000001"}]\n'
  );
  assert.equal(groups.length, 1);
  assert.deepEqual(records, [
    { type: 'd', timeLogged: '1700000000', rcpt: 'a', queue: '' },
    { type: 'tq', timeLogged: '1700000001', rcpt: '', queue: 'q/v' },
  ]);
});

test('names that never end do not make a table that never ends', () => {
  const lines = Array.from({ length: 1200 }, (_, n) => `{"type":"d","timeLogged":"1700000000","x${n}":"${n}"}\n`);
  const { groups, records } = read(lines.join(''));
  assert.ok(groups.every(({ header }) => header.length <= 500));
  assert.equal(groups.length, 3);
  assert.equal(records.length, 1200);
  assert.ok(records.every((record, n) => record[`x${n}`] === String(n)));
});

test('two spellings of one name do not hide each other', () => {
  const { records } = read('{"type":"d","timeLogged":"1700000000","jobId":"7","JOBID":""}');
  assert.equal(records[0]?.jobId, '7');
});

test('bad records are told with offset, reason and text', () => {
  const good = '{"type":"d","timeLogged":"1700000000"}';
  const lines = [
    good,
    '{"type":"d" "timeLogged":1}',
    'no object',
    '{"type":"q","timeLogged":"1700000000"}',
    '{}',
    good,
  ];
  const text = lines.join('\n');
  const { records, rejects } = read(text);
  assert.equal(records.length, 2);
  assert.deepEqual(rejects, [
    { position: 100 + text.indexOf(lines[1] ?? ''), reason: 'cannot be read as a JSON object', raw: lines[1] },
    { position: 100 + text.indexOf('no object'), reason: 'cannot be read as a JSON object', raw: 'no object' },
    { position: 100 + text.indexOf(lines[3] ?? ''), reason: 'unknown record type "q"', raw: lines[3] },
    { position: 100 + text.indexOf('{}'), reason: 'unknown record type ""', raw: '{}' },
  ]);
});

test('an object that is never closed is told; what closes an array is nothing', () => {
  const cut = read('{"type":"d","timeLogged":"1700000000"},\n{"type":"d","timeLog');
  assert.equal(cut.records.length, 1);
  assert.deepEqual(cut.rejects, [
    { position: 140, reason: 'cannot be read as a JSON object', raw: '{"type":"d","timeLog' },
  ]);
  assert.deepEqual(read('\n]\n'), { groups: [], records: [], rejects: [] });
});
