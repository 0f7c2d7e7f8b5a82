import { hashOf } from './head.ts';
import type { Input } from './input.ts';

const mostBytes = 256;

/** By what the end of what was read is known again: the last bytes' number and hash. */
export function tailOf(bytes: Buffer): string {
  const last = bytes.subarray(Math.max(0, bytes.length - mostBytes));
  return `${last.length}:${hashOf(last)}`;
}

/** A tail that also tells the end of what is being read behind it. */
export function withPending(tail: string, bytes: Buffer): string {
  return `${tail}|${tailOf(bytes)}`;
}

/** Whether bytes are those that were being read when a tail was taken; true where it does not tell. */
export function isPending(tail: string, bytes: Buffer): boolean {
  const [, pending] = tail.split('|');
  return pending === undefined || pending === tailOf(bytes);
}

/** Whether what stands before `end` is what stood there when its tail was taken. */
export async function hasTail(input: Input, end: number, taken: string): Promise<boolean> {
  const [tail = ''] = taken.split('|');
  if (tail === '' && taken !== '') {
    // Nothing was read before what is being read.
    return true;
  }
  const length = Number.parseInt(tail, 10);
  if (!Number.isFinite(length) || length > end) {
    return false;
  }
  const bytes = Buffer.alloc(length);
  return (await input.read(bytes, end - length)) === length && tailOf(bytes) === tail;
}
