import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { HostProcess, ProcessSample } from './process.ts';
import { processUsage } from './usage.ts';

const pmtad: HostProcess = {
  name: 'pmtad',
  pid: 10,
  startSeconds: 50,
  startedMs: 5000,
  cpuSeconds: 100,
  threads: 4,
  memoryBytes: 300,
  memoryCeiling: { bytes: 1000, scope: 'machine' },
  virtualBytes: 800,
  virtualCeiling: { bytes: 2000, scope: 'machine' },
  openFiles: 7,
  openFilesLimit: 100,
};

const sampleOf = (uptimeSeconds: number | null, ...processes: HostProcess[]): ProcessSample => ({
  takenMs: 0,
  uptimeSeconds,
  processes,
  problem: '',
});

const before = sampleOf(1000, pmtad);

function cpuOf(sample: ProcessSample, previous: ProcessSample | null): number | null | undefined {
  return processUsage(sample, previous)[0]?.cpuPercent;
}

test('processes of one name are summed up, names are not mixed', () => {
  const second = { ...pmtad, pid: 11, startedMs: 9000, openFiles: 3, threads: 1 };
  const web = { ...pmtad, name: 'pmtahttp', pid: 12, openFiles: null };
  assert.deepEqual(processUsage(sampleOf(1000, pmtad, web, second), null), [
    {
      process: 'pmtad',
      memoryBytes: 600,
      memoryPercent: 60,
      virtualBytes: 1600,
      virtualPercent: 80,
      cpuPercent: null,
      openFiles: 10,
      openFilesLimit: 200,
      threads: 5,
      startedMs: 5000,
    },
    {
      process: 'pmtahttp',
      memoryBytes: 300,
      memoryPercent: 30,
      virtualBytes: 800,
      virtualPercent: 40,
      cpuPercent: null,
      openFiles: null,
      openFilesLimit: 100,
      threads: 4,
      startedMs: 5000,
    },
  ]);
  assert.deepEqual(processUsage(sampleOf(1000), before), []);
});

test('a sum of open files with an unknown part is unknown', () => {
  const [usage] = processUsage(sampleOf(1, pmtad, { ...pmtad, pid: 11, openFiles: null, openFilesLimit: null }), null);
  assert.deepEqual([usage?.openFiles, usage?.openFilesLimit], [null, null]);
});

test('CPU is the time used since the sample before, in percent of one core', () => {
  assert.equal(cpuOf(sampleOf(1010, { ...pmtad, cpuSeconds: 125 }), before), 250);
  assert.equal(cpuOf(sampleOf(1010, pmtad), before), 0);
  const two = sampleOf(1000, pmtad, { ...pmtad, pid: 11 });
  const later = sampleOf(1010, { ...pmtad, cpuSeconds: 101 }, { ...pmtad, pid: 11, cpuSeconds: 102 });
  assert.equal(cpuOf(later, two), 30);
});

test('without a sample to compare with, CPU is unknown', () => {
  assert.equal(cpuOf(before, null), null);
  assert.equal(cpuOf(before, before), null);
  assert.equal(cpuOf(before, sampleOf(null)), null);
  assert.equal(cpuOf(before, sampleOf(1005, pmtad)), null);
  // Running before, but not seen then.
  assert.equal(cpuOf(sampleOf(1010, { ...pmtad, pid: 11, cpuSeconds: 500 }), before), null);
});

test('a restart is not a negative: the new process counts with what it has used', () => {
  const restarted = { ...pmtad, pid: 11, startSeconds: 1004, cpuSeconds: 2 };
  assert.equal(cpuOf(sampleOf(1010, restarted), before), 20);
  assert.equal(cpuOf(sampleOf(1010, { ...restarted, pid: 10 }), before), 20);
  // Two of which one has ended: only the other's time is known.
  const two = sampleOf(1000, pmtad, { ...pmtad, pid: 11, cpuSeconds: 900 });
  assert.equal(cpuOf(sampleOf(1010, { ...pmtad, cpuSeconds: 105 }), two), 50);
});
