import assert from 'node:assert/strict';
import { test } from 'node:test';

import { type AccountingState, emptyAccounting } from '../state.ts';
import { rowOfState } from './stateRow.ts';

const timeMs = 1_700_000_000_250;
const state: AccountingState = {
  ...emptyAccounting,
  files: 2,
  lagBytes: 4096,
  lagSeconds: null,
  records: 1000,
  duplicates: 40,
  rejects: 3,
  lostBytes: 7,
  problems: ['acct.csv cannot be read'],
  error: 'acct.csv cannot be read',
};
const rest = {
  node: 'mta1',
  time: '2023-11-14 22:13:20.250',
  files: 2,
  lag_bytes: 4096,
  lag_seconds: null,
  lost_bytes: 7,
  error: 'acct.csv cannot be read',
};

test('a first row counts nothing: what the journal had before was stored at another time', () => {
  assert.deepEqual(rowOfState('mta1', state, null, 5000, timeMs), {
    ...rest,
    interval_seconds: 0,
    records: 0,
    duplicates: 0,
    rejects: 0,
  });
});

test('a row has what was counted since the one before, and in how many seconds', () => {
  const previous = { atMs: 5000, totals: { ...state, records: 400, duplicates: 40, rejects: 1 } };
  assert.deepEqual(rowOfState('mta1', { ...state, lagSeconds: 12 }, previous, 20_500, timeMs), {
    ...rest,
    lag_seconds: 12,
    interval_seconds: 15.5,
    records: 600,
    duplicates: 0,
    rejects: 2,
  });
});
