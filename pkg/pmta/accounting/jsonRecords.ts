import type { WholeRecords } from './records.ts';

/** What stands between objects: blanks, line breaks, and the brackets and commas of an array. */
const separators = new Set(Buffer.from(' \t\r\n,[]\0'));
const byteOrderMark = Buffer.from([0xef, 0xbb, 0xbf]);
const quote = 0x22;
const backslash = 0x5c;
const open = 0x7b;
const close = 0x7d;
const lineFeed = 0x0a;

/** A top-level JSON object, or what stands in the place of one and is none. */
export interface JsonPiece {
  start: number;
  end: number;
}

/**
 * Finds the whole JSON records at the beginning of a buffer, and what separates them from what follows. How PMTA frames
 * them in a file is not documented, so one object a line, an array of objects and objects one after the other are all read.
 */
export function wholeJsonRecords(bytes: Buffer): WholeRecords {
  let records = 0;
  let end = 0;
  for (const piece of jsonPieces(bytes)) {
    records++;
    end = piece.end;
  }
  return { records, end: separatorsEnd(bytes, end) };
}

/** The whole records of a buffer one by one; ends before the first that is not whole. */
export function* jsonPieces(bytes: Buffer): Generator<JsonPiece> {
  const lineFrom = lineFinder(bytes);
  for (let start = separatorsEnd(bytes, 0); start < bytes.length;) {
    const end = bytes[start] === open ? objectEnd(bytes, start, lineFrom) : garbageEnd(bytes, start);
    if (end < 0) {
      return;
    }
    yield { start, end };
    start = separatorsEnd(bytes, end);
  }
}

/** Where the next object begins, or what stands in the place of one. */
export function separatorsEnd(bytes: Buffer, from: number): number {
  for (let index = from; ;) {
    if (separators.has(bytes[index] ?? -1)) {
      index++;
    } else if (bytes[index] === byteOrderMark[0] && bytes.subarray(index, index + 3).equals(byteOrderMark)) {
      index += 3;
    } else {
      return index;
    }
  }
}

/**
 * Behind the brace that closes the object at `start`; -1 where there is none yet. One that was cut off ends where that
 * shows, or it would take the records behind it along: at a line break inside a text, which JSON does not allow, and in
 * front of a line that begins like a record.
 */
function objectEnd(bytes: Buffer, start: number, lineFrom: (from: number) => number): number {
  let depth = 0;
  let line = lineFrom(start);
  for (let index = start; index < bytes.length; index++) {
    const byte = bytes[index];
    if (byte === quote) {
      if (line >= 0 && line < index) {
        line = lineFrom(index);
      }
      index = stringEnd(bytes, index);
      if (line >= 0 && (index < 0 || line < index)) {
        return line + 1;
      }
      if (index < 0) {
        return -1;
      }
    } else if (byte === open) {
      if (depth > 0 && beginsRecordLine(bytes, index)) {
        return index;
      }
      depth++;
    } else if (byte === close && --depth === 0) {
      return index + 1;
    }
  }
  return -1;
}

/**
 * Finds the next line feed. Records of an array stand in one line of megabytes as a rule: searching to its end for each of
 * them would take longer than all the rest.
 */
function lineFinder(bytes: Buffer): (from: number) => number {
  let searchedFrom = Infinity;
  let found = -1;
  return (from) => {
    if (from < searchedFrom || (found >= 0 && found < from)) {
      searchedFrom = from;
      found = bytes.indexOf(lineFeed, from);
    }
    return found;
  };
}

/** Of the quote that closes the text at `start`; -1 where there is none yet. */
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

function beginsRecordLine(bytes: Buffer, brace: number): boolean {
  const before = bytes.toString('latin1', Math.max(0, brace - 16), brace);
  return /\n[ \t]*$/.test(before) && /^\{\s*"type"/i.test(bytes.toString('latin1', brace, brace + 32));
}

/** The end of the line, or an object that begins on it; -1 where neither is there yet. */
function garbageEnd(bytes: Buffer, start: number): number {
  const line = bytes.indexOf(lineFeed, start);
  const end = line < 0 ? bytes.length : line + 1;
  for (let brace = bytes.indexOf(open, start); brace >= 0 && brace < end; brace = bytes.indexOf(open, brace + 1)) {
    if (/^\{\s*"/.test(bytes.toString('latin1', brace, brace + 16))) {
      return brace;
    }
  }
  return line < 0 ? -1 : end;
}
