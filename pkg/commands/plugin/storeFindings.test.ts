import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { StoreReport } from './intakeReport.ts';
import { storeFindings } from './storeFindings.ts';

const store: StoreReport = {
  error: '',
  code: null,
  bytes: 3.12e9,
  tables: [],
  records: 42e6,
  oldestMs: Date.UTC(2026, 8, 1, 5),
  retentionDays: 90,
  freeBytes: 120e9,
  diskBytes: 500e9,
  fullInDays: 400,
};
const line = 'store: 3.1 GB, 42 M records since 2026-09-01, kept for 90 days, 120 GB free';

test('the size of the store is one line of the details', () => {
  assert.deepEqual(storeFindings(store), [{ kind: 'info', text: line }]);
  assert.deepEqual(storeFindings({ ...store, records: 0, oldestMs: null, freeBytes: null, diskBytes: null }), [
    { kind: 'info', text: 'store: 3.1 GB, 0 records, kept for 90 days' },
  ]);
});

test('a disk that is nearly full is a note, with how long it will do where that can be said', () => {
  const note = (fields: Partial<StoreReport>) => storeFindings({ ...store, ...fields })[1];
  assert.equal(note({ freeBytes: 50e9 }), undefined);
  assert.deepEqual(note({ freeBytes: 35e9, fullInDays: 12.7 }), {
    kind: 'note',
    text:
      "the store's disk is 93 % full (35 GB free, enough for 12 days at the pace of the last 24 hours): free or add " +
      'space, or keep records for fewer days',
  });
  assert.match(note({ freeBytes: 35e9, fullInDays: 0.5 })?.text ?? '', /enough for 12 hours at/);
  assert.match(note({ freeBytes: 35e9, fullInDays: null })?.text ?? '', /\(35 GB free\): free or add space/);
  assert.match(note({ freeBytes: 0, fullInDays: 0 })?.text ?? '', /100 % full \(0 B free/);
});

test('a store that takes nothing is a failure, with its size where it can be read', () => {
  const error = 'The store is in use.';
  const failed = { kind: 'failed', text: error };
  assert.deepEqual(storeFindings({ error, code: 'locked' }), [failed]);
  assert.deepEqual(storeFindings({ ...store, error, code: 'locked' }), [failed, { kind: 'info', text: line }]);
});

test('of a full disk it is said that the intake goes on by itself', () => {
  const [failed] = storeFindings({ error: 'The disk of the store is full.', code: 'disk-full' });
  assert.equal(
    failed?.text,
    'The disk of the store is full. Intake then resumes by itself; nothing is lost meanwhile as long as PMTA keeps its ' +
      'accounting files.'
  );
});
