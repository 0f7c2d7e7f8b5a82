import assert from 'node:assert/strict';
import { test } from 'node:test';

import { rowsOfDisks, rowsOfProcesses } from './hostRows.ts';

const timeMs = 1_700_000_000_250;

test('a process is a row in the units of its columns', () => {
  const usage = {
    process: 'pmtad',
    memoryBytes: 1024,
    memoryPercent: 12.5,
    virtualBytes: 4096,
    virtualPercent: 25,
    cpuPercent: 150,
    openFiles: 20,
    openFilesLimit: 65_536,
    threads: 8,
    startedMs: 1_600_000_000_000,
  };
  const row = {
    node: 'mta1',
    time: '2023-11-14 22:13:20.250',
    process: 'pmtad',
    memory_bytes: 1024,
    memory_percent: 12.5,
    virtual_bytes: 4096,
    virtual_percent: 25,
    cpu_percent: 150,
    open_files: 20,
    open_files_limit: 65_536,
    threads: 8,
    started_time: '2020-09-13 12:26:40.000',
  };
  const unknown = { cpuPercent: null, openFiles: null, openFilesLimit: null };
  assert.deepEqual(rowsOfProcesses('mta1', timeMs, [usage, { ...usage, process: 'pmtahttp', ...unknown }]), [
    row,
    { ...row, process: 'pmtahttp', cpu_percent: null, open_files: null, open_files_limit: null },
  ]);
  assert.deepEqual(rowsOfProcesses('mta1', timeMs, []), []);
});

test('a folder is a row that tells its file system', () => {
  const disk = {
    folder: '/var/spool/pmta',
    filesystem: '64769',
    usedPercent: 73.7,
    freeBytes: 1_000_000,
    totalBytes: 4_000_000,
    inodesPercent: null,
  };
  assert.deepEqual(rowsOfDisks('mta1', timeMs, [disk]), [
    {
      node: 'mta1',
      time: '2023-11-14 22:13:20.250',
      folder: '/var/spool/pmta',
      filesystem: '64769',
      used_percent: 73.7,
      free_bytes: 1_000_000,
      total_bytes: 4_000_000,
      inodes_percent: null,
    },
  ]);
});
