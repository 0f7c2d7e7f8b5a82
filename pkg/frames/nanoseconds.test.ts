import assert from 'node:assert/strict';
import { test } from 'node:test';
import { randomNumbers } from '../../tests/protocol/randomFrame.ts';
import { MAX_MILLISECONDS, splitMilliseconds, toNanoseconds } from './nanoseconds.ts';

test('whole milliseconds become exact nanoseconds, before and after 1970', () => {
  const random = randomNumbers(1);
  const spread = Array.from({ length: 20_000 }, () => Math.floor((random() * 2 - 1) * MAX_MILLISECONDS));
  const edges = [
    0,
    1,
    -1,
    0x3fffff,
    0x400000,
    -0x400000,
    -0x400001,
    2 ** 32,
    -(2 ** 32),
    MAX_MILLISECONDS,
    -MAX_MILLISECONDS,
  ];
  const times = [...edges, ...spread];
  assert.deepEqual(
    [...toNanoseconds(times)],
    times.map((ms) => BigInt(ms) * 1_000_000n)
  );
  assert.deepEqual(toNanoseconds(Float64Array.from(times)), toNanoseconds(times));
});

test('a fraction is kept to the microsecond, and noise below it is not', () => {
  assert.deepEqual(
    [...toNanoseconds([1_743_517_930_123.456, -0.001, -1.5, 0.9999, 1_700_000_000_000.123])],
    [1_743_517_930_123_456_000n, -1_000n, -1_500_000n, 1_000_000n, 1_700_000_000_000_123_000n]
  );
});

test('null becomes 0, and nanoseconds are used without a copy', () => {
  assert.deepEqual([...toNanoseconds([null, 5])], [0n, 5_000_000n]);
  const ready = BigInt64Array.of(-1n, 7n);
  assert.equal(toNanoseconds(ready), ready);
});

test('a split time rounds down, so that the rest is never negative', () => {
  assert.deepEqual(splitMilliseconds(1_743_517_930_123.456), [1_743_517_930_123, 456_000]);
  assert.deepEqual(splitMilliseconds(-1.5), [-2, 500_000]);
  assert.deepEqual(splitMilliseconds(-0.0000001), [0, 0]);
  assert.deepEqual(splitMilliseconds(-1n), [-1, 999_999]);
  assert.deepEqual(splitMilliseconds(-2_000_000n), [-2, 0]);
  assert.deepEqual(splitMilliseconds(1_743_517_930_123_456_789n), [1_743_517_930_123, 456_789]);
});
