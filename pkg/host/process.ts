import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

import { type Ceiling, memoryCeiling, virtualCeiling } from './ceiling.ts';
import {
  bytesOf,
  hidesProcesses,
  parseBootTime,
  parseStat,
  parseUptime,
  type ProcessStat,
  softLimit,
} from './procText.ts';
import { readText } from './readText.ts';

/** PMTA's processes: the mail engine, the server of the HTTP monitor, the watchdog. */
export const pmtaProcesses = ['pmtad', 'pmtahttp', 'pmtawatch'] as const;

/** Where the kernel shows its figures. */
export interface HostRoots {
  proc: string;
  cgroup: string;
}

export const hostRoots: HostRoots = { proc: '/proc', cgroup: '/sys/fs/cgroup' };

/** One running process. */
export interface HostProcess {
  name: string;
  pid: number;
  /** After the start of the machine; with the PID, the process's identity. */
  startSeconds: number;
  startedMs: number;
  cpuSeconds: number;
  threads: number;
  /** Resident memory. */
  memoryBytes: number;
  memoryCeiling: Ceiling;
  virtualBytes: number;
  virtualCeiling: Ceiling;
  /** Null where the kernel does not tell: before Linux 6.2, of processes of another user. */
  openFiles: number | null;
  /** Null for no limit. */
  openFilesLimit: number | null;
}

export interface ProcessSample {
  takenMs: number;
  /** Since the start of the machine: a clock that nobody sets. Null where nothing could be read. */
  uptimeSeconds: number | null;
  processes: HostProcess[];
  /** Why there are no figures of the first name, and what to do; else empty. */
  problem: string;
}

/**
 * Looks up the processes of some names and their use of this machine. Needs Linux; elsewhere there is only the problem.
 * A process that ends meanwhile, or has ended and is not yet reaped, is left out.
 *
 * @param names as in `/proc/PID/comm`, at most 15 characters; the first is expected to run
 * @param previous the sample before, for starting times that do not waver with corrections of the clock
 */
export function sampleProcesses(
  names: readonly string[],
  previous: ProcessSample | null,
  roots: HostRoots = hostRoots
): ProcessSample {
  const read = (path: string) => readText(join(roots.proc, path));
  const meminfo = read('meminfo') ?? '';
  const memoryBytes = bytesOf(meminfo, 'MemTotal');
  const uptimeSeconds = parseUptime(read('uptime') ?? '');
  const bootMs = parseBootTime(read('stat') ?? '');
  const takenMs = Date.now();
  if (memoryBytes === undefined || uptimeSeconds === undefined || bootMs === undefined) {
    const problem = `figures of processes need Linux's ${roots.proc} (meminfo, stat and uptime), which cannot be read here`;
    return { takenMs, uptimeSeconds: null, processes: [], problem };
  }
  const overcommit = read('sys/vm/overcommit_memory') ?? '';
  const processes = findProcesses(names, roots.proc).flatMap(({ pid, stat }) => {
    const status = read(`${pid}/status`) ?? '';
    const limits = read(`${pid}/limits`) ?? '';
    const resident = bytesOf(status, 'VmRSS');
    const virtual = bytesOf(status, 'VmSize');
    if (resident === undefined || virtual === undefined) {
      return [];
    }
    const known = previous?.processes.find((other) => isSame(other, { pid, startSeconds: stat.startSeconds }));
    const found: HostProcess = {
      name: stat.name,
      pid,
      startSeconds: stat.startSeconds,
      startedMs: known?.startedMs ?? bootMs + stat.startSeconds * 1000,
      cpuSeconds: stat.cpuSeconds,
      threads: stat.threads,
      memoryBytes: resident,
      memoryCeiling: memoryCeiling(read(`${pid}/cgroup`) ?? '', roots.cgroup, memoryBytes),
      virtualBytes: virtual,
      virtualCeiling: virtualCeiling(limits, meminfo, overcommit, pid),
      openFiles: countOpenFiles(join(roots.proc, `${pid}/fd`)),
      openFilesLimit: softLimit(limits, 'Max open files'),
    };
    return [found];
  });
  const expected = names[0];
  const problem =
    expected === undefined || processes.some(({ name }) => name === expected)
      ? ''
      : missing(expected, hidesProcesses(read('self/mounts') ?? ''), roots.proc);
  return { takenMs, uptimeSeconds, processes, problem };
}

/** Whether both are the same process: a PID alone is used again. */
export function isSame(
  a: Pick<HostProcess, 'pid' | 'startSeconds'>,
  b: Pick<HostProcess, 'pid' | 'startSeconds'>
): boolean {
  return a.pid === b.pid && a.startSeconds === b.startSeconds;
}

function findProcesses(names: readonly string[], proc: string): Array<{ pid: number; stat: ProcessStat }> {
  return readdirSync(proc)
    .filter((entry) => /^\d+$/.test(entry))
    .flatMap((entry) => {
      const stat = parseStat(readText(join(proc, entry, 'stat')) ?? '');
      const wanted = stat && names.includes(stat.name) && stat.state !== 'Z' && stat.state !== 'X';
      return wanted ? [{ pid: Number(entry), stat }] : [];
    });
}

function countOpenFiles(folder: string): number | null {
  try {
    // Since Linux 6.2 the folder's size is their number, for everyone to see; before, its size is 0.
    return statSync(folder).size || readdirSync(folder).length;
  } catch {
    return null;
  }
}

function missing(name: string, hidden: boolean, proc: string): string {
  return hidden
    ? `no process named ${name} can be seen: ${proc} hides the processes of other users (mounted with hidepid); ` +
        'add the user of this program to the group that its gid= option names, or run it as the user of PMTA'
    : `no process named ${name} runs on this machine: start PMTA; ` +
        'if this program is in a container, give it the PID namespace of the host';
}
