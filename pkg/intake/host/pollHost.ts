import type { DiskReader } from '../../host/disk.ts';
import { type HostRoots, pmtaProcesses, type ProcessSample, sampleProcesses } from '../../host/process.ts';
import { processUsage } from '../../host/usage.ts';
import type { HostSettings } from '../../settings/collectorModel.ts';
import type { Engine } from '../../store/engine.ts';
import { rowsOfDisks, rowsOfProcesses } from './hostRows.ts';

/** What is polled of the machine of one node. */
export interface HostWatch {
  node: string;
  host: HostSettings;
  /** Kept from poll to poll: it remembers folders that do not answer. */
  readDisks: DiskReader;
  roots?: HostRoots;
}

export interface HostPollResult {
  /** What the next poll is compared with. */
  sample: ProcessSample | null;
  /** What could not be measured and what to do, a text each; empty when all was. */
  problems: string[];
}

/**
 * Measures the machine that this process runs on once, and stores it as that of a node. What cannot be measured has no
 * row; the rest has.
 *
 * @param previous sample of the poll before, for the CPU time since then
 */
export async function pollHost(
  watch: HostWatch,
  previous: ProcessSample | null,
  engine: Pick<Engine, 'insert'>,
  database: string,
  signal: AbortSignal
): Promise<HostPollResult> {
  const { node, host } = watch;
  const began = Date.now();
  const problems: string[] = [];
  let sample = previous;
  if (host.processes) {
    sample = sampleProcesses(pmtaProcesses, previous, watch.roots);
    problems.push(sample.problem);
    await engine.insert(`${database}.process`, rowsOfProcesses(node, began, processUsage(sample, previous)));
  }
  if (host.folders.length > 0) {
    const read = await watch.readDisks(host.folders, signal);
    if (signal.aborted) {
      return { sample, problems: [] };
    }
    problems.push(...read.problems);
    await engine.insert(`${database}.disks`, rowsOfDisks(node, began, read.disks));
  }
  return { sample, problems: problems.filter(Boolean) };
}
