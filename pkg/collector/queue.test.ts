import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, statSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { gzipSync } from 'node:zlib';

import type { SnapshotTables } from '../intake/snapshots/batch.ts';
import { SnapshotQueue } from './queue.ts';

let folder: string;
let damaged: string[];

beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'pmta-queue-')), 'queue');
  damaged = [];
});

afterEach(() => rmSync(join(folder, '..'), { recursive: true, force: true }));

const opened = (mostBytes = 1e6) => SnapshotQueue.open(folder, mostBytes, (path) => damaged.push(path));
const batch = (n: number): SnapshotTables => ({ polls: [{ node: 'mta1', milliseconds: n }] });

/** Takes all out, as a sender does. */
async function drained(queue: SnapshotQueue): Promise<SnapshotTables[]> {
  const all: SnapshotTables[] = [];
  for (let next = await queue.first(); next; next = await queue.first()) {
    all.push(next.tables);
    await queue.remove(next.id);
  }
  return all;
}

test('what was added comes out in order, also by another process, and stays until it is removed', async () => {
  const queue = await opened();
  for (let n = 0; n < 20; n++) {
    assert.equal(await queue.add(batch(n)), true);
  }
  const again = await opened();
  const first = await again.first();
  assert.deepEqual(first?.tables, batch(0));
  assert.equal((await again.first())?.id, first?.id);
  assert.deepEqual(
    await drained(again),
    Array.from({ length: 20 }, (_, n) => batch(n))
  );
  assert.deepEqual(readdirSync(folder), []);
  assert.equal(await again.first(), undefined);
});

test('the ids rise though the clock goes back, also over a restart', async (t) => {
  t.mock.timers.enable({ apis: ['Date'], now: 5_000_000 });
  const queue = await opened();
  await queue.add(batch(1));
  await queue.add(batch(2));
  t.mock.timers.setTime(1_000_000);
  const again = await opened();
  await again.add(batch(3));
  assert.deepEqual(readdirSync(folder).sort(), [
    '000000005000000.json.gz',
    '000000005000001.json.gz',
    '000000005000002.json.gz',
  ]);
  assert.deepEqual(await drained(again), [batch(1), batch(2), batch(3)]);
});

test('a full queue takes nothing until there is room again, also after a restart', async () => {
  const probe = await opened();
  await probe.add(batch(1));
  const [name = ''] = readdirSync(folder);
  const { size } = statSync(join(folder, name));
  const queue = await opened(2.5 * size);
  assert.equal(await queue.add(batch(2)), true);
  assert.equal(await queue.add(batch(3)), false);
  const first = await queue.first();
  assert.deepEqual(first?.tables, batch(1));
  await queue.remove(first?.id ?? '');
  assert.equal(await queue.add(batch(4)), true);
  assert.deepEqual(await drained(queue), [batch(2), batch(4)]);
});

test('a damaged batch is told and left out, and the others go on', async () => {
  const queue = await opened();
  await queue.add(batch(1));
  await queue.add(batch(2));
  await queue.add(batch(3));
  const [first = '', second = ''] = readdirSync(folder).sort();
  truncateSync(join(folder, first), 10);
  writeFileSync(join(folder, second), gzipSync('{"nonsense": [{}]}'));
  assert.deepEqual(await drained(queue), [batch(3)]);
  assert.deepEqual(damaged, [join(folder, first), join(folder, second)]);
  assert.deepEqual(readdirSync(folder), []);
});

test('what a crash left half written is removed', async () => {
  const queue = await opened();
  await queue.add(batch(1));
  writeFileSync(join(folder, '000000000000001.json.gz.new'), 'half');
  assert.deepEqual(await drained(await opened()), [batch(1)]);
  assert.deepEqual(readdirSync(folder), []);
});

test('a batch that cannot be written is thrown, leaves nothing and is not counted', async (t) => {
  t.mock.timers.enable({ apis: ['Date'], now: 5_000_000 });
  const queue = await opened();
  symlinkSync('/dev/full', join(folder, '000000005000000.json.gz.new'));
  await assert.rejects(queue.add(batch(1)), { code: 'ENOSPC' });
  assert.deepEqual(readdirSync(folder), []);
  assert.equal(await queue.first(), undefined);
  assert.equal(await queue.add(batch(2)), true);
  assert.deepEqual(await drained(queue), [batch(2)]);
});

test('its files are for its user alone', async () => {
  await (await opened()).add(batch(1));
  assert.equal(statSync(folder).mode & 0o777, 0o700);
  assert.equal(statSync(join(folder, readdirSync(folder)[0] ?? '')).mode & 0o777, 0o600);
});
