import { fullestPercent } from './ceiling.ts';
import { type HostProcess, isSame, type ProcessSample } from './process.ts';

/** What the processes of one name use together. */
export interface ProcessUsage {
  process: string;
  /** Resident; memory that processes share counts for each of them. */
  memoryBytes: number;
  /** Of the machine's memory, or of the lower limit of their control group. */
  memoryPercent: number;
  virtualBytes: number;
  /** Of what bounds virtual memory, see `virtualCeiling`. */
  virtualPercent: number;
  /** 100 is one core; null where there is no earlier sample to compare with. */
  cpuPercent: number | null;
  openFiles: number | null;
  openFilesLimit: number | null;
  threads: number;
  /** Start of the oldest: changes with a restart, but not with a child that comes and goes. */
  startedMs: number;
}

/** Sums up a sample by name, in the order in which the names were found. */
export function processUsage(sample: ProcessSample, previous: ProcessSample | null): ProcessUsage[] {
  return [...Map.groupBy(sample.processes, ({ name }) => name)].map(([process, group]) => ({
    process,
    memoryBytes: sum(group.map(({ memoryBytes }) => memoryBytes)),
    memoryPercent: fullestPercent(
      group.map(({ memoryBytes, memoryCeiling }) => ({ bytes: memoryBytes, ceiling: memoryCeiling }))
    ),
    virtualBytes: sum(group.map(({ virtualBytes }) => virtualBytes)),
    virtualPercent: fullestPercent(
      group.map(({ virtualBytes, virtualCeiling }) => ({ bytes: virtualBytes, ceiling: virtualCeiling }))
    ),
    cpuPercent: cpuPercent(group, sample, previous),
    openFiles: sumOfKnown(group.map(({ openFiles }) => openFiles)),
    openFilesLimit: sumOfKnown(group.map(({ openFilesLimit }) => openFilesLimit)),
    threads: sum(group.map(({ threads }) => threads)),
    startedMs: Math.min(...group.map(({ startedMs }) => startedMs)),
  }));
}

/** Processes that ended since the sample before are missing here: what they used last cannot be known. */
function cpuPercent(
  group: readonly HostProcess[],
  sample: ProcessSample,
  previous: ProcessSample | null
): number | null {
  const since = previous?.uptimeSeconds ?? null;
  if (previous === null || since === null || sample.uptimeSeconds === null || sample.uptimeSeconds <= since) {
    return null;
  }
  const used = group.flatMap((process) => {
    const before = previous.processes.find((other) => isSame(other, process));
    if (before) {
      return [process.cpuSeconds - before.cpuSeconds];
    }
    // What started in between has used all of its time in between; what could not be seen before has not.
    return process.startSeconds >= since ? [process.cpuSeconds] : [];
  });
  return used.length === 0 ? null : (Math.max(0, sum(used)) / (sample.uptimeSeconds - since)) * 100;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function sumOfKnown(values: ReadonlyArray<number | null>): number | null {
  return values.includes(null) ? null : sum(values.map(Number));
}
