import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';

import { type AccountingFileName, closedFiles, parseAccountingFileName } from '../../pmta/accounting/fileName.ts';
import { PmtaError } from '../../pmta/error.ts';
import type { LogFile } from '../../pmta/log-files/model.ts';
import type { Monitor } from '../../pmta/monitor.ts';
import { StoreError } from '../../store/errors.ts';
import { messageOf } from '../messageOf.ts';
import type { FollowState } from './follow.ts';
import { readHead } from './head.ts';
import { type Input, streamInput } from './input.ts';
import type { JournalEntry } from './journal.ts';
import { newEntry } from './newEntry.ts';
import { type OpenSource, PieceGone, readOn, type Sink } from './readOn.ts';
import { nextGeneration } from './recognise.ts';
import { rememberStart } from './rememberStart.ts';
import { hasTail } from './tail.ts';

/** Most bytes a second that are asked of PMTA's monitor: a month of files must not slow down a server that sends. */
const bytesPerSecond = 16 * 1024 * 1024;

export interface PullOptions {
  monitor: Pick<Monitor, 'logFiles' | 'openLogFile'>;
  sink: Sink;
  onProgress(state: FollowState): void;
}

type PulledFile = LogFile & { accounting: AccountingFileName };

/**
 * Fetches the accounting files of a PMTA over its monitor, each once. PMTA sends files whole, so one is fetched when it
 * is closed; the open one only from a server that sends parts of files.
 */
export class Puller {
  private readonly options: PullOptions;
  /** Whether the server sends parts of files; not known before the first. */
  private ranged: boolean | undefined;
  private lastSecond: number | null = null;

  constructor(options: PullOptions) {
    this.options = options;
  }

  /** Fetches what there is until nothing is left or the signal aborts. Throws PmtaError and StoreError. */
  async catchUp(signal: AbortSignal): Promise<FollowState> {
    const { files } = await this.options.monitor.logFiles(signal);
    const closed = closedFiles(files);
    const wanted: PulledFile[] = [...closed, ...(this.ranged === false ? [] : openFiles(files, closed))];
    const problems: string[] = [];
    let left = wanted.filter((file) => !this.isComplete(file));
    for (const file of left) {
      if (signal.aborted) {
        break;
      }
      try {
        await this.fetch(file, closed.includes(file), signal, () =>
          this.options.onProgress(this.state(wanted, left, problems))
        );
        left = left.filter((other) => other !== file);
      } catch (error) {
        if (error instanceof StoreError) {
          throw error;
        }
        problems.push(`${file.name}: ${messageOf(error)}`);
      }
    }
    return this.state(wanted, left, problems);
  }

  private async fetch(file: PulledFile, isClosed: boolean, signal: AbortSignal, onPiece: () => void): Promise<void> {
    const { sink } = this.options;
    const known = this.entryOf(file);
    const opened = known ? await this.goOn(file, known, signal) : await this.begin(file, signal);
    if (!opened) {
      return;
    }
    const { input, format } = opened;
    let { entry } = opened;
    try {
      if (this.ranged === false && !isClosed) {
        return;
      }
      for (;;) {
        const options = { size: Math.max(file.size.min, entry.doneEnd), isClosed, mostPieces: 1 };
        const result = await readOn({ entry, input, format }, options, sink).catch(async (error: unknown) => {
          if (error instanceof PieceGone) {
            // Read again as another generation, its records count once whether they went in or not.
            await sink.journal.write({ ...entry, pendingEnds: [], tail: 'gone' });
          }
          throw error;
        });
        if (result.bytes === 0) {
          break;
        }
        entry = result.entry;
        this.lastSecond = result.lastSecond ?? this.lastSecond;
        onPiece();
        signal.throwIfAborted();
      }
      if (isClosed) {
        await sink.journal.write({ ...entry, isComplete: true, seenSize: file.size.min });
      }
    } finally {
      await input.close();
    }
  }

  /** Opens a file that was begun, where its reading ended. */
  private async goOn(file: PulledFile, entry: JournalEntry, signal: AbortSignal): Promise<OpenSource | undefined> {
    const input = this.inputOf(file, signal);
    if (entry.tail !== '' && !(await hasTail(input, entry.doneEnd, entry.tail))) {
      await input.close();
      return this.begin(file, signal);
    }
    return { entry, input, format: file.accounting.format };
  }

  private async begin(file: PulledFile, signal: AbortSignal): Promise<OpenSource | undefined> {
    const { journal } = this.options.sink;
    const input = rememberStart(this.inputOf(file, signal));
    const head = await readHead(input);
    if (!head) {
      await input.close();
      return undefined;
    }
    const source = `pull-${head.fingerprint}`;
    const at = { path: file.name, inode: '', seenSize: file.size.min };
    // The same first record under another name: it was compressed, or moved.
    const before = journal.entries().findLast((entry) => entry.source.split('~', 1)[0] === source);
    const isSame = !before || before.tail === '' || (await hasTail(input, before.doneEnd, before.tail));
    const known = before && (isSame ? before : nextGeneration(before, head));
    const entry = { ...(known ?? newEntry(source, head, { ...at, acctFile: acctFileOf(file) })), ...at };
    return { entry, input, format: head.format };
  }

  private inputOf(file: PulledFile, signal: AbortSignal): Input {
    const open = async (position: number) => {
      const from = file.accounting.compressed ? 0 : position;
      const opened = await this.options.monitor.openLogFile(file.name, { from, bytesPerSecond, signal });
      this.ranged = opened.ranged;
      const bytes = Readable.from(opened.bytes, { objectMode: false });
      if (!file.accounting.compressed) {
        return { stream: bytes, position: from };
      }
      const plain = createGunzip();
      bytes.on('error', (error) => plain.destroy(error));
      return { stream: bytes.pipe(plain), position: 0 };
    };
    return streamInput(open, { isInterruption: isInterrupted });
  }

  private entryOf(file: PulledFile): JournalEntry | undefined {
    return this.options.sink.journal
      .entries()
      .findLast((entry) => entry.source.startsWith('pull-') && entry.path === file.name);
  }

  private isComplete(file: PulledFile): boolean {
    const entry = this.entryOf(file);
    const { min, max } = file.size;
    return entry !== undefined && entry.isComplete && entry.seenSize >= min && entry.seenSize <= (max ?? Infinity);
  }

  private state(wanted: readonly PulledFile[], left: readonly PulledFile[], problems: string[]): FollowState {
    const lag = (file: PulledFile) => Math.max(0, file.size.min - (this.entryOf(file)?.doneEnd ?? 0));
    return {
      files: wanted.length,
      lagBytes: left.reduce((sum, file) => sum + lag(file), 0),
      lastSecond: this.lastSecond,
      problems: [...problems],
    };
  }
}

function isInterrupted(error: unknown): boolean {
  return error instanceof PmtaError && error.code === 'interrupted';
}

/** A file of the monitor and one of the disk are two ways to the same events, which count once. */
function acctFileOf({ accounting }: PulledFile): string {
  return `pull:${accounting.family}`;
}

/** What PMTA is writing: listed as accounting, and not closed; a compressed file is a copy then. */
function openFiles(files: readonly LogFile[], closed: readonly PulledFile[]): PulledFile[] {
  return files.flatMap((file) => {
    const accounting = parseAccountingFileName(file.name);
    const isOpen = accounting && !accounting.compressed && !closed.some(({ name }) => name === file.name);
    return isOpen ? [{ ...file, accounting }] : [];
  });
}
