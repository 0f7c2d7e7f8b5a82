import { createHash } from 'node:crypto';

import { type Header, HeaderError, parseHeader } from '../../pmta/accounting/header.ts';
import { jsonPieces } from '../../pmta/accounting/jsonRecords.ts';
import { beginsWithHeader, wholeRecords } from '../../pmta/accounting/records.ts';
import type { Input } from './input.ts';

export type AccountingFormat = 'csv' | 'json';

/** What the beginning of accounting data says about it. */
export interface Head {
  format: AccountingFormat;
  /** Columns of the first records; empty for JSON, where every record names its own. */
  header: Header;
  /** Where the first record begins. */
  dataStart: number;
  /**
   * Hash of the first record. All accounting files of a PMTA begin with the same line, so the first line tells nothing;
   * the first record has a recipient and a second of its own.
   */
  fingerprint: string;
}

const headBytes = 256 * 1024;
/** A first record that is longer is told by its beginning. */
const mostHeadBytes = 16 * 1024 * 1024;

/**
 * Reads the beginning; undefined while its first record is not complete. Throws HeaderError where it is no accounting.
 *
 * @param known the columns that the same file had before: one that was truncated in place goes on without a header
 */
export async function readHead(input: Input, known?: Header): Promise<Head | undefined> {
  for (let size = headBytes; ; size *= 2) {
    const buffer = Buffer.alloc(size);
    const head = buffer.subarray(0, await input.read(buffer, 0));
    const isWhole = head.length < size || size >= mostHeadBytes;
    const found = parseHead(head, known, isWhole && head.length >= mostHeadBytes);
    if (found || isWhole) {
      return found;
    }
  }
}

function parseHead(head: Buffer, known: Header | undefined, isCut: boolean): Head | undefined {
  const start = contentStart(head);
  const first = String.fromCharCode(head[start] ?? 0);
  if (first === '{' || first === '[') {
    const piece = jsonPieces(head.subarray(start)).next();
    const record = piece.done ? undefined : head.subarray(start + piece.value.start, start + piece.value.end);
    return record && { format: 'json', header: [], dataStart: start, fingerprint: hashOf(record) };
  }
  const line = wholeRecords(head.subarray(start), 1).end;
  if (line === 0) {
    if (isCut) {
      throw new HeaderError('the first line is longer than 16 MiB, so it is not the header of an accounting file');
    }
    return undefined;
  }
  const hasHeader = beginsWithHeader(head, start) || known === undefined;
  const header = hasHeader ? parseHeader(head.toString('utf8', start, start + line)) : known;
  const dataStart = hasHeader ? start + line : start;
  const record = wholeRecords(head.subarray(dataStart), 1).end;
  if (record === 0 && !isCut) {
    return undefined;
  }
  const bytes = record === 0 ? head.subarray(dataStart) : head.subarray(dataStart, dataStart + record);
  return { format: 'csv', header, dataStart, fingerprint: hashOf(bytes) };
}

/** Behind a byte order mark, and behind the hole that a truncation in place leaves in front of what is written next. */
function contentStart(head: Buffer): number {
  let start = head.subarray(0, 3).equals(byteOrderMark) ? 3 : 0;
  while (head[start] === 0) {
    start++;
  }
  return start;
}

const byteOrderMark = Buffer.from([0xef, 0xbb, 0xbf]);

/** Short hash that tells contents apart. */
export function hashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex').slice(0, 24);
}
