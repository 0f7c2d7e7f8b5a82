import assert from 'node:assert/strict';
import { test } from 'node:test';

import { bucketSeconds, bucketStarts } from './range.ts';

const hour = 3_600_000;
const week = 604_800;

function seconds(lengthMs: number, intervalMs: number, maxDataPoints: number, minSeconds = 1): number {
  return bucketSeconds({ fromMs: 0, toMs: lengthMs, intervalMs, maxDataPoints }, minSeconds);
}

test('a bucket is as long as the interval, rounded up to a step that people can read', () => {
  const table: Array<[number, number]> = [
    [0, 1],
    [1, 1],
    [1000, 1],
    [1001, 2],
    [3000, 5],
    [15_000, 15],
    [61_000, 120],
    [299_999, 300],
    [86_400_001, 172_800],
    [week * 1000, week],
    [week * 1000 + 1, 2 * week],
    [week * 2500, 3 * week],
  ];
  for (const [intervalMs, expected] of table) {
    assert.equal(seconds(hour, intervalMs, 1e6), expected, `${intervalMs} ms`);
  }
});

test('a bucket is not shorter than what is stored', () => {
  assert.equal(seconds(hour, 1000, 1e6, 15), 15);
  assert.equal(seconds(hour, 1000, 1e6, 40), 60);
  assert.equal(seconds(hour, 60_000, 1e6, 15), 60);
});

test('there are not more whole buckets than the panel has room for', () => {
  assert.equal(seconds(24 * hour, 1000, 1440), 60);
  assert.equal(seconds(24 * hour, 1000, 1439), 120);
  assert.equal(seconds(24 * hour, 1000, 1), 86_400);
  assert.equal(seconds(24 * hour, 1000, 0), 86_400, 'no room at all is room for one');
  for (const lengthMs of [1, 999, 60_000, 3_601_000, 24 * hour + 1, 30 * 24 * hour, 3 * 365 * 24 * hour]) {
    for (const maxDataPoints of [1, 2, 3, 100, 1187, 11_000]) {
      for (const fromMs of [0, 1_700_000_000_123]) {
        const range = { fromMs, toMs: fromMs + lengthMs, intervalMs: 1, maxDataPoints };
        const starts = bucketStarts(range, bucketSeconds(range, 1), Infinity);
        // The first and the last may lie only partly in the range.
        assert.ok(starts.length <= maxDataPoints + 1, `${lengthMs} ms on ${maxDataPoints}: ${starts.length}`);
      }
    }
  }
});

test('starts are whole multiples of the length and cover the range', () => {
  const range = (fromMs: number, toMs: number) => ({ fromMs, toMs, intervalMs: 0, maxDataPoints: 100 });
  assert.deepEqual(bucketStarts(range(60_000, 180_000), 60, Infinity), [60_000, 120_000]);
  assert.deepEqual(bucketStarts(range(60_001, 180_001), 60, Infinity), [60_000, 120_000, 180_000]);
  assert.deepEqual(bucketStarts(range(119_999, 120_000), 60, Infinity), [60_000]);
  assert.deepEqual(bucketStarts(range(60_000, 60_000), 60, Infinity), []);
  assert.deepEqual(bucketStarts(range(180_000, 60_000), 60, Infinity), []);
});

test('a bucket that has not begun has no start', () => {
  const range = { fromMs: 0, toMs: 300_000, intervalMs: 0, maxDataPoints: 100 };
  assert.deepEqual(bucketStarts(range, 60, 120_000), [0, 60_000, 120_000]);
  assert.deepEqual(bucketStarts(range, 60, 119_999), [0, 60_000]);
  assert.deepEqual(bucketStarts(range, 60, -1), []);
});

test('a request cannot ask for more buckets than can be drawn', () => {
  const all = { fromMs: 0, toMs: 4_000_000_000_000, intervalMs: 1, maxDataPoints: 1e12 };
  const seconds = bucketSeconds(all, 1);
  assert.ok(bucketStarts(all, seconds, all.toMs).length <= 50_001);
});
