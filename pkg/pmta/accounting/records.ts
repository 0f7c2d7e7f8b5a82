const quote = 0x22;
const lineFeed = 0x0a;

/**
 * The whole CSV records at the beginning of a buffer: how many, and where the last one ends (the offset behind its line
 * feed). Line feeds inside quotes end no record; a doubled quote closes and opens again, so counting quotes is enough.
 */
export function wholeRecords(bytes: Uint8Array, most = Infinity): { records: number; end: number } {
  let quoted = false;
  let records = 0;
  let end = 0;
  for (let index = 0; index < bytes.length && records < most; index++) {
    const byte = bytes[index];
    if (byte === quote) {
      quoted = !quoted;
    } else if (byte === lineFeed && !quoted) {
      end = index + 1;
      records++;
    }
  }
  return { records, end };
}
