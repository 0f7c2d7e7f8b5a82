import assert from 'node:assert/strict';
import { test } from 'node:test';
import { booleanBits, validity } from './bitmap.ts';

test('the bitmap has a bit for each value, lowest first', () => {
  const values = [1, null, 3, null, null, 6, 7, 8, null, 10];
  assert.deepEqual(validity(values), { nullCount: 4, nullBitmap: Uint8Array.of(0b11100101, 0b10) });
});

test('a false value is a value', () => {
  assert.deepEqual(validity([false, 0, '', null]), { nullCount: 1, nullBitmap: Uint8Array.of(0b111) });
});

test('there is no bitmap where there is no null', () => {
  assert.deepEqual(validity([1, 2]), { nullCount: 0 });
  assert.deepEqual(validity(Float64Array.of(NaN)), { nullCount: 0 });
  assert.deepEqual(validity([]), { nullCount: 0 });
});

test('booleans are packed eight to a byte, null as false', () => {
  const values = [true, false, null, true, true, true, true, true, true];
  assert.deepEqual(booleanBits(values), Uint8Array.of(0b11111001, 1));
});
