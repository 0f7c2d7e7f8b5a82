import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after } from 'node:test';

import type { HostRoots } from './process.ts';

/** A process of a made-up machine; what is undefined has no file. */
export interface MadeProcess {
  pid: number;
  name: string;
  state?: string;
  userTicks?: number;
  systemTicks?: number;
  threads?: number;
  startTicks?: number;
  /** Kilobytes; without, the process has no memory of its own, as one that has ended. */
  resident?: number;
  virtual?: number;
  limits?: string;
  cgroup?: string;
  openFiles?: number;
}

export interface MadeMachine {
  uptime: number;
  meminfo?: string;
  overcommit?: number;
  mounts?: string;
  processes: MadeProcess[];
  /** Content by path below the root of control groups. */
  cgroups?: Record<string, string>;
}

export const gigabyte = 1024 ** 3;

/** 8 GiB of memory, 2 of swap, 5 that the kernel would promise. */
const meminfo = 'MemTotal:  8388608 kB\nMemFree: 1 kB\nSwapTotal:  2097152 kB\nCommitLimit:  5242880 kB\n';

/** Roots of a folder that looks as the kernel's files of a machine; gone after the tests of the file. */
export function machine(made: MadeMachine): HostRoots {
  const folder = mkdtempSync(join(tmpdir(), 'pmta-proc-'));
  after(() => rmSync(folder, { recursive: true }));
  const write = (path: string, content: string) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  };
  write('proc/meminfo', made.meminfo ?? meminfo);
  write('proc/uptime', `${made.uptime} 17.5\n`);
  write('proc/stat', 'cpu  1 2 3\nctxt 5\nbtime 1700000000\nprocesses 9\n');
  write('proc/sys/vm/overcommit_memory', `${made.overcommit ?? 0}\n`);
  write('proc/self/mounts', made.mounts ?? 'proc /proc proc rw,nosuid,relatime 0 0\n');
  for (const process of made.processes) {
    writeProcess(process, (file, content) => write(`proc/${process.pid}/${file}`, content));
  }
  for (const [path, content] of Object.entries(made.cgroups ?? {})) {
    write(join('cgroup', path), content);
  }
  return { proc: join(folder, 'proc'), cgroup: join(folder, 'cgroup') };
}

function writeProcess(process: MadeProcess, write: (file: string, content: string) => void): void {
  write('stat', statLine(process));
  const memory =
    process.resident === undefined ? '' : `VmSize:\t ${process.virtual ?? 0} kB\nVmRSS:\t ${process.resident} kB\n`;
  write('status', `Name:\t${process.name}\n${memory}Threads:\t1\n`);
  if (process.limits !== undefined) {
    write('limits', process.limits);
  }
  if (process.cgroup !== undefined) {
    write('cgroup', process.cgroup);
  }
  for (let file = 0; file < (process.openFiles ?? 0); file++) {
    write(`fd/${file}`, '');
  }
}

/** A line of `/proc/PID/stat`. */
export function statLine({
  pid,
  name,
  state = 'S',
  userTicks = 0,
  systemTicks = 0,
  threads = 1,
  startTicks = 0,
}: MadeProcess): string {
  return `${pid} (${name}) ${state} 1 2 3 0 -1 4194560 50 60 0 0 ${userTicks} ${systemTicks} 7 8 20 0 ${threads} 0 ${startTicks} 9 10 18446744073709551615 1 1\n`;
}

/** The content of `/proc/PID/limits`. */
export function limits(openFiles: number | 'unlimited', addressSpace: number | 'unlimited' = 'unlimited'): string {
  return [
    'Limit                     Soft Limit           Hard Limit           Units     ',
    `Max open files            ${String(openFiles).padEnd(20)} 1048576              files     `,
    `Max address space         ${String(addressSpace).padEnd(20)} unlimited            bytes     `,
    'Max realtime timeout      unlimited            unlimited            us        ',
  ].join('\n');
}
