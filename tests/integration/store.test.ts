import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { type Backend, executable, startBackend, sum, until } from './backend.ts';

const delivered = { queryType: 'events', measure: 'delivered' };
const live = { queryType: 'live', resource: 'status' };

async function assertLiveGoesOn(backend: Backend, reason: RegExp): Promise<void> {
  const { A, B } = await backend.ask([delivered, live]);
  assert.equal(A?.status, 503);
  assert.match(A?.error ?? '', reason);
  assert.equal(B?.status, 200);
  const health = await backend.health();
  assert.equal(health.status, 'ERROR');
  assert.match(health.message, reason);
}

test('a store that cannot be written is said, and live queries go on', async (t) => {
  const backend = await startBackend(t);
  await backend.client.stop();
  writeFileSync(join(backend.directory, 'data'), 'a file where the folder should be');
  await backend.restart();
  await assertLiveGoesOn(backend, /cannot write to .*data_path/);
});

test('a damaged store is said, and live queries go on', async (t) => {
  const backend = await startBackend(t, { historyMs: 10_000 });
  await until(async () => sum((await backend.ask([delivered])).A) > 0, 'deliveries');
  await backend.client.stop();
  const metadata = join(backend.directory, 'data/store/metadata');
  for (const name of readdirSync(metadata).filter((each) => each.endsWith('.sql'))) {
    writeFileSync(join(metadata, name), 'no SQL at all');
  }
  await backend.restart();
  await assertLiveGoesOn(backend, /cannot be opened/);
});

test('a store that a predecessor still holds opens when that one has ended', async (t) => {
  const backend = await startBackend(t, { historyMs: 10_000 });
  await until(async () => sum((await backend.ask([delivered])).A) > 0, 'deliveries');
  const before = sum((await backend.ask([delivered])).A);
  const predecessor = backend.client;
  t.after(() => predecessor.stop());
  await backend.restart();
  await assertLiveGoesOn(backend, /in use by process/);
  await predecessor.stop();
  await until(async () => (await backend.ask([delivered])).A?.status === 200, 'the lock');
  assert.equal(sum((await backend.ask([delivered])).A), before);
});

test('records and history of a data source survive a stop', async (t) => {
  const backend = await startBackend(t, { historyMs: 10_000 });
  await until(async () => sum((await backend.ask([delivered])).A) > 0, 'deliveries');
  const stopped = await backend.client.stop();
  assert.ok(stopped.graceful);
  rmSync(backend.simulator.accountingDirectory, { recursive: true });
  await backend.restart();
  assert.equal(sum((await backend.ask([delivered])).A), backend.simulator.counts.byType.d);
});

test('the executable explains itself outside Grafana', () => {
  const help = spawnSync(executable, ['--help'], { encoding: 'utf8' });
  assert.equal(help.status, 0);
  assert.match(help.stdout, /usage/);
  const unknown = spawnSync(executable, ['nonsense'], { encoding: 'utf8' });
  assert.equal(unknown.status, 2);
  assert.match(unknown.stderr, /unknown command "nonsense"[^]*usage/);
  const alone = spawnSync(executable, [], { encoding: 'utf8', env: {} });
  assert.equal(alone.status, 1);
  assert.match(alone.stderr, /plugin/);
  assert.equal(alone.stdout, '');
});
