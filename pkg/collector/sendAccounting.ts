import type { Chunk, ChunkResult } from '../intake/accounting/chunk.ts';
import type { DiskJournal } from '../intake/accounting/diskJournal.ts';
import { Follower, type FollowState } from '../intake/accounting/follow.ts';
import { headerLine } from '../pmta/accounting/header.ts';
import { type Outlet, RefusedError } from './outlet.ts';

/**
 * What is sent at once. It is in memory several times, which V8 frees late: with twice as much a collector in a backlog
 * takes 135 MB instead of 110 MB. Packed it is far below the megabyte that proxies let through as a rule.
 */
const pieceBytes = 1024 * 1024;
/** How long nothing is sent of a file whose records were refused; the others go on. */
const refusedMs = 60_000;

export interface SendOptions {
  node: string;
  globs: readonly string[];
  roots: readonly string[];
  journal: DiskJournal;
  outlet: Outlet;
}

/**
 * Follows accounting files and sends what is written in them, in order: the receiver knows each source by its name and
 * how far it has it, so what is sent twice counts once.
 */
export class AccountingSender {
  private readonly follower: Follower;
  private readonly outlet: Outlet;
  private readonly refused = new Map<string, { error: RefusedError; untilMs: number }>();
  private signal = new AbortController().signal;

  constructor({ node, globs, roots, journal, outlet }: SendOptions) {
    this.outlet = outlet;
    this.follower = new Follower({
      globs,
      roots,
      sink: {
        node,
        journal,
        // The receiver sees to what several acct-files have in common.
        inTurn: (_, task) => task(),
        store: (chunk) => this.send(chunk),
        // The receiver has them.
        keepRejects: async () => undefined,
      },
      mostPieces: 1,
      pieceBytes,
      onProgress: () => undefined,
    });
  }

  /** Sends what there is. Throws StoreError where the receiver takes nothing; what it refuses is a problem of one file. */
  catchUp(signal: AbortSignal): Promise<FollowState> {
    this.signal = signal;
    return this.follower.catchUp(signal);
  }

  close(): Promise<void> {
    return this.follower.close();
  }

  private async send({ acctFile, source, format, header, start, bytes }: Chunk): Promise<ChunkResult> {
    const refusal = this.refused.get(source);
    if (refusal && Date.now() < refusal.untilMs) {
      throw refusal.error;
    }
    const body = format === 'csv' ? Buffer.concat([Buffer.from(`${headerLine(header)}\n`), bytes]) : bytes;
    // The receiver takes plain names only.
    const name = acctFile.replace(/[^\w.~-]/g, '_').slice(0, 100);
    try {
      const received = await this.outlet.accounting({ acctFile: name, source, start, bytes: body }, this.signal);
      this.refused.delete(source);
      return { records: received.new, duplicates: received.seen, rejects: [], header };
    } catch (error) {
      if (error instanceof RefusedError) {
        this.refused.set(source, { error, untilMs: Date.now() + refusedMs });
      }
      throw error;
    }
  }
}
