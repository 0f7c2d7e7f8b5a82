import { createReadStream, createWriteStream } from 'node:fs';
import { rename, stat, unlink, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { WrittenFile } from './file.ts';

/** Compresses files one after the other, as `gzip` in a cron job: afterwards there is `x.csv.gz` in place of `x.csv`. */
export class Compressor {
  private readonly waiting: Array<{ file: WrittenFile; folder: string }> = [];
  private running: Promise<void> = Promise.resolve();

  /** Takes a closed file, to be compressed by the next run. */
  add(file: WrittenFile, folder: string): void {
    this.waiting.push({ file, folder });
  }

  /** Compresses what was added; calls wait for each other. @throws Error of the file system */
  run(): Promise<void> {
    this.running = this.running.then(() => this.work());
    return this.running;
  }

  private async work(): Promise<void> {
    for (let next = this.waiting.shift(); next !== undefined; next = this.waiting.shift()) {
      const { file, folder } = next;
      const path = join(folder, file.name);
      const { atime, mtime } = await stat(path);
      // No reader must take half a file for a whole one.
      await pipeline(createReadStream(path), createGzip(), createWriteStream(`${path}.gz.tmp`));
      await utimes(`${path}.gz.tmp`, atime, mtime);
      await rename(`${path}.gz.tmp`, `${path}.gz`);
      await unlink(path);
      file.name += '.gz';
    }
  }
}
