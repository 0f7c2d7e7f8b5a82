import { glob, realpath, stat } from 'node:fs/promises';
import { sep } from 'node:path';

/** An accounting file that a glob names. */
export interface AccountingFile {
  /** After resolving links. */
  path: string;
  inode: number;
  /** Device and inode. */
  identity: string;
  size: number;
  modifiedMs: number;
}

export interface FileList {
  /** Oldest first: what was written last is the least late. */
  files: AccountingFile[];
  /** What was named and may or can not be read, with the reason and what to do. */
  problems: string[];
}

/**
 * Lists the files of some globs. Only what lies below one of the roots after resolving links is listed: whoever may
 * edit a data source must not be able to read other files of Grafana's host through it.
 */
export async function listFiles(globs: readonly string[], roots: readonly string[]): Promise<FileList> {
  const allowed = await resolved(roots);
  const found = new Map<string, AccountingFile>();
  const problems: string[] = [];
  for (const pattern of globs) {
    let matches = 0;
    for await (const match of glob(pattern)) {
      matches++;
      const file = await inspect(match);
      if (!file) {
        continue;
      }
      if (!allowed.some((root) => file.path.startsWith(root + sep))) {
        problems.push(
          `${match} is not below ${roots.join(' or ')}: add its folder to accounting_roots ([plugin.pmta-datasource] of grafana.ini), or to accountingRoots of a collector.`
        );
      } else if (!readable.test(file.path)) {
        problems.push(
          `${match} is not read: names of accounting files end in .csv, .json or .jsonl, with .gz behind it if compressed.`
        );
      } else {
        // Two names of one file are one file.
        found.set(file.identity, file);
      }
    }
    if (matches === 0) {
      problems.push(
        `No file matches ${pattern}: check the path, and that the user of this process may enter and read the folder.`
      );
    }
  }
  return { files: [...found.values()].sort((a, b) => a.modifiedMs - b.modifiedMs), problems };
}

/** With what a rotation other than PMTA's own puts behind the name: `acct.csv.1`, `acct.csv-20260207.gz`. */
const readable = /\.(csv|json|jsonl|ndjson)([.-]\d+)*(\.gz)?$/i;

async function inspect(path: string): Promise<AccountingFile | undefined> {
  try {
    const real = await realpath(path);
    const stats = await stat(real);
    return stats.isFile()
      ? {
          path: real,
          inode: stats.ino,
          identity: `${stats.dev} ${stats.ino}`,
          size: stats.size,
          modifiedMs: stats.mtimeMs,
        }
      : undefined;
  } catch {
    // PMTA moves and deletes files; between listing and looking one may be gone.
    return undefined;
  }
}

async function resolved(roots: readonly string[]): Promise<string[]> {
  const real = await Promise.all(roots.map((root) => realpath(root).catch(() => undefined)));
  return real.filter((root): root is string => root !== undefined).map((root) => root.replace(/[/\\]+$/, ''));
}

const closedAfterMs = 10 * 60_000;

/** How a file looks from outside; as long as that is the same, there is nothing new in it. */
export function looksOf({ inode, size, modifiedMs }: AccountingFile): string {
  return `${inode} ${size} ${modifiedMs}`;
}

/** Whether a file has rested so long that it will not be written to, unless it is the newest of its acct-file. */
export function isAtRest({ modifiedMs }: AccountingFile, nowMs: number): boolean {
  return nowMs - modifiedMs > closedAfterMs;
}

/** By the time of the last write; by name where both were written in the same moment. */
export function isNewer(a: AccountingFile, b: AccountingFile): boolean {
  return a.modifiedMs === b.modifiedMs ? a.path > b.path : a.modifiedMs > b.modifiedMs;
}

export function isCompressed({ path }: AccountingFile): boolean {
  return /\.gz$/i.test(path);
}
