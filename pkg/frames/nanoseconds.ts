import type { TimeField } from './frame.ts';

/** The largest whole number of milliseconds, either side of 1970, whose nanoseconds fit a signed 64-bit number. */
export const MAX_MILLISECONDS = 9_223_372_036_854;

const NS_PER_MS = 1_000_000;
const NS_PER_US = 1_000;
const US_PER_MS = 1_000;

/**
 * Nanoseconds since the epoch, as Arrow and Grafana want them. Milliseconds may have a fraction, which is kept to the
 * microsecond: a number of today's size resolves no more than 0.24 µs, and its last digits are noise. Null becomes 0.
 * A BigInt64Array already holds nanoseconds and is returned as it is.
 */
export function toNanoseconds(values: TimeField['values']): BigInt64Array {
  if (values instanceof BigInt64Array) {
    return values;
  }
  const nanoseconds = new BigInt64Array(values.length);
  const low = new Uint32Array(nanoseconds.buffer);
  const high = new Int32Array(nanoseconds.buffer);
  // A BigInt a row would cost ten times as much. The milliseconds are cut at bit 22, so that each product is exact in a
  // double, and the words are put together as Arrow has them: low word first.
  for (let row = 0; row < values.length; row++) {
    const ms = values[row] ?? 0;
    const whole = Math.floor(ms);
    const upper = Math.floor(whole / 0x400000);
    const upperNs = upper * NS_PER_MS;
    const upperWord = Math.floor(upperNs / 0x400);
    const fractionNs = whole === ms ? 0 : Math.round((ms - whole) * US_PER_MS) * NS_PER_US;
    const rest = (upperNs - upperWord * 0x400) * 0x400000 + (whole - upper * 0x400000) * NS_PER_MS + fractionNs;
    low[2 * row] = rest;
    high[2 * row + 1] = upperWord + Math.floor(rest / 0x100000000);
  }
  return nanoseconds;
}

/** A time as frame JSON has it: milliseconds rounded down, and the nanoseconds (0–999 999) that they leave out. */
export function splitMilliseconds(time: number | bigint): [milliseconds: number, nanoseconds: number] {
  if (typeof time === 'bigint') {
    const rest = Number(((time % 1_000_000n) + 1_000_000n) % 1_000_000n);
    return [Number((time - BigInt(rest)) / 1_000_000n), rest];
  }
  const whole = Math.floor(time);
  const microseconds = Math.round((time - whole) * US_PER_MS);
  return microseconds === US_PER_MS ? [whole + 1, 0] : [whole, microseconds * NS_PER_US];
}
