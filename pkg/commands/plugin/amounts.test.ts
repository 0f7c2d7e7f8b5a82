import assert from 'node:assert/strict';
import { test } from 'node:test';

import { bytesText, countText, durationText } from './amounts.ts';

test('amounts are short', () => {
  assert.deepEqual([0, 999, 1000, 3_149_000, 42_400_000_000].map(bytesText), [
    '0 B',
    '999 B',
    '1.0 kB',
    '3.1 MB',
    '42 GB',
  ]);
  assert.deepEqual([0, 12, 849.7, 999.6, 9_960, 42_000_000].map(countText), [
    '0',
    '12',
    '850',
    '1.0 k',
    '10 k',
    '42 M',
  ]);
  assert.deepEqual([0.4, 119, 120, 7199, 7200, 86_400 * 12].map(durationText), [
    '0 s',
    '119 s',
    '2 min',
    '120 min',
    '2 h',
    '12 days',
  ]);
});
