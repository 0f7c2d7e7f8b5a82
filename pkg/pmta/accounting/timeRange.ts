import type { Header } from './header.ts';
import { wholeRecords } from './records.ts';
import { parseTime } from './time.ts';

const comma = 0x2c;
const quote = 0x22;
const carriageReturn = 0x0d;
const lineFeed = 0x0a;

/** First and last second of some records, UTC; null where none has a time. */
export interface TimeRange {
  from: number;
  to: number;
}

/** The range of `timeLogged` in whole CSV records. Records are only roughly in order, so each is looked at. */
export function timeRange(bytes: Buffer, header: Header): TimeRange | null {
  const column = header.indexOf('timeLogged');
  const seen = new Map<string, number | null>();
  let from = Infinity;
  let to = -Infinity;
  for (let start = 0; start < bytes.length;) {
    const text = fieldAt(bytes, start, column);
    let time = seen.get(text);
    if (time === undefined) {
      time = parseTime(text);
      seen.set(text, time);
    }
    if (time !== null) {
      from = Math.min(from, time);
      to = Math.max(to, time);
    }
    start += recordLength(bytes, start);
  }
  return from <= to ? { from, to } : null;
}

/** UTC seconds of the last record's `timeLogged`; null where it has none. */
export function lastTime(bytes: Buffer, header: Header): number | null {
  const from = bytes.lastIndexOf(lineFeed, bytes.length - 2) + 1;
  return parseTime(fieldAt(bytes, from, header.indexOf('timeLogged')));
}

function recordLength(bytes: Buffer, start: number): number {
  const line = bytes.indexOf(lineFeed, start) + 1;
  const firstQuote = bytes.indexOf(quote, start);
  // Most lines are whole records; only those with quotes are looked at closely.
  if (line > 0 && (firstQuote < 0 || firstQuote >= line)) {
    return line - start;
  }
  return wholeRecords(bytes.subarray(start), 1).end || bytes.length - start;
}

/** A field of the record that begins at `start`, without its quotes. */
function fieldAt(bytes: Buffer, start: number, column: number): string {
  let quoted = false;
  let field = 0;
  let from = start;
  for (let index = start; index <= bytes.length; index++) {
    const byte = bytes[index];
    if (byte === quote) {
      quoted = !quoted;
    } else if (!quoted && (byte === comma || byte === lineFeed || byte === carriageReturn || byte === undefined)) {
      if (field === column) {
        return bytes.toString('latin1', from, index).replace(/^"|"$/g, '');
      }
      if (byte !== comma) {
        return '';
      }
      field++;
      from = index + 1;
    }
  }
  return '';
}
