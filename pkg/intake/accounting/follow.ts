import { open } from 'node:fs/promises';

import { wholeRecords } from '../../pmta/accounting/records.ts';
import { messageOf } from '../messageOf.ts';
import { type ChunkTarget, insertChunk } from './chunk.ts';
import { type AccountingFile, listFiles } from './files.ts';
import type { Journal } from './journal.ts';
import type { Reject } from './rescue.ts';
import { readSource } from './source.ts';

/** The most that goes in at once: large enough for the engine's reader, small enough to be fair to other files. */
export const chunkBytes = 8 * 1024 * 1024;

export interface FollowOptions {
  node: string;
  globs: readonly string[];
  roots: readonly string[];
  journal: Journal;
  target: ChunkTarget;
  onRejects(path: string, source: string, rejects: Reject[]): Promise<void>;
  /** Told after each round, because a backlog may take minutes. */
  onProgress(state: FollowState): void;
  /** How each file looked when it had been read to its end; kept by the caller from call to call, empty at first. */
  finished: Map<string, string>;
}

export interface FollowState {
  files: number;
  /** Bytes that are written and not yet in the store. */
  lagBytes: number;
  problems: string[];
}

/**
 * Brings the store up to what is written in a node's accounting files. One chunk of each file in turn, oldest first,
 * until nothing is left: a large backlog does not hide what is written now. A file that fails is reported and does not
 * stop the others.
 */
export async function catchUp(options: FollowOptions, signal: AbortSignal): Promise<FollowState> {
  const { files, problems } = await listFiles(options.globs, options.roots);
  // Opening hundreds of finished files twice a second would cost more than reading the few that grow.
  let behind = files.filter((file) => options.finished.get(file.path) !== looks(file));
  let lagBytes = 0;
  while (behind.length > 0 && !signal.aborted) {
    const next: AccountingFile[] = [];
    lagBytes = 0;
    for (const file of behind) {
      try {
        const left = await readNextChunk(file, options);
        lagBytes += left;
        if (left > 0) {
          next.push(file);
        } else {
          options.finished.set(file.path, looks(file));
        }
      } catch (error) {
        problems.push(`${file.path}: ${messageOf(error)}`);
      }
      if (signal.aborted) {
        break;
      }
    }
    behind = next;
    options.onProgress({ files: files.length, lagBytes, problems });
  }
  return { files: files.length, lagBytes, problems };
}

function looks({ inode, size, modifiedMs }: AccountingFile): string {
  return `${inode} ${size} ${modifiedMs}`;
}

/** Inserts the next chunk of a file; answers how many bytes of whole records are left. */
async function readNextChunk(file: AccountingFile, options: FollowOptions): Promise<number> {
  const { journal, node, target } = options;
  const handle = await open(file.path);
  try {
    const source = await readSource(handle, file.inode);
    if (!source) {
      return 0;
    }
    const known = journal.entry(source.identity);
    const start = known?.doneEnd ?? source.dataStart;
    const interrupted = known !== undefined && known.pendingEnd > known.doneEnd;
    const wanted = interrupted ? known.pendingEnd - start : Math.min(file.size - start, chunkBytes);
    if (wanted <= 0) {
      return 0;
    }
    const buffer = Buffer.alloc(wanted);
    const { bytesRead } = await handle.read(buffer, 0, wanted, start);
    const whole = wholeRecords(buffer.subarray(0, bytesRead));
    const length = whole.end;
    if (length === 0) {
      if (wanted === chunkBytes) {
        throw new Error(`a record at offset ${start} is longer than ${chunkBytes / 1024 / 1024} MiB`);
      }
      return 0;
    }
    const entry = {
      source: source.identity,
      path: file.path,
      doneEnd: start,
      pendingEnd: start + length,
      records: known?.records ?? 0,
      rejects: known?.rejects ?? 0,
    };
    if (!interrupted) {
      await journal.write(entry);
    }
    const bytes = buffer.subarray(0, length);
    const chunk = { node, source: source.identity, path: file.path, header: source.header, start, bytes };
    const rejects = await insertChunk(chunk, target);
    await options.onRejects(file.path, source.identity, rejects);
    await journal.write({
      ...entry,
      doneEnd: start + length,
      records: entry.records + whole.records - rejects.length,
      rejects: entry.rejects + rejects.length,
    });
    return Math.max(0, file.size - start - length);
  } finally {
    await handle.close();
  }
}
