import { hashOf } from './head.ts';
import type { Input } from './input.ts';

const mostBytes = 256;

/** By what the end of what was read is known again: the last bytes' number and hash. */
export function tailOf(bytes: Buffer): string {
  const last = bytes.subarray(Math.max(0, bytes.length - mostBytes));
  return `${last.length}:${hashOf(last)}`;
}

/** Whether what stands before `end` is what stood there when its tail was taken. */
export async function hasTail(input: Input, end: number, tail: string): Promise<boolean> {
  const length = Number.parseInt(tail, 10);
  if (!Number.isFinite(length) || length > end) {
    return false;
  }
  const bytes = Buffer.alloc(length);
  return (await input.read(bytes, end - length)) === length && tailOf(bytes) === tail;
}
