import type { DiskUsage } from '../../host/disk.ts';
import type { ProcessUsage } from '../../host/usage.ts';
import { timeValue } from '../../store/sql.ts';
import type { Row } from '../snapshots/rows.ts';

/** The rows of one look at a node's processes; all carry its time, so that they can be summed up again. */
export function rowsOfProcesses(node: string, timeMs: number, usages: readonly ProcessUsage[]): Row[] {
  return usages.map((usage) => ({
    node,
    time: timeValue(timeMs),
    process: usage.process,
    memory_bytes: usage.memoryBytes,
    memory_percent: usage.memoryPercent,
    virtual_bytes: usage.virtualBytes,
    virtual_percent: usage.virtualPercent,
    cpu_percent: usage.cpuPercent,
    open_files: usage.openFiles,
    open_files_limit: usage.openFilesLimit,
    threads: usage.threads,
    started_time: timeValue(usage.startedMs),
  }));
}

/** The rows of one look at a node's folders. */
export function rowsOfDisks(node: string, timeMs: number, disks: readonly DiskUsage[]): Row[] {
  return disks.map((disk) => ({
    node,
    time: timeValue(timeMs),
    folder: disk.folder,
    filesystem: disk.filesystem,
    used_percent: disk.usedPercent,
    free_bytes: disk.freeBytes,
    total_bytes: disk.totalBytes,
    inodes_percent: disk.inodesPercent,
  }));
}
