import assert from 'node:assert/strict';
import { test } from 'node:test';

import { parseTime } from './time.ts';
import { lastTime, timeRange } from './timeRange.ts';

test('times in all forms that PMTA writes', () => {
  const second = Date.UTC(2026, 3, 1, 14, 32, 10) / 1000;
  const same = [
    ...['2026-04-01 14:32:10+0000', '2026-04-01T14:32:10Z', '2026-04-01 14:32:10', '2026-04-01 20:02:10+0530'],
    ...[
      '2026-04-01 10:32:10-04:00',
      '2026-04-02 04:32:10+1400',
      '2026-04-01 05:02:10-0930',
      '2026-04-01 14:32:10.9 +0000',
    ],
    ...['04/01/2026 14:32:10+0000', '04/01/2026 10:32:10-0400', String(second), ` ${second} `],
  ];
  for (const text of same) {
    assert.equal(parseTime(text), second, text);
  }
});

test('what is no time is none', () => {
  for (const text of [
    '',
    'yesterday',
    '2026-02-30 00:00:00+0000',
    '13/01/2026 00:00:00',
    '0',
    '99999999999',
    '1970-01-01',
  ]) {
    assert.equal(parseTime(text), null, text);
  }
});

test('the range of a chunk holds every record, also one without line end', () => {
  const header = ['type', 'dsnDiag', 'timeLogged'];
  const bytes = Buffer.from('d,"a,\n""b""",1700000002\r\nd,5" x,1700000001\nd,,no time\nd,,"1700000009"');
  assert.deepEqual(timeRange(bytes, header), { from: 1_700_000_001, to: 1_700_000_009 });
  assert.equal(lastTime(bytes, header), 1_700_000_009);
  assert.equal(timeRange(Buffer.from('d,,\n'), header), null);
  assert.equal(timeRange(bytes, ['type']), null);
});

test('the range of many records without quotes takes time in proportion to their bytes', () => {
  const bytes = Buffer.from('rb,1790000000,x\n'.repeat(500_000));
  const started = performance.now();
  assert.deepEqual(timeRange(bytes, ['type', 'timeLogged', 'rcpt']), { from: 1_790_000_000, to: 1_790_000_000 });
  assert.ok(performance.now() - started < 5_000);
});
