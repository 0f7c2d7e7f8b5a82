const quote = 0x22;
const comma = 0x2c;
const lineFeed = 0x0a;

/** Whole records at the beginning of a buffer: how many, and where the last one ends. */
export interface WholeRecords {
  records: number;
  end: number;
}

/**
 * Finds the whole CSV records at the beginning of a buffer. Ends in front of a header line, unless the buffer begins
 * with it: other columns may follow it.
 */
export function wholeRecords(bytes: Buffer, most = Infinity): WholeRecords {
  let records = 0;
  let end = 0;
  for (const next of recordEnds(bytes)) {
    records++;
    end = next;
    if (records >= most || beginsWithHeader(bytes, end)) {
      break;
    }
  }
  return { records, end };
}

/**
 * Where each whole record ends. A line feed inside quotes ends none; only a quote at the beginning of a field opens, as
 * for the engine's reader and for `csvRecords`: counting all quotes would let one that stands alone in a text swallow the
 * records behind it. Hopping from one line feed and quote to the next with the runtime's own search is six times as fast
 * as a loop over the bytes, and every byte of a backlog passes here.
 */
export function* recordEnds(bytes: Buffer): Generator<number> {
  let end = 0;
  let nextQuote = indexOrEnd(bytes, quote, 0);
  let line = bytes.indexOf(lineFeed);
  while (line >= 0) {
    if (nextQuote > line) {
      end = line + 1;
      yield end;
      line = bytes.indexOf(lineFeed, end);
      continue;
    }
    const close = opens(bytes, nextQuote, end) ? closingQuote(bytes, nextQuote) : nextQuote;
    if (close < 0) {
      return;
    }
    if (close > line) {
      line = bytes.indexOf(lineFeed, close);
    }
    nextQuote = indexOrEnd(bytes, quote, close + 1);
  }
}

function indexOrEnd(bytes: Buffer, byte: number, from: number): number {
  const index = bytes.indexOf(byte, from);
  return index < 0 ? bytes.length : index;
}

/** Whether a quote outside quotes begins a field of the record at `start`. */
function opens(bytes: Buffer, index: number, start: number): boolean {
  return bytes[index - 1] === comma || index === textStart(bytes, start);
}

/**
 * The quote that closes the field that one at `open` begins; a doubled quote is a quote of the text. -1 where it is not
 * there yet. `open` itself where what stands behind the next quote shows that none was opened: of a record that was cut
 * off inside a field, that quote is the next record's.
 */
export function closingQuote(bytes: Buffer, open: number): number {
  let close = bytes.indexOf(quote, open + 1);
  while (close >= 0 && bytes[close + 1] === quote) {
    close = bytes.indexOf(quote, close + 2);
  }
  return close < 0 || endsField(bytes, close + 1) ? close : open;
}

/** Whether a field may end in front of an offset; blanks may stand between. */
function endsField(bytes: Buffer, from: number): boolean {
  let index = from;
  while (bytes[index] === 0x20 || bytes[index] === 0x09) {
    index++;
  }
  const byte = bytes[index] === 0x0d ? (bytes[index + 1] ?? lineFeed) : (bytes[index] ?? lineFeed);
  return byte === lineFeed || (byte === comma && bytes[index] === comma);
}

/**
 * Where the text of the record at an offset begins. In front of it may stand what joining files, truncating one in place
 * or changing line ends leaves behind: a byte order mark, a hole of NUL bytes, a carriage return, blanks.
 */
export function textStart(bytes: Buffer, offset: number): number {
  for (let index = offset; ;) {
    const byte = bytes[index];
    if (byte === 0 || byte === 0x0d || byte === 0x20 || byte === 0x09) {
      index++;
    } else if (byte === 0xef && bytes[index + 1] === 0xbb && bytes[index + 2] === 0xbf) {
      index += 3;
    } else {
      return index;
    }
  }
}

const headerStart = Buffer.from('type,');

/** Whether the line at an offset is a header: its first column is always `type`, in any case of letters. */
export function beginsWithHeader(bytes: Buffer, offset = 0): boolean {
  const start = textStart(bytes, offset);
  const isQuoted = bytes[start] === quote;
  const from = isQuoted ? start + 1 : start;
  for (let index = 0; index < 4; index++) {
    if (((bytes[from + index] ?? 0) | 0x20) !== headerStart[index]) {
      return false;
    }
  }
  return bytes[from + 4] === (isQuoted ? quote : headerStart[4]);
}
