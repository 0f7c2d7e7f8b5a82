import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';

import { parseSnapshots, type SnapshotTables } from '../intake/snapshots/batch.ts';

const pack = promisify(gzip);
const unpack = promisify(gunzip);

const ending = '.json.gz';

/** Batches of snapshots on disk, oldest first, for as long as the other side takes none. */
export class SnapshotQueue {
  private readonly folder: string;
  private readonly mostBytes: number;
  private readonly onDamaged: (path: string) => void;
  /** Sizes by id, oldest first. */
  private readonly sizes = new Map<string, number>();
  private bytes = 0;
  private last = 0;

  private constructor(folder: string, mostBytes: number, onDamaged: (path: string) => void) {
    this.folder = folder;
    this.mostBytes = mostBytes;
    this.onDamaged = onDamaged;
  }

  /**
   * Throws where the folder cannot be used.
   *
   * @param mostBytes what the batches may take on disk
   * @param onDamaged told of a batch that cannot be read any more and is left out
   */
  static async open(folder: string, mostBytes: number, onDamaged: (path: string) => void): Promise<SnapshotQueue> {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const queue = new SnapshotQueue(folder, mostBytes, onDamaged);
    for (const name of (await readdir(folder)).sort()) {
      const path = join(folder, name);
      if (name.endsWith(ending)) {
        queue.keep(name.slice(0, -ending.length), (await stat(path)).size);
      } else if (name.endsWith('.new')) {
        // A crash cut it off; what was polled then was never said to be kept.
        await rm(path);
      }
    }
    return queue;
  }

  /** Adds a batch; false when there is no room, because the other side has taken none for too long. */
  async add(tables: SnapshotTables): Promise<boolean> {
    const packed = await pack(JSON.stringify(tables));
    if (this.bytes + packed.length > this.mostBytes) {
      return false;
    }
    // Rising also when the clock goes back, and the same for no two batches.
    const id = String(Math.max(this.last + 1, Date.now())).padStart(15, '0');
    const path = this.path(id);
    try {
      const file = await open(`${path}.new`, 'w', 0o600);
      try {
        await file.writeFile(packed);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(`${path}.new`, path);
    } catch (error) {
      await rm(`${path}.new`, { force: true });
      throw error;
    }
    this.keep(id, packed.length);
    return true;
  }

  /** The oldest batch, until it is removed. */
  async first(): Promise<{ id: string; tables: SnapshotTables } | undefined> {
    for (const id of [...this.sizes.keys()]) {
      const packed = await readFile(this.path(id));
      try {
        return { id, tables: parseSnapshots((await unpack(packed)).toString()) };
      } catch {
        this.onDamaged(this.path(id));
        await this.remove(id);
      }
    }
    return undefined;
  }

  async remove(id: string): Promise<void> {
    await rm(this.path(id), { force: true });
    this.bytes -= this.sizes.get(id) ?? 0;
    this.sizes.delete(id);
  }

  private keep(id: string, size: number): void {
    this.sizes.set(id, size);
    this.bytes += size;
    this.last = Math.max(this.last, Number(id) || 0);
  }

  private path(id: string): string {
    return join(this.folder, `${id}${ending}`);
  }
}
