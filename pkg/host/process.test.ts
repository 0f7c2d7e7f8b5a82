import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { statSync, unlinkSync } from 'node:fs';
import { totalmem } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

import { pmtaProcesses, sampleProcesses } from './process.ts';
import { gigabyte, limits, machine } from './test-proc.ts';
import { processUsage } from './usage.ts';

const memory = { resident: 100, virtual: 200 };

test('each process has its figures', () => {
  const roots = machine({
    uptime: 5000.25,
    processes: [
      { pid: 1, name: 'systemd', ...memory },
      {
        pid: 4711,
        name: 'pmtad',
        userTicks: 12_000,
        systemTicks: 345,
        threads: 42,
        startTicks: 200_050,
        resident: 2_097_152,
        virtual: 4_194_304,
        limits: limits(65_536, 8 * gigabyte),
        cgroup: '0::/system.slice/pmta.service\n',
        openFiles: 3,
      },
    ],
    cgroups: { '/system.slice/memory.max': `${4 * gigabyte}\n` },
  });
  const sample = sampleProcesses(pmtaProcesses, null, roots);
  assert.equal(sample.problem, '');
  assert.equal(sample.uptimeSeconds, 5000.25);
  assert(Math.abs(sample.takenMs - Date.now()) < 10_000);
  const [found, ...others] = sample.processes;
  assert.deepEqual(others, []);
  assert.deepEqual(
    { ...found, openFiles: null },
    {
      name: 'pmtad',
      pid: 4711,
      startSeconds: 2000.5,
      startedMs: 1_700_002_000_500,
      cpuSeconds: 123.45,
      threads: 42,
      memoryBytes: 2 * gigabyte,
      memoryCeiling: { bytes: 4 * gigabyte, scope: '/system.slice' },
      virtualBytes: 4 * gigabyte,
      virtualCeiling: { bytes: 8 * gigabyte, scope: 'process 4711' },
      openFiles: null,
      openFilesLimit: 65_536,
    }
  );
  // The size of a folder on a disk is not a number of files; the kernel's own is tried below.
  const folder = statSync(join(roots.proc, '4711/fd'));
  assert.equal(found?.openFiles, folder.size || 3);
});

test('names match whole; what has ended or is half gone is left out', () => {
  const roots = machine({
    uptime: 100,
    processes: [
      { pid: 10, name: 'pmtad', ...memory },
      { pid: 11, name: 'pmtahttp', ...memory },
      { pid: 12, name: 'pmtawatch', ...memory },
      { pid: 13, name: 'pmtad2', ...memory },
      { pid: 14, name: 'x (pmtad)', ...memory },
      { pid: 15, name: 'pmtad', state: 'Z' },
      { pid: 16, name: 'pmtad', state: 'S' },
      { pid: 17, name: 'pmtad', ...memory },
    ],
  });
  unlinkSync(join(roots.proc, '17/stat'));
  const { processes, problem } = sampleProcesses(pmtaProcesses, null, roots);
  assert.deepEqual(processes.map(({ pid }) => pid).sort(), [10, 11, 12]);
  assert.equal(problem, '');
  assert.deepEqual(
    processes.map(({ openFiles, openFilesLimit }) => [openFiles, openFilesLimit]),
    [
      [null, null],
      [null, null],
      [null, null],
    ]
  );
});

test('a machine without PMTA, a hidden one and one without Linux each say what to do', () => {
  const processes = [{ pid: 11, name: 'pmtahttp', ...memory }];
  const absent = sampleProcesses(pmtaProcesses, null, machine({ uptime: 1, processes }));
  assert.match(absent.problem, /^no process named pmtad runs on this machine: start PMTA/);
  assert.equal(absent.processes.length, 1);

  const mounts = 'proc /proc proc rw,gid=27,hidepid=2 0 0\n';
  const hidden = sampleProcesses(pmtaProcesses, null, machine({ uptime: 1, processes, mounts }));
  assert.match(hidden.problem, /hides the processes of other users .*hidepid/);

  const nowhere = { proc: '/nowhere/proc', cgroup: '/nowhere/cgroup' };
  const elsewhere = sampleProcesses(pmtaProcesses, null, nowhere);
  assert.match(elsewhere.problem, /need Linux's \/nowhere\/proc/);
  assert.deepEqual([elsewhere.processes, elsewhere.uptimeSeconds], [[], null]);
});

test('a start is where it was before, though the clock was corrected meanwhile', () => {
  const processes = [{ pid: 10, name: 'pmtad', startTicks: 500, ...memory }];
  const first = sampleProcesses(pmtaProcesses, null, machine({ uptime: 100, processes }));
  const [process] = first.processes;
  assert(process);
  const kept = { ...first, processes: [{ ...process, startedMs: 5 }] };
  const again = sampleProcesses(pmtaProcesses, kept, machine({ uptime: 100, processes }));
  assert.equal(again.processes[0]?.startedMs, 5);
  const restarted = machine({ uptime: 100, processes: [{ pid: 10, name: 'pmtad', startTicks: 900, ...memory }] });
  assert.equal(sampleProcesses(pmtaProcesses, kept, restarted).processes[0]?.startedMs, 1_700_000_009_000);
});

test('the real kernel says of a real process what the process says of itself', { skip: !isLinux() }, async () => {
  const name = 'a (pmta) b c';
  const script = `
    process.title = ${JSON.stringify(name)};
    const held = Array.from({ length: 20 }, () => require('node:fs').openSync('/dev/null'));
    const began = Date.now();
    process.on('message', () => {
      while (process.cpuUsage().user + process.cpuUsage().system < 600_000);
      const { user, system } = process.cpuUsage();
      process.send({ rss: process.memoryUsage.rss(), cpuSeconds: (user + system) / 1e6, held: held.length });
    });
    process.send(began);`;
  const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const [began] = (await once(child, 'message')) as [number];
  try {
    const before = sampleProcesses([name], null);
    child.send('work');
    const [said] = (await once(child, 'message')) as [{ rss: number; cpuSeconds: number; held: number }];
    const sample = sampleProcesses([name], before);
    const found = sample.processes.find(({ pid }) => pid === child.pid);
    assert(found, sample.problem);
    assert(Math.abs(found.memoryBytes - said.rss) < 20e6, `${found.memoryBytes} bytes, says ${said.rss}`);
    assert(found.virtualBytes > found.memoryBytes);
    assert(found.memoryCeiling.bytes <= totalmem() && found.memoryCeiling.bytes > found.memoryBytes);
    assert(Math.abs(found.cpuSeconds - said.cpuSeconds) < 0.2, `${found.cpuSeconds} s, says ${said.cpuSeconds}`);
    assert(Math.abs(found.startedMs - began) < 5000, `${found.startedMs}, says ${began}`);
    assert(found.openFiles !== null && found.openFiles >= said.held + 3 && found.openFiles < said.held + 60);
    assert(found.threads > 1);

    const [used] = processUsage(sample, before);
    assert(before.uptimeSeconds !== null && sample.uptimeSeconds !== null);
    const seconds = sample.uptimeSeconds - before.uptimeSeconds;
    const worked = found.cpuSeconds - (before.processes[0]?.cpuSeconds ?? 0);
    assert(worked > 0.3, `${worked} s`);
    assert.equal(used?.cpuPercent?.toFixed(3), ((worked / seconds) * 100).toFixed(3));
  } finally {
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  assert.match(sampleProcesses([name], null).problem, /^no process named a \(pmta\) b c/);
});

function isLinux(): boolean {
  return process.platform === 'linux';
}
