import { mkdirSync } from 'node:fs';
import { Compressor } from './compressor.ts';
import { RotatingFile, type WrittenFile } from './file.ts';
import { RecordFormatter, type JsonFraming } from './format.ts';
import { fileLayouts, type LayoutName } from './layouts.ts';
import type { AccountingEvent } from '../model/events.ts';
import type { Zone } from '../zone.ts';

/** How the accounting is written. */
export interface AccountingOptions {
  layout: LayoutName;
  /** `json`: flat objects, every value a string. */
  format: 'csv' | 'json';
  /** How the objects of JSON stand beside each other. */
  framing: JsonFraming;
  /** Columns and values of PMTA 4.0 or 5.0. */
  version: '4.0' | '5.0';
  lineEnd: '\r\n' | '\n';
  /** `unix`: seconds, as with `iso-times no`. */
  times: 'iso' | 'unix';
  /** Opt-in fields and headers for d, b, t and r: `rcvSmtpUser`, `header_Message-Id`, … */
  extraFields: string[];
  /** d and b rows without the last column, vmtaPool, and without trailing empty values. */
  shortRows: boolean;
  /** Write parts of records at times. */
  partialLines: boolean;
  /** A file that has reached this size is closed. */
  maxBytes: number;
  /** Closed files go here; empty: they stay. */
  moveTo: string;
  /** Closed files are compressed, as a cron job of an operator does. */
  compress: boolean;
}

export const defaultAccounting: AccountingOptions = {
  layout: 'all',
  format: 'csv',
  framing: 'lines',
  version: '5.0',
  lineEnd: '\r\n',
  times: 'iso',
  extraFields: [],
  shortRows: false,
  partialLines: false,
  maxBytes: 250 * 1024 * 1024,
  moveTo: '',
  compress: false,
};

/** Writes every accounting file of a layout. */
export class AccountingWriter {
  private readonly compressor = new Compressor();
  private readonly files: Array<{ file: RotatingFile; formatter: RecordFormatter }>;

  /** @throws Error of the file system when the folder cannot be made */
  constructor(directory: string, options: AccountingOptions, zone: Zone, seed: string) {
    mkdirSync(directory, { recursive: true });
    if (options.moveTo !== '') {
      mkdirSync(options.moveTo, { recursive: true });
    }
    const stamp = options.times === 'unix' ? String : (seconds: number) => zone.stamp(seconds);
    const localDate = (seconds: number): string => zone.stamp(seconds).slice(0, 10);
    this.files = fileLayouts(options.layout, options.version, options.extraFields).map((layout) => {
      const formatter = new RecordFormatter(layout, { ...options, stamp });
      const closed = options.compress
        ? (file: WrittenFile, folder: string) => this.compressor.add(file, folder)
        : undefined;
      const settings = { ...options, directory, prefix: layout.name, extension: options.format, seed, closed };
      return { file: new RotatingFile(settings, formatter, localDate), formatter };
    });
  }

  /** Opens the first file of each. @param time UTC seconds */
  start(time: number): void {
    this.files.forEach(({ file }) => file.start(time));
  }

  add(event: AccountingEvent): void {
    for (const { file, formatter } of this.files) {
      if (formatter.holds(event.type)) {
        file.add(event);
      }
    }
  }

  flush(): void {
    this.files.forEach(({ file }) => file.flush());
  }

  /** Closes the files; the next record of each opens the next one. */
  rotate(): void {
    this.files.forEach(({ file }) => file.close());
  }

  /** Compresses the files that were closed, where that is asked for. */
  async compress(): Promise<void> {
    await this.compressor.run();
  }

  get written(): WrittenFile[] {
    return this.files.flatMap(({ file }) => file.written);
  }
}
