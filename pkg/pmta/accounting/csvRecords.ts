import { closingQuote, textStart } from './records.ts';

const quote = 0x22;
const comma = 0x2c;
const lineFeed = 0x0a;
const carriageReturn = 0x0d;

/** One record: where it stands in the buffer, line end included, and its fields, a byte a character. */
export interface CsvRecord {
  start: number;
  end: number;
  fields: string[];
}

/**
 * The records of CSV one by one, the last one whether it is whole or not; lines without text are none. RFC 4180 with the
 * liberties that the engine's reader takes, so that a record is the same whoever reads it, and nothing that is no error
 * there is one here:
 * - A quote that is not at the beginning of its field is one of the text; one that is never closed holds all that follows.
 * - Blanks behind a closing quote are dropped. Where other text stands there, none of the two quotes is one (the engine
 *   refuses such a field).
 * - A carriage return is part of a line end only right in front of a line feed or of the end.
 *
 * Fields are latin1: every byte comes out of them as it went in, whatever encoding the text has or pretends to have.
 */
export function* csvRecords(bytes: Buffer): Generator<CsvRecord> {
  for (let start = 0; start < bytes.length;) {
    const record = recordAt(bytes, start);
    if (record.fields.length > 0) {
      yield record;
    }
    start = record.end;
  }
}

function recordAt(bytes: Buffer, start: number): CsvRecord {
  const fields: string[] = [];
  let from = textStart(bytes, start);
  if (from === bytes.length || bytes[from] === lineFeed) {
    return { start, end: Math.min(from + 1, bytes.length), fields };
  }
  for (;;) {
    const close = bytes[from] === quote ? closingQuote(bytes, from) : from;
    if (close < 0) {
      fields.push(unescaped(bytes, from + 1, bytes.length));
      return { start, end: bytes.length, fields };
    }
    const isQuoted = close > from;
    const end = fieldEnd(bytes, isQuoted ? close + 1 : from);
    const isLast = bytes[end] !== comma;
    const textEnd = isLast && end > from && bytes[end - 1] === carriageReturn ? end - 1 : end;
    fields.push(isQuoted ? unescaped(bytes, from + 1, close) : bytes.toString('latin1', from, textEnd));
    if (isLast) {
      return { start, end: Math.min(end + 1, bytes.length), fields };
    }
    from = end + 1;
  }
}

/** The comma, line feed or end of the buffer that ends a field without quotes, or what follows its quotes. */
function fieldEnd(bytes: Buffer, from: number): number {
  let index = from;
  while (index < bytes.length && bytes[index] !== comma && bytes[index] !== lineFeed) {
    index++;
  }
  return index;
}

function unescaped(bytes: Buffer, from: number, end: number): string {
  return bytes.toString('latin1', from, end).replaceAll('""', '"');
}
