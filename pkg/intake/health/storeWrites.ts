import { StoreError, type StoreErrorCode } from '../../store/errors.ts';
import { messageOf } from '../messageOf.ts';

/** Why the store does not take what the intake brings; it is tried again all the time. */
export interface StoreFailure {
  /** Null for what is no error of the store. */
  code: StoreErrorCode | null;
  message: string;
}

/** What a thrown value says of the store. */
export function storeFailure(error: unknown): StoreFailure {
  return { code: error instanceof StoreError ? error.code : null, message: messageOf(error) };
}

/**
 * Remembers whether the store takes what is written at each poll. Accounting is quiet for hours on a node that sends
 * nothing, so its own errors would say neither that the disk is full nor that it is no more.
 */
export class StoreWrites {
  /** Of the last write; null where it went in. */
  failure: StoreFailure | null = null;

  /** Runs one write and throws what it throws. */
  async run<T>(write: () => Promise<T>): Promise<T> {
    try {
      const result = await write();
      this.failure = null;
      return result;
    } catch (error) {
      this.failure = storeFailure(error);
      throw error;
    }
  }
}
