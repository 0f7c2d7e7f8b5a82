import { join } from 'node:path';

import { bytesOf, softLimit } from './procText.ts';
import { readText } from './readText.ts';

/** What a process can have at most of something. */
export interface Ceiling {
  bytes: number;
  /** Equal for processes that share it, and then fill it together. */
  scope: string;
}

/**
 * What bounds a process's memory: the lowest limit of its control group and those above it, else the machine's memory.
 * Limits that cannot be read, as those outside a container, do not count.
 *
 * @param processCgroups `/proc/PID/cgroup`
 * @param cgroupRoot where control groups are mounted, either version
 */
export function memoryCeiling(processCgroups: string, cgroupRoot: string, machineBytes: number): Ceiling {
  let lowest: Ceiling = { bytes: machineBytes, scope: 'machine' };
  for (const { path, file } of limitFiles(processCgroups)) {
    // `max` (version 2) is not a number; version 1 writes a number beyond any memory.
    const bytes = Number.parseInt(readText(join(cgroupRoot, path, file)) ?? '', 10);
    if (bytes > 0 && bytes < lowest.bytes) {
      lowest = { bytes, scope: path };
    }
  }
  return lowest;
}

function limitFiles(processCgroups: string): Array<{ path: string; file: string }> {
  return processCgroups.split('\n').flatMap((line) => {
    const [, hierarchy, controllers, path] = /^(\d+):([^:]*):(\/.*)$/.exec(line) ?? [];
    // A group outside this process's own view is written with `..`.
    if (path === undefined || path.split('/').includes('..')) {
      return [];
    }
    if (hierarchy === '0') {
      return withAbove(path).map((group) => ({ path: group, file: 'memory.max' }));
    }
    return controllers?.split(',').includes('memory')
      ? withAbove(path).map((group) => ({ path: join('memory', group), file: 'memory.limit_in_bytes' }))
      : [];
  });
}

/** `/a/b`, `/a` and `/`. */
function withAbove(path: string): string[] {
  const names = path.split('/').filter(Boolean);
  return [...names.keys(), names.length].map((count) => `/${names.slice(0, count).join('/')}`);
}

/**
 * What bounds a process's virtual memory: its own limit (`ulimit -v`); else, where the kernel refuses to promise more
 * memory than there is (`vm.overcommit_memory=2`), the kernel's commit limit; else memory and swap together, which the
 * kernel does not enforce, so that more than 100 % of it is possible.
 *
 * @param limits `/proc/PID/limits`
 * @param overcommit `/proc/sys/vm/overcommit_memory`
 */
export function virtualCeiling(limits: string, meminfo: string, overcommit: string, pid: number): Ceiling {
  const own = softLimit(limits, 'Max address space');
  if (own !== null) {
    return { bytes: own, scope: `process ${pid}` };
  }
  const commit = overcommit.trim() === '2' ? bytesOf(meminfo, 'CommitLimit') : undefined;
  const all = (bytesOf(meminfo, 'MemTotal') ?? 0) + (bytesOf(meminfo, 'SwapTotal') ?? 0);
  return { bytes: commit ?? all, scope: 'machine' };
}

/** How full the fullest ceiling is, in percent; processes below the same ceiling are summed up. */
export function fullestPercent(uses: ReadonlyArray<{ bytes: number; ceiling: Ceiling }>): number {
  const filled = new Map<string, number>();
  for (const { bytes, ceiling } of uses) {
    filled.set(ceiling.scope, (filled.get(ceiling.scope) ?? 0) + (bytes / ceiling.bytes) * 100);
  }
  return Math.max(0, ...filled.values());
}
