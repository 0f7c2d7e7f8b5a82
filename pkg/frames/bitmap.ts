export interface Validity {
  nullCount: number;
  /** A bit a row, lowest first, 1 where there is a value; left out where there is no null. */
  nullBitmap?: Uint8Array;
}

/** Arrow's validity bitmap of a column. */
export function validity(values: ArrayLike<unknown>): Validity {
  if (ArrayBuffer.isView(values)) {
    return { nullCount: 0 };
  }
  const nullBitmap = new Uint8Array(Math.ceil(values.length / 8));
  let nullCount = 0;
  for (let row = 0; row < values.length; row++) {
    if (values[row] === null || values[row] === undefined) {
      nullCount++;
    } else {
      setBit(nullBitmap, row);
    }
  }
  return nullCount === 0 ? { nullCount } : { nullCount, nullBitmap };
}

/** Arrow's boolean column: a bit a row, lowest first; null becomes 0. */
export function booleanBits(values: ArrayLike<boolean | null>): Uint8Array {
  const bits = new Uint8Array(Math.ceil(values.length / 8));
  for (let row = 0; row < values.length; row++) {
    if (values[row] === true) {
      setBit(bits, row);
    }
  }
  return bits;
}

function setBit(bits: Uint8Array, row: number): void {
  bits[row >> 3] = (bits[row >> 3] ?? 0) | (1 << (row & 7));
}
