import { createHash } from 'node:crypto';

import { type Header, parseHeader } from '../../pmta/accounting/header.ts';
import { jsonPieces } from '../../pmta/accounting/jsonRecords.ts';
import { beginsWithHeader, wholeRecords } from '../../pmta/accounting/records.ts';
import type { Input } from './input.ts';
import { mostQuotedBytes } from './pieces.ts';

export type AccountingFormat = 'csv' | 'json';

/** What the beginning of accounting data says about it. */
export interface Head {
  format: AccountingFormat;
  /** Columns of the first records; empty for JSON, where every record names its own. */
  header: Header;
  /** Where the first record begins. */
  dataStart: number;
  /**
   * Hash of the first record. All accounting files of a PMTA begin with the same line, so the header tells nothing; the
   * first record has a recipient and a second of its own.
   */
  fingerprint: string;
}

export interface HeadOptions {
  /**
   * The columns of what begins with a record, by its fingerprint: a file that was truncated in place goes on without a
   * header. Undefined where nobody knows.
   */
  columnsOf?(fingerprint: string): Header | undefined;
  /** It should be JSON: a file that was truncated in place may go on with the rest of a record, which tells nothing. */
  isJson?: boolean;
  /** Nothing will be written behind the end, so a record whose quote is open there ends with its line. */
  isClosed?: boolean;
}

const headBytes = 256 * 1024;
/** A first record that is longer is told by its beginning. */
const mostHeadBytes = 16 * 1024 * 1024;

/**
 * Reads the beginning; undefined while its first record is not complete. Throws HeaderError where it is no accounting.
 */
export async function readHead(input: Input, options: HeadOptions = {}): Promise<Head | undefined> {
  for (let size = headBytes; ; size *= 2) {
    const buffer = Buffer.alloc(size);
    const head = buffer.subarray(0, await input.read(buffer, 0));
    const isWhole = head.length < size || size >= mostHeadBytes;
    const found = parseHead(head, { ...options, isClosed: options.isClosed === true && head.length < size });
    if (found || isWhole) {
      return found;
    }
  }
}

function parseHead(head: Buffer, { columnsOf, isJson, isClosed }: HeadOptions): Head | undefined {
  const start = contentStart(head);
  const first = String.fromCharCode(head[start] ?? 0);
  if (first === '{' || first === '[' || (isJson && !beginsWithHeader(head, start))) {
    const piece = jsonPieces(head.subarray(start)).next();
    const record = piece.done ? undefined : head.subarray(start + piece.value.start, start + piece.value.end);
    return record && { format: 'json', header: [], dataStart: start, fingerprint: hashOf(record) };
  }
  const { header: own, end: dataStart } = skipHeaders(head, start);
  const record = firstRecordEnd(head, dataStart, isClosed === true);
  if (record === 0) {
    return undefined;
  }
  const fingerprint = hashOf(head.subarray(dataStart, record));
  const header = own ?? columnsOf?.(fingerprint) ?? parseHeader(head.toString('utf8', dataStart, record));
  return { format: 'csv', header, dataStart, fingerprint };
}

/**
 * Behind the first record; 0 where it has no end yet. One whose quote is never closed ends with its line, one that is
 * too long where it becomes too long.
 */
function firstRecordEnd(head: Buffer, start: number, isClosed: boolean): number {
  const whole = wholeRecords(head.subarray(start, start + mostQuotedBytes), 1).end;
  if (whole > 0) {
    return start + whole;
  }
  const isOverlong = head.length - start >= mostQuotedBytes;
  const line = isOverlong || isClosed ? lineEnd(head, start) : 0;
  return line || (head.length >= mostHeadBytes ? head.length : 0);
}

/** A file may begin with several headers: with another one, say, for each time that PMTA was started in vain. */
function skipHeaders(head: Buffer, start: number): { header: Header | undefined; end: number } {
  let header: Header | undefined;
  let end = start;
  while (beginsWithHeader(head, end)) {
    const line = lineEnd(head, end);
    if (line === 0) {
      break;
    }
    try {
      header = parseHeader(head.toString('utf8', end, line));
    } catch (error) {
      if (!header) {
        throw error;
      }
      // It only begins like one, and will be rejected with its text.
      break;
    }
    end = line;
  }
  return { header, end };
}

/** Behind the line that begins at an offset; 0 where it has no end yet. */
function lineEnd(bytes: Buffer, from: number): number {
  return bytes.indexOf(0x0a, from) + 1;
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
