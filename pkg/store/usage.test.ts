import assert from 'node:assert/strict';
import { test } from 'node:test';

import { migrate } from './schema/migrate.ts';
import { testEngine } from './test-engine.ts';
import { daysToFull, storeUsage } from './usage.ts';

const nowMs = Date.UTC(2026, 2, 31);
const usage = {
  bytes: 1_000_000,
  records: 10_000,
  oldestMs: Date.UTC(2026, 2, 1),
  retentionDays: 90,
  freeBytes: 2_000_000,
};

test('the time until the disk is full is foreseen from the last day', () => {
  // 100 bytes a record, 1000 of them a day.
  assert.equal(daysToFull(usage, 1000, nowMs), 20);
  assert.equal(daysToFull({ ...usage, freeBytes: 0 }, 1000, nowMs), 0);
});

test('it is not foreseen where rows expire before, nothing comes in, or nothing is known', () => {
  assert.equal(daysToFull({ ...usage, retentionDays: 50 }, 1000, nowMs), null);
  assert.equal(daysToFull({ ...usage, retentionDays: 50 }, 1250, nowMs), 16);
  assert.equal(daysToFull(usage, 0, nowMs), null);
  assert.equal(daysToFull({ ...usage, freeBytes: null }, 1000, nowMs), null);
  assert.equal(daysToFull({ ...usage, oldestMs: null, records: 0 }, 0, nowMs), null);
});

test('a database tells its size as a whole and by table', async () => {
  const { engine } = await testEngine();
  await migrate(engine, 'd', 90);
  const never = new AbortController().signal;
  await engine.insert('d.events', [{ time: Math.floor(Date.now() / 1000), type: 'd', source: 's', position: 1 }]);
  const { tables, bytes, records, oldestMs, freeBytes, diskBytes, retentionDays } = await storeUsage(
    engine,
    'd',
    90,
    never
  );
  assert.equal(
    bytes,
    tables.reduce((sum, table) => sum + table.bytes, 0)
  );
  assert.ok(bytes > 0);
  assert.equal(records, 1);
  assert.ok(oldestMs !== null && Date.now() - oldestMs < 60_000);
  assert.ok(freeBytes !== null && diskBytes !== null && freeBytes < diskBytes);
  assert.equal(retentionDays, 90);
});
