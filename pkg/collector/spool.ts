import { mkdirSync, realpathSync } from 'node:fs';
import { type FileHandle, open, readdir, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { overlongEnd } from '../intake/accounting/pieces.ts';
import { beginsWithHeader, wholeRecords } from '../pmta/accounting/records.ts';
import { isLocked, lockFolder } from './lock.ts';

/** Size at which a file of the spool is closed; what was sent is deleted a file at a time. */
const defaultFileBytes = 64 * 1024 * 1024;
/** A folder that is younger may be of a process that is about to lock it. */
const abandonedAfterMs = 3_600_000;

/**
 * Accounting that PMTA writes into a pipe (`<acct-file |…>`), as files that are followed like PMTA's own: what was taken
 * from the pipe is on disk before it is sent, and stays there until it was. Each process writes into a folder of its own,
 * below the same one, and locks it while it does: PMTA may start the next before the one before it has ended.
 */
export class Spool {
  private readonly parent: string;
  private readonly folder: string;
  private readonly acctFile: string;
  private readonly mostFileBytes: number;
  private readonly unlock: () => void;
  private file: { handle: FileHandle; path: string; bytes: number } | undefined;
  private files = 0;
  private header = Buffer.alloc(0);
  /** Of what came, that which is in no file yet. */
  private rest = Buffer.alloc(0);

  /**
   * Throws where the folder cannot be used.
   *
   * @param parent folder of all processes' folders
   */
  constructor(parent: string, acctFile: string, mostFileBytes = defaultFileBytes) {
    mkdirSync(parent, { recursive: true, mode: 0o700 });
    this.parent = realpathSync(parent);
    this.folder = join(this.parent, `${Date.now()}-${process.pid}`);
    this.acctFile = acctFile;
    this.mostFileBytes = mostFileBytes;
    const unlock = lockFolder(this.folder);
    if (!unlock) {
      throw new Error(`${this.folder} is used by another process`);
    }
    this.unlock = unlock;
  }

  /** By what the files of all processes are found. */
  get glob(): string {
    return join(this.parent, '*', '*.csv');
  }

  /**
   * Takes in what came through the pipe; resolves when all whole records of it are in a file. What could not be written is
   * kept, and written with the next call, which may bring nothing.
   */
  async write(bytes: Buffer): Promise<void> {
    this.rest = Buffer.concat([this.rest, bytes]);
    for (let end = recordsEnd(this.rest); end > 0; end = recordsEnd(this.rest)) {
      const records = this.rest.subarray(0, end);
      if (beginsWithHeader(records)) {
        // Other columns may follow: each file has one header.
        await this.closeFile();
        end = wholeRecords(records, 1).end;
        this.header = Buffer.from(records.subarray(0, end));
      } else {
        await this.append(records);
      }
      this.rest = this.rest.subarray(end);
    }
  }

  /**
   * Closes the file.
   *
   * @param isWhole whether the pipe has ended, so that a last record without line end is one; else the rest of it is still
   * to come, to the next process
   */
  async end(isWhole: boolean): Promise<void> {
    if (isWhole && this.rest.length > 0) {
      await this.write(Buffer.from('\n'));
      // A quote in it is open.
      if (this.rest.length > 0) {
        await this.append(this.rest);
        this.rest = Buffer.alloc(0);
      }
    }
    await this.closeFile();
  }

  /**
   * Deletes a file that was sent to its end, unless it is still being written; answers whether it is gone.
   *
   * @param sentBytes how far it was sent
   */
  async discard(path: string, sentBytes: number): Promise<boolean> {
    if (path === this.file?.path) {
      return false;
    }
    const stats = await stat(path).catch(() => undefined);
    if (!stats) {
      return true;
    }
    const folder = dirname(path);
    if (stats.size > sentBytes || (folder !== this.folder && isLocked(folder))) {
      return false;
    }
    await rm(path);
    return true;
  }

  /** Removes the folders of processes that have ended and whose files are all sent. */
  async sweep(): Promise<void> {
    for (const { name } of (await readdir(this.parent, { withFileTypes: true })).filter((one) => one.isDirectory())) {
      const folder = join(this.parent, name);
      const isOld = Date.now() - (await stat(folder)).mtimeMs > abandonedAfterMs;
      if (folder !== this.folder && isOld && (await isEmpty(folder)) && !isLocked(folder)) {
        await rm(folder, { recursive: true });
      }
    }
  }

  /** Leaves the folder to others; what is in it and was not sent, they send. */
  async close(): Promise<void> {
    await this.closeFile();
    this.unlock();
    if (await isEmpty(this.folder)) {
      await rm(this.folder, { recursive: true });
    }
  }

  private async append(records: Buffer): Promise<void> {
    this.file ??= await this.openFile();
    const { file } = this;
    try {
      await file.handle.appendFile(records);
    } catch (error) {
      // On a full disk a half may have been written; the next try writes all of it.
      await file.handle.truncate(file.bytes);
      throw error;
    }
    file.bytes += records.length;
    if (file.bytes >= this.mostFileBytes) {
      await this.closeFile();
    }
  }

  private async openFile(): Promise<NonNullable<typeof this.file>> {
    const day = new Date().toISOString().slice(0, 10);
    const path = join(this.folder, `${this.acctFile}-${day}-${String(this.files).padStart(4, '0')}.csv`);
    const handle = await open(path, 'ax', 0o600);
    try {
      await handle.appendFile(this.header);
    } catch (error) {
      await handle.close();
      await rm(path);
      throw error;
    }
    this.files++;
    return { handle, path, bytes: this.header.length };
  }

  private async closeFile(): Promise<void> {
    const closed = this.file;
    this.file = undefined;
    await closed?.handle.sync();
    await closed?.handle.close();
  }
}

async function isEmpty(folder: string): Promise<boolean> {
  return !(await readdir(folder)).some((name) => name.endsWith('.csv'));
}

function recordsEnd(bytes: Buffer): number {
  return wholeRecords(bytes).end || overlongEnd(bytes);
}
