import type { StatsFs } from 'node:fs';
import { stat, statfs } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';

/** A network file system whose server is gone answers after minutes or never. */
const patienceMs = 5000;

/** The space of the file system that a folder is on. */
export interface DiskUsage {
  folder: string;
  /** As `df` has it: what is used, of what is used and what users may still use. Not rounded. */
  usedPercent: number;
  /** What users may still use, without the part kept for root. */
  freeBytes: number;
  totalBytes: number;
  /** Null for file systems that have no fixed number of inodes. */
  inodesPercent: number | null;
  /** Equal for folders on the same file system, whose space must not be counted twice. */
  filesystem: string;
}

export interface DiskSample {
  disks: DiskUsage[];
  /** What kept a folder's figures from being read and what to do, one text a folder. */
  problems: string[];
}

/** Reads one folder; as `statfs` and `stat` do. */
export interface DiskSource {
  space(folder: string): Promise<StatsFs>;
  device(folder: string): Promise<number>;
}

const system: DiskSource = {
  space: (folder) => statfs(folder),
  device: async (folder) => (await stat(folder)).dev,
};

/** Looks at the file systems of some folders until the signal aborts; never rejects. */
export type DiskReader = (folders: readonly string[], signal: AbortSignal) => Promise<DiskSample>;

/**
 * A reader that waits at most 5 seconds for a folder and asks for it again only after it has answered: each question
 * holds a thread of the process until then.
 */
export function createDiskReader(source: DiskSource = system, waitMs = patienceMs): DiskReader {
  const waiting = new Map<string, Promise<DiskUsage | string>>();

  function ask(folder: string): Promise<DiskUsage | string> {
    const asked = waiting.get(folder) ?? look(folder, source).finally(() => waiting.delete(folder));
    waiting.set(folder, asked);
    return asked;
  }

  return async (folders, signal) => {
    const answered = new AbortController();
    const late = delay(waitMs, undefined, { signal: AbortSignal.any([answered.signal, signal]) }).catch(
      () => undefined
    );
    const answers = await Promise.all(
      folders.map((folder) =>
        Promise.race([
          ask(folder),
          late.then(
            () => `folder ${folder} does not answer: if it is on a network file system, check that its server is up`
          ),
        ])
      )
    );
    answered.abort();
    return {
      disks: answers.filter((answer) => typeof answer !== 'string'),
      problems: answers.filter((answer) => typeof answer === 'string'),
    };
  };
}

async function look(folder: string, source: DiskSource): Promise<DiskUsage | string> {
  try {
    const [space, device] = await Promise.all([source.space(folder), source.device(folder)]);
    return diskUsage(folder, space, device) ?? `folder ${folder} is on a file system without space of its own`;
  } catch (error) {
    return explain(folder, error);
  }
}

/** The figures of a folder; undefined for what has no space, as `/proc`. */
export function diskUsage(folder: string, space: StatsFs, device: number): DiskUsage | undefined {
  const used = space.blocks - space.bfree;
  const usable = used + space.bavail;
  return usable > 0
    ? {
        folder,
        usedPercent: (used / usable) * 100,
        freeBytes: space.bavail * space.frsize,
        totalBytes: space.blocks * space.frsize,
        inodesPercent: space.files > 0 ? ((space.files - space.ffree) / space.files) * 100 : null,
        filesystem: String(device),
      }
    : undefined;
}

function explain(folder: string, error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return `folder ${folder} does not exist on this machine: correct the setting, or run this on the PMTA host`;
    case 'EACCES':
    case 'EPERM':
      return `folder ${folder} may not be looked at: let this program's user enter the folders above it (x for PMTA's group)`;
    default:
      return `folder ${folder} cannot be looked at: ${error instanceof Error ? error.message : String(error)}`;
  }
}
