import { wholeJsonRecords } from '../../pmta/accounting/jsonRecords.ts';
import { wholeRecords } from '../../pmta/accounting/records.ts';
import type { AccountingFormat } from './head.ts';
import type { Input } from './input.ts';

/** The most that goes in at once: large enough for the engine's reader, small enough to be fair to other files. */
export const pieceBytes = 12 * 1024 * 1024;
/** Longer than any record is. */
const mostRecordBytes = 16 * 1024 * 1024;
/** More than the line breaks that a quoted field may hold span. */
export const mostQuotedBytes = 1024 * 1024;

/** Buffers of pieces that are kept for the next ones. */
const mostIdle = 6;

/** A part of a source that begins and ends at records. */
export interface Piece {
  start: number;
  bytes: Buffer;
}

/**
 * Buffers that no piece uses. Made anew for each piece, they would be collected as often: a tenth of what a backlog costs,
 * and memory that comes back late.
 */
const idle: Buffer[] = [];

function takeBuffer(size: number): Buffer {
  return (size === pieceBytes ? idle.pop() : undefined) ?? Buffer.allocUnsafeSlow(size);
}

/** Gives the buffer of a piece to the next ones; nothing may look at its bytes any more. */
export function releasePiece({ bytes }: Pick<Piece, 'bytes'>): void {
  if (bytes.buffer.byteLength === pieceBytes && idle.length < mostIdle) {
    idle.push(Buffer.from(bytes.buffer));
  }
}

/**
 * Reads the next whole records; null while there are none. Nobody can tell where a record ends whose quote is never
 * closed, so such a one ends at the end of its line.
 *
 * @param isClosed whether nothing will be written behind the end: a last record without line end is then whole
 * @param most bytes of a piece; a record that is longer comes alone
 */
export async function readPiece(
  input: Input,
  start: number,
  format: AccountingFormat,
  isClosed: boolean,
  most = pieceBytes
): Promise<Piece | null> {
  const whole = format === 'csv' ? wholeRecords : wholeJsonRecords;
  for (let size = most; ; size = Math.min(size * 2, mostRecordBytes)) {
    const buffer = takeBuffer(size);
    const bytes = buffer.subarray(0, await input.read(buffer, start));
    const isEnd = bytes.length < size;
    const end = whole(bytes).end || (isEnd && isClosed ? closedEnd(bytes) : overlongEnd(bytes));
    if (end > 0) {
      return { start, bytes: bytes.subarray(0, end) };
    }
    releasePiece({ bytes: buffer });
    if (isEnd) {
      return null;
    }
  }
}

/** Reads a piece again that was read before; null where it is gone. */
export async function readSamePiece(input: Input, start: number, end: number): Promise<Piece | null> {
  const bytes = Buffer.allocUnsafe(end - start);
  const length = await input.read(bytes, start);
  return length === bytes.length ? { start, bytes } : null;
}

/** A record that was cut off ends with the file; a quote that is open in it ends with its line. */
function closedEnd(bytes: Buffer): number {
  return bytes.indexOf('\n') + 1 || bytes.length;
}

/**
 * Where to cut bytes that hold no whole record; 0 while one may still come. A quote that stays open for longer than any
 * quoted field was none, so the record ends with its line.
 */
export function overlongEnd(bytes: Buffer): number {
  if (bytes.length < mostQuotedBytes) {
    return 0;
  }
  return bytes.indexOf('\n') + 1 || (bytes.length >= mostRecordBytes ? bytes.length : 0);
}
