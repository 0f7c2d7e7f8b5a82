import type { WholeRecords } from './records.ts';

/** What stands between objects: blanks, line breaks, and the brackets and commas of an array. */
const between = new Set(Buffer.from(' \t\r\n,[]\0'));
const quote = 0x22;
const backslash = 0x5c;
const open = 0x7b;
const close = 0x7d;
const lineFeed = 0x0a;

/** A top-level JSON object, or what stands in the place of one and is none (up to the end of its line). */
export interface JsonPiece {
  start: number;
  end: number;
}

/**
 * Finds the whole JSON records at the beginning of a buffer. How PMTA frames them in a file is not documented, so one
 * object a line, an array of objects and objects one after the other are all read.
 */
export function wholeJsonRecords(bytes: Buffer, most = Infinity): WholeRecords {
  let records = 0;
  let end = 0;
  for (const piece of jsonPieces(bytes)) {
    if (records === most) {
      break;
    }
    records++;
    end = piece.end;
  }
  return { records, end };
}

/** The whole records of a buffer one by one; ends before the first that is not whole. */
export function* jsonPieces(bytes: Buffer): Generator<JsonPiece> {
  let start = 0;
  for (;;) {
    while (start < bytes.length && between.has(bytes[start] as number)) {
      start++;
    }
    const end = bytes[start] === open ? objectEnd(bytes, start) : lineEnd(bytes, start);
    if (end < 0) {
      return;
    }
    yield { start, end };
    start = end;
  }
}

/** Behind the brace that closes the object at `start`; -1 where there is none yet. */
function objectEnd(bytes: Buffer, start: number): number {
  let depth = 0;
  for (let index = start; index < bytes.length; index++) {
    const byte = bytes[index];
    if (byte === quote) {
      index = stringEnd(bytes, index);
      if (index < 0) {
        return -1;
      }
    } else if (byte === open) {
      depth++;
    } else if (byte === close && --depth === 0) {
      return index + 1;
    }
  }
  return -1;
}

/** Of the quote that closes the string at `start`; -1 where there is none yet. */
function stringEnd(bytes: Buffer, start: number): number {
  let end = bytes.indexOf(quote, start + 1);
  while (end >= 0) {
    let slashes = 0;
    while (bytes[end - 1 - slashes] === backslash) {
      slashes++;
    }
    if (slashes % 2 === 0) {
      return end;
    }
    end = bytes.indexOf(quote, end + 1);
  }
  return -1;
}

function lineEnd(bytes: Buffer, start: number): number {
  const end = bytes.indexOf(lineFeed, start);
  return end < 0 ? -1 : end + 1;
}
