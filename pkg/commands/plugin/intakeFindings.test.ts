import assert from 'node:assert/strict';
import { test } from 'node:test';

import { type AccountingState, emptyAccounting } from '../../intake/state.ts';
import { intakeFindings } from './intakeFindings.ts';
import type { NodeReport } from './intakeReport.ts';
import { nodeIntake } from './test-dataSource.ts';

const nowMs = Date.UTC(2026, 2, 2);
const byFiles = { files: ['/log/*.csv'], pull: false, receive: false };
const posted = { files: [], pull: false, receive: true };

function report(accounting: Partial<AccountingState>, fields: Partial<NodeReport> = {}): NodeReport {
  return {
    ...nodeIntake('mta1', { accounting: { ...emptyAccounting, files: 2, ...accounting } }),
    rejectReasons: [],
    ...fields,
  };
}

function line(accounting: Partial<AccountingState>): string | undefined {
  return intakeFindings('mta1', byFiles, report(accounting), ['2 accounting files'], '', nowMs)[0]?.text;
}

test('one line tells how much has come in, and how late', () => {
  assert.equal(line({}), 'mta1: 2 accounting files, up to date');
  assert.equal(
    line({ records: 12_000_000, recordsPerSecond: 849.6, lagBytes: 3_000_000, lagSeconds: 40, duplicates: 12 }),
    'mta1: 2 accounting files, 40 s and 3.0 MB behind, 850 records/s, 12 M records stored, 12 duplicates left out'
  );
  assert.equal(line({ lagBytes: 512, lagSeconds: null }), 'mta1: 2 accounting files, 512 B behind');
  assert.equal(
    line({ files: 0 }),
    'mta1: 2 accounting files',
    'before the first look nothing is said to be up to date'
  );
});

test('a node that only receives is told when the last batch came', () => {
  const of = (receivedMs: number | null, accounting: Partial<AccountingState> = {}) =>
    intakeFindings('mta1', posted, report({ files: 0, ...accounting }, { receivedMs }), [], '', nowMs);
  assert.deepEqual(of(null), [{ kind: 'ok', text: 'mta1: no batch received yet' }]);
  assert.deepEqual(of(nowMs - 300_000, { records: 850 }), [
    { kind: 'ok', text: 'mta1: last batch received 5 min ago, 850 records stored' },
  ]);
});

test('each source that fails is a failure, but for what the store says itself', () => {
  const storeError = 'The disk of the store is full.';
  const problems = ['mta1 refused /logs (HTTP 403)', storeError, 'acct.csv cannot be read'];
  assert.deepEqual(intakeFindings('mta1', byFiles, report({ problems }), [], storeError, nowMs), [
    { kind: 'failed', text: 'mta1 refused /logs (HTTP 403)' },
    { kind: 'failed', text: 'mta1: acct.csv cannot be read' },
  ]);
});

test('records that were rejected or lost, and a host that cannot be measured, are notes', () => {
  const rejectReasons = [
    { reason: 'timeLogged is not a time', count: 4, lastMs: 1, path: '/log/b.csv' },
    { reason: 'unknown record type', count: 1, lastMs: 1, path: '/log/a.csv' },
  ];
  const hostProblems = ['no process named pmtad runs on this machine'];
  const [, ...notes] = intakeFindings(
    'mta1',
    byFiles,
    report({ rejects: 5, lostBytes: 2000 }, { rejectReasons, hostProblems }),
    ['1 accounting file'],
    '',
    nowMs
  );
  assert.deepEqual(
    notes.map(({ kind, text }) => `${kind} ${text}`),
    [
      'note mta1: 5 records could not be read, most often: timeLogged is not a time (/log/b.csv)',
      'note mta1: 2.0 kB of accounting were deleted or cut off before they could be read: keep the files longer ' +
        '(delete-after of the acct-file)',
      'note mta1: no process named pmtad runs on this machine',
    ]
  );
});

test('a node without accounting has nothing to tell', () => {
  const none = { files: [], pull: false, receive: false };
  assert.deepEqual(intakeFindings('mta1', none, report({ files: 0 }), [], '', nowMs), []);
  assert.deepEqual(intakeFindings('mta1', none, undefined, [], '', nowMs), []);
});
