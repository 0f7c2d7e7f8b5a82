import assert from 'node:assert/strict';
import { statfsSync } from 'node:fs';
import { test } from 'node:test';

import type { Engine } from './engine.ts';
import { StoreError } from './errors.ts';
import { migrate } from './schema/migrate.ts';
import { countEvents, diskSpace, tableSizes } from './sizes.ts';
import { testEngine } from './test-engine.ts';

const never = new AbortController().signal;
const { engine, directory } = await testEngine();
await migrate(engine, 'd', 20_000);
await migrate(engine, 'other', 20_000);
const nowMs = Date.UTC(2026, 2, 10, 12);

function refusing(error: Error): Engine {
  return { ...engine, query: () => Promise.reject(error) };
}

test('without records there is no oldest one', async () => {
  assert.deepEqual(await countEvents(engine, 'd', nowMs, never), { rows: 0, oldestMs: null, rowsOfLastDay: 0 });
});

test('records are counted, with the oldest and those of the last day', async () => {
  const times = ['2026-03-01 00:00:05', '2026-03-09 11:59:59', '2026-03-09 12:00:00', '2026-03-10 11:00:00'];
  await engine.insert(
    'd.events',
    times.map((time, position) => ({ time, type: 'd', source: 's', position }))
  );
  const count = await countEvents(engine, 'd', nowMs, never);
  assert.deepEqual(count, { rows: 4, oldestMs: Date.UTC(2026, 2, 1, 0, 0, 5), rowsOfLastDay: 2 });
  assert.equal((await countEvents(engine, 'other', nowMs, never)).rows, 0);
});

test('each table of the database has its size, as its parts on the disk say, the largest first', async () => {
  const sizes = await tableSizes(engine, 'd', never);
  const events = sizes.find(({ name }) => name === 'events');
  const parts = await engine.query(
    {
      sql: "SELECT toFloat64(sum(bytes_on_disk)) AS bytes FROM system.parts WHERE active AND database = 'd' AND table = 'events'",
      params: {},
    },
    never
  );
  assert.equal(events?.rows, 4);
  assert.equal(events.bytes, parts.columns[0]?.values[0]);
  assert.ok(events.bytes > 0);
  assert.equal(new Set(sizes.map(({ name }) => name)).size, sizes.length);
  assert.ok(sizes.some(({ name }) => name === 'intake_state'));
  const bytes = sizes.map((size) => size.bytes);
  assert.deepEqual(
    bytes,
    bytes.toSorted((a, b) => b - a)
  );
});

test('the space is that of the disk under the data path', async () => {
  const space = await diskSpace(engine, 'd', never);
  const { blocks, bavail, frsize } = statfsSync(directory);
  assert.equal(space?.totalBytes, blocks * frsize);
  // Others write to this disk meanwhile.
  assert.ok(Math.abs((space?.freeBytes ?? NaN) - bavail * frsize) < 1e9);
});

test('a disk that may not be seen, or has no bounds, is not known', async () => {
  assert.equal(await diskSpace(refusing(new StoreError('denied', 'no grant')), 'd', never), null);
  const endless = { rows: 1, columns: ['free', 'total'].map((name) => ({ name, values: [2 ** 64] })) };
  assert.equal(await diskSpace({ ...engine, query: async () => endless }, 'd', never), null);
  assert.equal(await diskSpace(engine, 'nowhere', never), null);
  await assert.rejects(diskSpace(refusing(new StoreError('timeout', 'late')), 'd', never), { code: 'timeout' });
});
