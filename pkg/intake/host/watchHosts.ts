import { createDiskReader } from '../../host/disk.ts';
import { type Machine, thisMachine } from '../../host/isLocal.ts';
import { hostRoots, type HostRoots, pmtaProcesses, type ProcessSample, sampleProcesses } from '../../host/process.ts';
import type { NodeSettings } from '../../settings/model.ts';
import type { Engine } from '../../store/engine.ts';
import type { StoreWrites } from '../health/storeWrites.ts';
import { repeatedly } from '../repeatedly.ts';
import { hostFolders } from './hostFolders.ts';
import { localNodes } from './localNodes.ts';
import { pollHost } from './pollHost.ts';

/** How often a machine without PMTA is looked at: some milliseconds each. */
const lookMs = 60_000;

export interface WatchHostsOptions {
  nodes: readonly NodeSettings[];
  /** Folders below which accounting files may be read. */
  roots: readonly string[];
  pollSeconds: number;
  database: string;
  engine(): Promise<Engine>;
  writes: StoreWrites;
  /** Told after each poll what could not be measured. */
  onPolled(node: string, problems: readonly string[]): void;
  machine?: Machine;
  hostRoots?: HostRoots;
  spool?: string;
}

/**
 * Measures the processes and disks of those nodes that are this very machine, at every poll until the signal aborts. It
 * begins when pmtad is first seen, and then goes on without it: a disk that is full may be why PMTA ended.
 */
export async function watchHosts(options: WatchHostsOptions, signal: AbortSignal): Promise<void> {
  const { nodes, roots, machine = thisMachine() } = options;
  let watches: Array<Promise<void>> = [];
  await repeatedly(lookMs, signal, async () => {
    if (watches.length === 0 && pmtadRuns(options.hostRoots)) {
      const local = await localNodes(nodes, machine);
      watches = local.map(async ({ name, accounting }) =>
        watchHost(name, await hostFolders(accounting.files, roots, options.spool), options, signal)
      );
    }
  });
  await Promise.all(watches);
}

function pmtadRuns(roots: HostRoots = hostRoots): boolean {
  return sampleProcesses([pmtaProcesses[0]], null, roots).processes.length > 0;
}

async function watchHost(
  node: string,
  folders: string[],
  options: WatchHostsOptions,
  signal: AbortSignal
): Promise<void> {
  const { pollSeconds, engine, database, writes, onPolled } = options;
  const host = { processes: true, folders };
  const watch = { node, host, readDisks: createDiskReader(), roots: options.hostRoots ?? hostRoots };
  let sample: ProcessSample | null = null;
  await repeatedly(pollSeconds * 1000, signal, async () => {
    const write = async () => pollHost(watch, sample, await engine(), database, signal);
    // `writes` keeps the error.
    const result = await writes.run(write).catch(() => undefined);
    if (result) {
      sample = result.sample;
      onPolled(node, result.problems);
    }
  });
}
