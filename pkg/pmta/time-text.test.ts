import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseTimeText } from './time-text.ts';

test('reads local times, times with zone, and UNIX seconds', () => {
  const wallMs = Date.UTC(2026, 1, 7, 17, 6, 2);
  assert.deepEqual(parseTimeText('2026-02-07 17:06:02'), { wallMs, offsetMs: null });
  assert.deepEqual(parseTimeText('2026-02-07T17:06:02.123Z'), { wallMs, offsetMs: 0 });
  assert.deepEqual(parseTimeText('2026-02-07 17:06:02+0530'), { wallMs, offsetMs: 19_800_000 });
  assert.deepEqual(parseTimeText('2026-02-07 17:06:02 -03:00'), { wallMs, offsetMs: -10_800_000 });
  assert.deepEqual(parseTimeText(String(wallMs / 1000)), { wallMs, offsetMs: 0 });
});

test('what is no time is none', () => {
  const texts = [
    '',
    'never',
    '0000-00-00 00:00:00',
    '2026-02-30 10:00:00',
    '2026-13-01 10:00:00',
    '2026-02-07 24:00:00',
  ];
  for (const text of [...texts, '2026-02-07 17:60:00', '2026-02-07', '17:06:02', '1', '2026-02-07 17:06:02 CET']) {
    assert.equal(parseTimeText(text), null, text);
  }
});
