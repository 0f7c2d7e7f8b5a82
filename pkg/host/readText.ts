import { readFileSync } from 'node:fs';

/**
 * The content of a file below `/proc` or `/sys`; undefined for one that is gone or not for this user.
 *
 * Synchronous on purpose: such a read never waits for a disk and takes some 10 µs, while the threads of asynchronous
 * reads are the store's too and may all be busy with queries.
 */
export function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
