import {
  appendFileSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  statSync,
  truncateSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { gzipSync } from 'node:zlib';

import { type Fate, type Instance, Ledger } from './test-model-ledger.ts';
import { type Columns, headerOf, isUtf8, type Layout, recordOf } from './test-model-records.ts';

/** A file of the model; what is in it is read from the disk. */
export interface ModelFile {
  path: string;
  layout: Layout;
  columns: Columns;
  lineage: string;
  records: Instance[];
  /** The record that is written in part, and what of it is still to be written. */
  partial: { event: number; rest: Buffer } | undefined;
  /** A look has seen the columns that the records have now. */
  columnsSeen: boolean;
  /** PMTA died while it wrote the last record; nothing can be behind it. */
  isTorn: boolean;
  compressed: 'no' | 'begun' | 'yes';
  /** Looks that ended well since something happened to the file but for being written to. */
  calmLooks: number;
  /** When it was written to last. */
  touchedMs: number;
  /** The follower has it open for sure. */
  isOpen: boolean;
}

/**
 * The accounting files of one PMTA, with whom operators, logrotate and the file system do what they do; and what must be
 * in the store for them. Every method is one step between two looks.
 */
export class Model {
  readonly files: ModelFile[] = [];
  readonly active = new Map<Layout, ModelFile>();
  readonly ledger = new Ledger();
  private readonly folder: string;
  private readonly onChange: (what: string) => void;
  private events = 0;
  private numbers = 0;
  /** Our clock, UTC milliseconds; a step a tick, so that no two states of a file look the same from outside. */
  nowMs: number;

  /** @param onChange told of each write, for whoever reads the failure */
  constructor(folder: string, nowMs: number, onChange: (what: string) => void) {
    this.onChange = onChange;
    this.folder = folder;
    this.nowMs = nowMs;
    for (const layout of ['acct', 'diag', 'hook'] as const) {
      this.open(layout);
    }
  }

  /** PMTA opens the next file of an acct-file. */
  open(layout: Layout, path = this.newName(layout)): ModelFile {
    const file: ModelFile = {
      path,
      layout,
      columns: layout === 'diag' ? 'diag' : 'acct',
      lineage: `${layout} ${this.numbers++}`,
      records: [],
      partial: undefined,
      columnsSeen: false,
      isTorn: false,
      compressed: 'no',
      calmLooks: 0,
      touchedMs: 0,
      isOpen: false,
    };
    writeFileSync(path, layout === 'hook' ? '' : headerOf(file.columns));
    this.touch(file);
    this.files.push(file);
    this.active.set(layout, file);
    return file;
  }

  /** @param twice the same event, two times: PMTA's clock has a resolution of a second, so that is no mistake */
  write(files: readonly ModelFile[], twice = false): void {
    if (files.length > 1 && !isUtf8(this.events)) {
      this.events++;
    }
    const event = this.events++;
    for (const file of files) {
      this.finish(file);
      for (let times = twice ? 2 : 1; times > 0; times--) {
        this.append(file, recordOf(event, file.layout, file.columns));
        this.add(file, event);
      }
    }
  }

  /** @param share how much of it, between 0 and 1 */
  writePart(file: ModelFile, share: number): void {
    this.finish(file);
    const event = this.events++;
    const bytes = recordOf(event, file.layout, file.columns);
    const length = 1 + Math.floor(share * (bytes.length - 1));
    this.append(file, bytes.subarray(0, length));
    file.partial = { event, rest: bytes.subarray(length) };
  }

  finish(file: ModelFile): void {
    if (file.partial) {
      const { event, rest } = file.partial;
      file.partial = undefined;
      this.append(file, rest);
      this.add(file, event);
    }
  }

  /** The configuration changed, and PMTA goes on in the same file. */
  changeColumns(file: ModelFile): void {
    this.finish(file);
    if (file.layout === 'acct') {
      file.columns = file.columns === 'acct' ? 'acctChanged' : 'acct';
      file.columnsSeen = false;
      this.append(file, headerOf(file.columns));
    }
  }

  rotate(layout: Layout, dies: boolean): void {
    const file = this.active.get(layout) as ModelFile;
    if (dies) {
      this.tear(file);
    }
    this.finish(file);
    this.open(layout);
  }

  move(file: ModelFile, folder: string): void {
    mkdirSync(join(this.folder, folder), { recursive: true });
    const to = join(this.folder, folder, basename(file.path));
    if (existsSync(to) || existsSync(`${file.path}.gz`)) {
      return;
    }
    renameSync(file.path, to);
    file.path = to;
  }

  /** @param isWhole whether all of it is there; the plain file is there until `endCompressing` in any case */
  beginCompressing(file: ModelFile, isWhole: boolean): void {
    const bytes = gzipSync(readFileSync(file.path));
    writeFileSync(`${file.path}.gz`, isWhole ? bytes : bytes.subarray(0, bytes.length - 30));
    file.compressed = 'begun';
  }

  endCompressing(file: ModelFile): void {
    writeFileSync(`${file.path}.gz`, gzipSync(readFileSync(file.path)));
    unlinkSync(file.path);
    file.path = `${file.path}.gz`;
    file.compressed = 'yes';
    file.calmLooks = 0;
    file.isOpen = false;
    this.touch(file);
  }

  /** What no look has seen is lost, unless the file was open then. */
  delete(file: ModelFile): void {
    unlinkSync(file.path);
    if (file.compressed === 'begun') {
      unlinkSync(`${file.path}.gz`);
    }
    this.tear(file);
    this.ledger.lose(file.records, file.isOpen ? 'open' : 'maybe');
    this.files.splice(this.files.indexOf(file), 1);
  }

  /** A file is deleted, and the next one of the acct-file gets its inode, and its name too or not. */
  replace(file: ModelFile, sameName: boolean): void {
    this.delete(file);
    this.open(file.layout, sameName ? file.path : undefined);
  }

  /**
   * Copied and truncated, as logrotate does: loses nothing where the copies are named, and all that no look has seen
   * where they are not. PMTA goes on without a header, so what is truncated before a look knows its columns (a second
   * time between two looks, say) cannot be read: it is reported as no accounting file, and left out here.
   *
   * @param goesOnBehind PMTA goes on where it was, so that a hole is left in front of it
   */
  truncate(file: ModelFile, isCopied: boolean, goesOnBehind: boolean): void {
    if (!file.columnsSeen) {
      return;
    }
    if (file.partial && !isBetweenQuotes(file)) {
      this.finish(file);
    }
    const { size } = statSync(file.path);
    if (isCopied) {
      const copy = `${file.path}.${this.numbers++}`;
      copyFileSync(file.path, copy);
      const kept: ModelFile = { ...file, path: copy, partial: undefined, isTorn: true, calmLooks: 0, isOpen: false };
      this.files.push(kept);
      this.touch(kept);
      if (file.partial) {
        this.ledger.torn.add(file.partial.event);
      }
    } else {
      this.ledger.lose(file.records, 'maybe');
    }
    truncateSync(file.path);
    if (goesOnBehind) {
      truncateSync(file.path, size);
    }
    if (file.partial) {
      // Its beginning stands in the copy or nowhere.
      this.append(file, file.partial.rest);
      this.loseEvent(file, file.partial.event);
      file.partial = undefined;
    }
    file.records = [];
    file.columnsSeen = false;
    file.lineage = `${file.layout} ${this.numbers++}`;
    file.calmLooks = 0;
    file.isOpen = false;
    this.touch(file);
  }

  /** @param keeps how many of its first records stand at the beginning of what is written anew */
  writeAnew(file: ModelFile, keeps: number): void {
    this.tear(file);
    file.columns = file.layout === 'diag' ? 'diag' : 'acct';
    // Byte for byte, or it would be another file to whoever looks at it.
    const isAlike = file.records[0]?.columns === file.columns;
    const kept = file.records.slice(0, isAlike ? keeps : 0).map(({ event }) => event);
    this.ledger.lose(file.records, 'maybe');
    file.columnsSeen = false;
    const header = file.layout === 'hook' ? Buffer.alloc(0) : headerOf(file.columns);
    const bytes = kept.map((event) => recordOf(event, file.layout, file.columns));
    writeFileSync(file.path, Buffer.concat([header, ...bytes]));
    file.records = [];
    file.lineage = `${file.layout} ${this.numbers++}`;
    file.calmLooks = 0;
    file.isOpen = false;
    for (const event of kept) {
      this.add(file, event);
    }
    this.touch(file);
  }

  /** A look came to its end. */
  looked(): void {
    this.ledger.settleOpen('read');
    for (const file of this.files) {
      if (file.calmLooks > 0) {
        for (const instance of file.records) {
          instance.fate = 'read';
        }
        file.columnsSeen ||= file.records.length > 0;
        file.isOpen = file.records.length > 0 && this.isNewest(file);
      }
      file.calmLooks++;
    }
  }

  /** A look failed, or the process ended: what was open may not be open any more. */
  interrupted(isRestarted: boolean): void {
    for (const file of this.files) {
      file.isOpen = false;
    }
    if (isRestarted) {
      this.ledger.settleOpen('maybe');
    }
  }

  private newName(layout: Layout): string {
    const number = String(this.numbers++).padStart(4, '0');
    return join(this.folder, `${layout}-2026-01-01-${number}.${layout === 'hook' ? 'json' : 'csv'}`);
  }

  private append(file: ModelFile, bytes: Buffer): void {
    appendFileSync(file.path, bytes);
    this.touch(file);
  }

  private touch(file: ModelFile): void {
    const { ino, size } = statSync(file.path);
    this.onChange(
      `${basename(file.path)} inode ${ino}: ${size} bytes, ${file.records.length} records, ${this.events} events`
    );
    this.nowMs += 10;
    file.touchedMs = this.nowMs;
    utimesSync(file.path, this.nowMs / 1000, this.nowMs / 1000);
  }

  /** By the time of the last write: late rows of another file make that one the newest. */
  private isNewest(file: ModelFile): boolean {
    return this.files.every(
      (other) =>
        other === file || other.layout !== file.layout || other.compressed === 'yes' || other.touchedMs < file.touchedMs
    );
  }

  private add(file: ModelFile, event: number): void {
    file.records.push(this.instance(file, event, 'there'));
  }

  private tear(file: ModelFile): void {
    if (file.partial) {
      this.ledger.torn.add(file.partial.event);
      this.loseEvent(file, file.partial.event);
      file.partial = undefined;
      file.isTorn = true;
    }
  }

  /** Without its line end only, it is stored whole. */
  private loseEvent(file: ModelFile, event: number): void {
    this.instance(file, event, 'maybe');
  }

  private instance({ lineage, columns }: ModelFile, event: number, fate: Fate): Instance {
    return this.ledger.add({ event, lineage, columns, fate });
  }
}

function isBetweenQuotes(file: ModelFile): boolean {
  const bytes = readFileSync(file.path);
  return bytes.filter((byte) => byte === 0x22).length % 2 === 0;
}
