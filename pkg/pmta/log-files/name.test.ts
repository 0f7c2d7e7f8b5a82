import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isPlainFileName } from './name.ts';

test('names of files in a folder', () => {
  const names = ['acct-2026-02-07-0003.csv', 'pmta.log.1', 'bücher 1.csv', 'a%2Fb.csv', '.hidden', 'x'.repeat(255)];
  for (const name of names) {
    assert.ok(isPlainFileName(name), name);
  }
});

test('what leads out of the folder, or is no name', () => {
  const names = [
    '',
    '.',
    '..',
    '../acct.csv',
    'a/b.csv',
    '/etc/passwd',
    'a\\b.csv',
    'C:\\x.csv',
    'a..b',
    'a\nb',
    'a\0.csv',
    'a\u0085b',
    'x'.repeat(256),
    'ü'.repeat(128),
  ];
  for (const name of names) {
    assert.ok(!isPlainFileName(name), JSON.stringify(name));
  }
});
