import assert from 'node:assert/strict';
import { test } from 'node:test';
import { closedFiles, parseAccountingFileName } from './fileName.ts';

test('names as PMTA makes them, and with what others add', () => {
  const plain = {
    family: 'acct',
    date: '2026-02-07',
    sequence: 3,
    format: 'csv',
    rotation: '',
    compressed: false,
  };
  const cases: Array<[string, object]> = [
    ['acct-2026-02-07-0003.csv', plain],
    ['/var/log/pmta/acct-2026-02-07-0003.csv', plain],
    ['C:\\pmta\\log\\acct-2026-02-07-0003.CSV', plain],
    ['acct-2026-02-07-12345.csv', { ...plain, sequence: 12_345 }],
    ['acct-main-2026-02-07-0003.csv', { ...plain, family: 'acct-main' }],
    ['acct-2025-01-01-0001-2026-02-07-0003.csv', { ...plain, family: 'acct-2025-01-01-0001' }],
    ['acct-2026-02-07-0003.json', { ...plain, format: 'json' }],
    ['acct-2026-02-07-0003.jsonl', { ...plain, format: 'json' }],
    ['acct-2026-02-07-0003.ndjson', { ...plain, format: 'json' }],
    ['acct-2026-02-07-0003.csv.gz', { ...plain, compressed: true }],
    ['acct-2026-02-07-0003.csv.1', { ...plain, rotation: '.1' }],
    ['acct-2026-02-07-0003.csv-20260207', { ...plain, rotation: '-20260207' }],
    ['acct-2026-02-07-0003.csv-20260207.gz', { ...plain, rotation: '-20260207', compressed: true }],
    ['acct-2026-02-07-0003.json.12.gz', { ...plain, format: 'json', rotation: '.12', compressed: true }],
  ];
  for (const [name, parsed] of cases) {
    assert.deepEqual(parseAccountingFileName(name), parsed, name);
  }
});

test('names of other files', () => {
  const names = [
    'pmta.log',
    'pmta.log.1',
    'pmtahttp.log',
    'acct.csv',
    'acct-2026-02-07.csv',
    'acct-2026-02-07-03.csv',
    'acct-2026-13-07-0003.csv',
    'acct-2026-02-30-0003.csv',
    '-2026-02-07-0003.csv',
    'acct-2026-02-07-0003.txt',
    'acct-2026-02-07-0003.csv.tmp',
    'acct-2026-02-07-0003.csv/',
    '',
  ];
  for (const name of names) {
    assert.equal(parseAccountingFileName(name), null, name);
  }
});

/** Names of the closed files among those named, each with an hour of its time or none. */
function closed(...files: Array<string | [string, number]>): string[] {
  const listed = files.map((file) => {
    const [name, time_ms] = typeof file === 'string' ? [file, null] : file;
    return { name, time_ms };
  });
  return closedFiles(listed).map(({ name }) => name);
}

test('all but the newest of each family, oldest first', () => {
  assert.deepEqual(
    closed(
      'acct-2026-02-07-0001.csv',
      'diag-2026-02-06-0000.csv',
      'pmta.log',
      'acct-2026-02-07-0000.csv',
      'acct-2026-02-06-0012.csv',
      'diag-2026-02-07-0000.csv',
      'acct-2026-02-06-0002.csv',
      'acct-2026-02-06-0000.json'
    ),
    ['diag-2026-02-06-0000.csv', 'acct-2026-02-06-0002.csv', 'acct-2026-02-06-0012.csv', 'acct-2026-02-07-0000.csv']
  );
  assert.deepEqual(closed('acct-2026-02-07-0000.csv'), []);
  assert.deepEqual(closed(), []);
});

test('numbers count as numbers, and times where names do not decide', () => {
  assert.deepEqual(closed('a-2026-02-07-9999.csv', 'a-2026-02-07-10000.csv'), ['a-2026-02-07-9999.csv']);
  assert.deepEqual(closed(['a-2026-02-07-0000.csv.1', 9], ['a-2026-02-07-0000.csv.2', 8]), ['a-2026-02-07-0000.csv.2']);
  assert.deepEqual(closed('a-2026-02-07-0000.csv.1', 'a-2026-02-07-0000.csv'), ['a-2026-02-07-0000.csv.1']);
});

test('a file written later than the newest by name may be the open one', () => {
  // In 2036 the clock was wrong; 0001 is what PMTA writes today.
  const files: Array<[string, number]> = [
    ['a-2026-02-07-0000.csv', 10],
    ['a-2026-02-07-0001.csv', 12],
    ['a-2036-02-07-0000.csv', 11],
  ];
  assert.deepEqual(closed(...files), ['a-2026-02-07-0000.csv']);
  assert.deepEqual(closed(['a-2026-02-07-0000.csv', 10], ['a-2026-02-07-0001.csv', 10]), ['a-2026-02-07-0000.csv']);
  assert.deepEqual(closed(['a-2026-02-07-0000.csv', 10], 'a-2026-02-07-0001.csv'), ['a-2026-02-07-0000.csv']);
});

test('what is compressed is closed, and stands back behind the file that it is made of', () => {
  assert.deepEqual(closed('a-2026-02-07-0000.csv.gz', 'a-2026-02-07-0001.csv.gz'), [
    'a-2026-02-07-0000.csv.gz',
    'a-2026-02-07-0001.csv.gz',
  ]);
  assert.deepEqual(
    closed('a-2026-02-07-0000.csv.gz', 'a-2026-02-07-0000.csv', 'a-2026-02-07-0001.csv', 'a-2026-02-07-0001.csv.gz'),
    ['a-2026-02-07-0000.csv']
  );
});

test('what is known of a file stays with it', () => {
  const files = ['0000', '0001'].map((number) => ({ name: `a-2026-02-07-${number}.csv`, time_ms: 1, size: 5 }));
  const [file] = closedFiles(files);
  assert.equal(file?.size, 5);
  assert.equal(file?.accounting.sequence, 0);
});
