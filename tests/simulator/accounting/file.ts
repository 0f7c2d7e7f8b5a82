import { closeSync, futimesSync, openSync, readdirSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { Random } from '../random.ts';
import type { AccountingEvent, RecordType } from '../model/events.ts';
import type { RecordFormatter } from './format.ts';

const BUFFER_BYTES = 1 << 20;
/** No record is longer, so that one always fits into a buffer with this much room. */
const MAX_RECORD_BYTES = 16 << 10;

/** One file that was written, or is being written. */
export interface WrittenFile {
  /** Ends in `.gz` once it is compressed. */
  name: string;
  rows: number;
  /** Before compression. */
  bytes: number;
  byType: Partial<Record<RecordType, number>>;
}

export interface FileSettings {
  directory: string;
  /** Closed files go here; empty: they stay. */
  moveTo: string;
  /** File name before the date. */
  prefix: string;
  extension: string;
  /** A file that has reached this size is closed after the record. */
  maxBytes: number;
  /** Write parts of records at times, as buffers of the operating system do. */
  partialLines: boolean;
  seed: string;
  /** Told of each file that was closed, and of the folder in which it lies. */
  closed?: ((file: WrittenFile, folder: string) => void) | undefined;
}

/** Writes one accounting file after the other: `prefix-YYYY-MM-DD-NNNN.csv`, new at midnight and at its maximum size. */
export class RotatingFile {
  readonly written: WrittenFile[] = [];
  private readonly settings: FileSettings;
  private readonly formatter: RecordFormatter;
  private readonly localDate: (seconds: number) => string;
  private readonly random: Random;
  private readonly buffer = Buffer.allocUnsafe(BUFFER_BYTES);
  private length = 0;
  private descriptor: number | null = null;
  private date = '';
  private time = 0;
  private number = -1;

  /** @param localDate `YYYY-MM-DD` of UTC seconds, in the server's zone */
  constructor(settings: FileSettings, formatter: RecordFormatter, localDate: (seconds: number) => string) {
    this.settings = settings;
    this.formatter = formatter;
    this.localDate = localDate;
    this.random = new Random(`${settings.seed} flush ${settings.prefix}`);
  }

  /** Opens the first file, which holds nothing but its beginning until a record comes. @param time UTC seconds */
  start(time: number): void {
    this.open(time);
    this.flush();
  }

  /** Adds the record of an event. */
  add(event: AccountingEvent): void {
    if (event.time !== this.time && this.localDate(event.time) !== this.date) {
      this.close();
    }
    if (this.descriptor === null) {
      this.open(event.time);
    }
    this.time = event.time;
    const file = this.written.at(-1)!;
    this.append((file.rows === 0 ? '' : this.formatter.separator()) + this.formatter.record(event));
    file.rows++;
    file.byType[event.type] = (file.byType[event.type] ?? 0) + 1;
    if (file.bytes >= this.settings.maxBytes) {
      this.close();
    }
  }

  /** Gives what was added to the operating system; with `partialLines`, now and then all but the end of it. */
  flush(): void {
    const late = this.settings.partialLines && this.random.chance(0.5) ? this.random.int(1, 120) : 0;
    this.write(Math.max(0, this.length - late));
  }

  /** Closes the file as `pmta rotate acct` does; the next record opens the next one. */
  close(): void {
    if (this.descriptor === null) {
      return;
    }
    this.append(this.formatter.end());
    this.write(this.length);
    // Backfilled files look as old as their records.
    futimesSync(this.descriptor, this.time, this.time);
    closeSync(this.descriptor);
    this.descriptor = null;
    const { directory, moveTo, closed } = this.settings;
    const file = this.written.at(-1)!;
    if (moveTo !== '') {
      renameSync(join(directory, file.name), join(moveTo, file.name));
    }
    closed?.(file, moveTo === '' ? directory : moveTo);
  }

  private open(time: number): void {
    const date = this.localDate(time);
    this.number = date === this.date ? this.number + 1 : this.firstFreeNumber(date);
    this.date = date;
    this.time = time;
    const { directory, prefix, extension } = this.settings;
    const name = `${prefix}-${date}-${String(this.number).padStart(4, '0')}.${extension}`;
    this.descriptor = openSync(join(directory, name), 'wx');
    this.written.push({ name, rows: 0, bytes: 0, byType: {} });
    this.append(this.formatter.start());
  }

  /** Files of an earlier run stay; ours follow them. */
  private firstFreeNumber(date: string): number {
    const { directory, moveTo, prefix } = this.settings;
    const start = `${prefix}-${date}-`;
    const numbers = [directory, ...(moveTo === '' ? [] : [moveTo])]
      .flatMap((folder) => readdirSync(folder))
      .filter((name) => name.startsWith(start))
      .map((name) => Number.parseInt(name.slice(start.length), 10))
      .filter(Number.isInteger);
    return Math.max(-1, ...numbers) + 1;
  }

  private append(text: string): void {
    if (this.length + MAX_RECORD_BYTES > BUFFER_BYTES) {
      this.write(this.length);
    }
    const bytes = this.buffer.write(text, this.length);
    this.length += bytes;
    this.written.at(-1)!.bytes += bytes;
  }

  private write(bytes: number): void {
    if (this.descriptor === null || bytes === 0) {
      return;
    }
    for (let done = 0; done < bytes;) {
      done += writeSync(this.descriptor, this.buffer, done, bytes - done);
    }
    this.buffer.copyWithin(0, bytes, this.length);
    this.length -= bytes;
  }
}
