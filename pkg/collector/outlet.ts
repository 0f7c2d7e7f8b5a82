import type { Received } from '../intake/accounting/receive.ts';
import type { SnapshotTables } from '../intake/snapshots/batch.ts';

/** Records of one source, in its order. */
export interface AccountingPost {
  acctFile: string;
  source: string;
  /** Where in the source the first record begins. */
  start: number;
  /** CSV with its header, or JSON. */
  bytes: Buffer;
}

/** The receiver has understood the request and does not take these records or rows, whatever it does with others. */
export class RefusedError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'RefusedError';
  }
}

/**
 * Where a collector sends what it collects. What is sent again because an answer was lost counts once. Throws StoreError
 * where nothing is taken for now, and RefusedError; the same is to be sent again after both.
 */
export interface Outlet {
  accounting(post: AccountingPost, signal: AbortSignal): Promise<Received>;
  snapshots(id: string, tables: SnapshotTables, signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}
