import type { Header } from './header.ts';
import { closingQuote, recordEnds, textStart } from './records.ts';
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

/** The range of `timeLogged` in CSV records. Records are only roughly in order, so each is looked at. */
export function timeRange(bytes: Buffer, header: Header): TimeRange | null {
  const column = header.indexOf('timeLogged');
  const seen = new Map<string, number | null>();
  let from = Infinity;
  let to = -Infinity;
  let start = 0;
  const look = (end: number) => {
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
    start = end;
  };
  for (const end of recordEnds(bytes)) {
    look(end);
  }
  // A closed file's last record may have no line end.
  look(bytes.length);
  return from <= to ? { from, to } : null;
}

/** UTC seconds of the last record's `timeLogged`; null where it has none. */
export function lastTime(bytes: Buffer, header: Header): number | null {
  const from = bytes.lastIndexOf(lineFeed, bytes.length - 2) + 1;
  return parseTime(fieldAt(bytes, from, header.indexOf('timeLogged')));
}

/** A field of the record that begins at `start`, without its quotes. */
function fieldAt(bytes: Buffer, start: number, column: number): string {
  let from = textStart(bytes, start);
  for (let field = 0; ; field++) {
    const close = bytes[from] === quote ? closingQuote(bytes, from) : from;
    if (close < 0) {
      return '';
    }
    const isQuoted = close > from;
    let end = isQuoted ? close + 1 : from;
    while (end < bytes.length && bytes[end] !== comma && bytes[end] !== lineFeed && bytes[end] !== carriageReturn) {
      end++;
    }
    if (field === column) {
      return isQuoted ? bytes.toString('latin1', from + 1, close) : bytes.toString('latin1', from, end);
    }
    if (bytes[end] !== comma) {
      return '';
    }
    from = end + 1;
  }
}
