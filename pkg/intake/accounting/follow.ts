import { parseHeader } from '../../pmta/accounting/header.ts';
import { StoreError } from '../../store/errors.ts';
import { messageOf } from '../messageOf.ts';
import { readHead } from './head.ts';
import type { Input } from './input.ts';
import type { JournalEntry } from './journal.ts';
import { PieceGone, readOn, type Sink } from './readOn.ts';
import { hasTail } from './tail.ts';
import { isAtRest, isNewer, looksOf } from './files.ts';
import { type Followed, Watch } from './watch.ts';

/** Pieces after which it is looked again what is being written. */
const backlogPieces = 8;
/** Pieces of a file that is being written, while there is a backlog beside it. */
const writtenPieces = 2;
/** How often the folders are looked at while a backlog is read. */
const lookMs = 500;

export interface FollowOptions {
  globs: readonly string[];
  roots: readonly string[];
  sink: Sink;
  /** Pieces of a file in one go, 8 by default; 1 for a receiver that takes them in order. */
  mostPieces?: number;
  /** Told after each round, because a backlog may take minutes. */
  onProgress(state: FollowState): void;
  /** UTC milliseconds. */
  now?: () => number;
  pieceBytes?: number | undefined;
}

export interface FollowState {
  files: number;
  /** Bytes that are written and not yet in the store; of a compressed file its whole size. */
  lagBytes: number;
  /** When the last record that was read was logged, UTC seconds; null before. */
  lastSecond: number | null;
  problems: string[];
}

/**
 * Follows the accounting files of one node: brings the store up to what is written in them, whenever it is asked to.
 * What PMTA is writing is read first, then the oldest of the backlog, so that a month of files does not hide the last
 * minute. A file that fails is reported and does not stop the others.
 */
export class Follower {
  private readonly options: FollowOptions;
  private readonly now: () => number;
  private readonly watch: Watch;
  private readonly failures = new Map<string, string>();
  private lastSecond: number | null = null;

  constructor(options: FollowOptions) {
    this.options = options;
    this.now = options.now ?? Date.now;
    this.watch = new Watch(options.sink.journal, options.globs, options.roots, this.now);
  }

  /** Reads until nothing is left or the signal aborts. Throws StoreError; all else is a problem of one file. */
  async catchUp(signal: AbortSignal): Promise<FollowState> {
    try {
      return await this.readAll(signal);
    } catch (error) {
      // While the store is away, what is not in it grows, and that must be seen.
      this.options.onProgress(this.state());
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.watch.close();
  }

  private async readAll(signal: AbortSignal): Promise<FollowState> {
    let lookedMs = -Infinity;
    while (!signal.aborted) {
      if (this.now() - lookedMs >= lookMs) {
        lookedMs = this.now();
        this.failures.clear();
        await this.watch.look();
      }
      const next = this.next();
      if (next.length === 0) {
        break;
      }
      // All must have ended before anything is thrown, or the next call would run beside them.
      const reads = next.map(({ followed, mostPieces }) => this.readOrReport(followed, mostPieces, signal));
      const failed = (await Promise.allSettled(reads)).find((read) => read.status === 'rejected');
      if (failed) {
        throw failed.reason;
      }
      this.options.onProgress(this.state());
    }
    return this.state();
  }

  private state(): FollowState {
    const followed = [...this.watch.followed.values()];
    return {
      files: this.watch.files(),
      lagBytes: followed.reduce((sum, one) => sum + this.lagOf(one), 0),
      lastSecond: this.lastSecond,
      problems: [...this.watch.problems(), ...this.failures.values()],
    };
  }

  /** What is read next: of every file that is being written, and of the oldest of the others. */
  private next(): Array<{ followed: Followed; mostPieces: number }> {
    const behind = [...this.watch.followed.values()].filter(
      (followed) => !this.failures.has(followed.source) && followed.readTo !== this.seen(followed)
    );
    const written = behind.filter(({ isNewest }) => isNewest);
    const oldest = behind
      .filter(({ isNewest }) => !isNewest)
      .reduce<Followed | undefined>((a, b) => (a && !isNewer(a.file, b.file) ? a : b), undefined);
    const most = this.options.mostPieces ?? backlogPieces;
    const mostPieces = oldest ? Math.min(most, writtenPieces) : most;
    return [
      ...written.map((followed) => ({ followed, mostPieces })),
      ...(oldest ? [{ followed: oldest, mostPieces: most }] : []),
    ];
  }

  private async readOrReport(followed: Followed, mostPieces: number, signal: AbortSignal): Promise<void> {
    try {
      await this.read(followed, mostPieces, signal);
    } catch (error) {
      if (error instanceof StoreError) {
        throw error;
      }
      this.failures.set(followed.source, `${followed.file.path}: ${messageOf(error)}`);
    }
  }

  private async read(followed: Followed, mostPieces: number, signal: AbortSignal): Promise<void> {
    const { sink, pieceBytes } = this.options;
    const { file, source, format, isCompressed, isListed } = followed;
    const entry = sink.journal.entry(source);
    if (!entry) {
      // Whoever deleted the file has taken it out of the journal.
      return this.watch.drop(followed);
    }
    const input = await this.watch.inputOf(followed);
    if (!isCompressed && !(await this.isStillThere(entry, followed, input))) {
      return this.watch.drop(followed);
    }
    const read = (isClosed: boolean) =>
      readOn({ entry, input, format }, { size: file.size, isClosed, mostPieces, pieceBytes, signal }, sink);
    try {
      const isClosed = this.rests(followed);
      let result = await read(isClosed);
      if (result.bytes === 0 && !isClosed && (await input.isEnded())) {
        result = await read(true);
      }
      this.lastSecond = result.lastSecond ?? this.lastSecond;
      const isAtEnd = isListed && !isCompressed && result.entry.doneEnd >= file.size;
      if (result.bytes === 0 || isAtEnd) {
        await this.rest(followed);
      }
    } catch (error) {
      if (!(error instanceof PieceGone)) {
        throw error;
      }
      // Its rows went in or not; read again as another generation, they count once either way.
      await sink.journal.write({ ...entry, pendingEnds: [], tail: 'gone' });
      await this.watch.drop(followed);
    }
  }

  /** Nothing is left to be read for now. */
  private async rest(followed: Followed): Promise<void> {
    const { sink } = this.options;
    const { file, source, isCompressed, isNewest } = followed;
    const entry = sink.journal.entry(source);
    followed.readTo = this.seen(followed);
    if (isCompressed && entry) {
      const isComplete = (await followed.input?.isEnded()) === true;
      await sink.journal.write({ ...entry, isComplete, seenSize: file.size });
    }
    // The newest stays open; see markNewest.
    if (!isNewest || isCompressed) {
      await followed.input?.close();
      followed.input = undefined;
    }
  }

  private rests({ file, isNewest }: Followed): boolean {
    return !isNewest && isAtRest(file, this.now());
  }

  /** How a file looks; once nothing will be written to it any more, what seemed to be half a record is a whole one. */
  private seen(followed: Followed): string {
    const isClosed = !followed.isCompressed && this.rests(followed);
    return `${looksOf(followed.file)}${isClosed ? ' closed' : ''}`;
  }

  private lagOf(followed: Followed): number {
    const { file, source, isCompressed, readTo } = followed;
    if (readTo === this.seen(followed)) {
      return 0;
    }
    const doneEnd = this.options.sink.journal.entry(source)?.doneEnd ?? 0;
    return isCompressed ? file.size : Math.max(0, file.size - doneEnd);
  }

  /** Whether a file still begins with what was read of it; before anything was, with the record that it is known by. */
  private async isStillThere(entry: JournalEntry, { file, format }: Followed, input: Input): Promise<boolean> {
    if (entry.tail !== '') {
      return hasTail(input, entry.doneEnd, entry.tail);
    }
    const columnsOf = () => (entry.header === '' ? undefined : parseHeader(entry.header));
    const head = await readHead(input, {
      columnsOf,
      isJson: format === 'json',
      isClosed: isAtRest(file, this.now()),
    });
    return head?.fingerprint === entry.fingerprint && head.dataStart === entry.doneEnd;
  }
}
