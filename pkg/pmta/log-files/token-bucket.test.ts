import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTokenBucket } from './token-bucket.ts';

/** Takes chunks as fast as the bucket lets; answers the ms that it took. */
function elapsed(perSecond: number, chunk: number, chunks: number): number {
  const bucket = createTokenBucket(perSecond);
  let nowMs = 1000;
  for (let index = 0; index < chunks; index++) {
    nowMs += bucket.take(chunk, nowMs);
  }
  return nowMs - 1000;
}

test('the rate holds over time, whatever the size of chunks', () => {
  for (const [chunk, chunks] of [
    [100, 1000],
    [10_000, 10],
    [50_000, 2],
  ] as const) {
    const ms = elapsed(10_000, chunk, chunks);
    assert.ok(Math.abs(ms - 9750) < 1, `${chunks} chunks of ${chunk} took ${ms} ms`);
  }
});

test('a rest allows a burst of a quarter of a second and no more', () => {
  const bucket = createTokenBucket(1000);
  assert.equal(bucket.take(250, 0), 0);
  assert.equal(bucket.take(250, 3_600_000), 0);
  assert.equal(bucket.take(1, 3_600_000), 1);
});

test('a clock that is put back gives nothing', () => {
  const bucket = createTokenBucket(1000);
  bucket.take(250, 10_000);
  assert.equal(bucket.take(100, 0), 100);
});

test('no bound, and rates that are none', () => {
  assert.equal(createTokenBucket(Infinity).take(1e12, 0), 0);
  for (const rate of [0, -1, Number.NaN]) {
    assert.throws(() => createTokenBucket(rate), RangeError);
  }
});
