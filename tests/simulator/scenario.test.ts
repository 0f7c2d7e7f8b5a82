import assert from 'node:assert/strict';
import { test } from 'node:test';
import { happenings } from './scenario.ts';

const FROM = Date.parse('2026-02-01T00:00:00Z');
const HOUR = 3_600_000;

test('a scenario is the same for the same seed, whatever stretches it is asked for in', () => {
  const whole = happenings('ordinary', '1', FROM, FROM + 240 * HOUR).map(({ at }) => at);
  const parts = Array.from({ length: 80 }, (_, i) =>
    happenings('ordinary', '1', FROM + i * 3 * HOUR, FROM + (i + 1) * 3 * HOUR)
  );
  assert.deepEqual(
    parts.flat().map(({ at }) => at),
    whole
  );
  assert.ok(whole.length >= 10, 'at least one thing happens each day');
  assert.notDeepEqual(
    happenings('ordinary', '2', FROM, FROM + 240 * HOUR).map(({ at }) => at),
    whole
  );
});

test('each scenario has its rhythm', () => {
  const day = (name: Parameters<typeof happenings>[0]): number => happenings(name, '1', FROM, FROM + 24 * HOUR).length;
  assert.equal(day('calm'), 0);
  assert.equal(day('throttled'), 48);
  assert.equal(day('incident'), 96);
});
