import assert from 'node:assert/strict';
import { test } from 'node:test';

import { StoreError } from '../../store/errors.ts';
import { migrate } from '../../store/schema/migrate.ts';
import { testEngine } from '../../store/test-engine.ts';
import type { Engine } from '../../store/engine.ts';
import { type AccountingState, emptyAccounting } from '../state.ts';
import { type RecordedNode, recordStates } from './recordStates.ts';
import { StoreWrites } from './storeWrites.ts';

const { engine } = await testEngine();
await migrate(engine, 'd', 90);
const pollSeconds = 0.02;

/** A node whose counters the test sets. */
function recorded(node: string): RecordedNode & { now: AccountingState; lastBatches: number[] } {
  const made = {
    node,
    now: emptyAccounting,
    lastBatches: [] as number[],
    open: () => Promise.resolve(),
    state: () => made.now,
    onLastBatch: (ms: number) => void made.lastBatches.push(ms),
  };
  return made;
}

async function rows(node: string): Promise<Array<{ records: number; seconds: number }>> {
  const sql = `SELECT records, interval_seconds AS seconds FROM d.intake_state WHERE node = {node:String} ORDER BY time`;
  const { rows: count, columns } = await engine.query({ sql, params: { node } }, new AbortController().signal);
  const [records, seconds] = columns.map(({ values }) => Array.from(values as ArrayLike<number>));
  return Array.from({ length: count }, (_, row) => ({
    records: records?.[row] ?? NaN,
    seconds: seconds?.[row] ?? NaN,
  }));
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!(await condition())) {
    assert.ok(Date.now() < deadline, 'waited 10 s');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

test('every node has a row a poll, which counts on from the last that went in', async () => {
  const stopping = new AbortController();
  const writes = new StoreWrites();
  const [mta1, mta2] = [recorded('mta1'), recorded('mta2')];
  mta1.now = { ...emptyAccounting, records: 1_000_000 };
  let isFull = false;
  const filling: Engine = {
    ...engine,
    insert: (table, values) =>
      isFull ? Promise.reject(new StoreError('disk-full', 'The disk is full.')) : engine.insert(table, values),
  };
  const options = { nodes: [mta1, mta2], pollSeconds, database: 'd', engine: async () => filling, writes };
  const recording = recordStates(options, stopping.signal);
  await until(async () => (await rows('mta1')).length > 1);
  assert.equal(writes.failure, null);

  isFull = true;
  await until(async () => writes.failure !== null);
  assert.deepEqual(writes.failure, { code: 'disk-full', message: 'The disk is full.' });
  mta1.now = { ...emptyAccounting, records: 1_000_600 };
  const before = (await rows('mta1')).length;
  isFull = false;
  await until(async () => (await rows('mta1')).length > before + 1);
  assert.equal(writes.failure, null);
  stopping.abort();
  await recording;

  const stored = await rows('mta1');
  assert.deepEqual(stored[0], { records: 0, seconds: 0 });
  assert.equal(stored[before]?.records, 600);
  assert.ok(stored.slice(1).every(({ seconds }) => seconds > 0));
  assert.equal((await rows('mta2')).length, stored.length);
});

test('a batch that was posted before the start is told of once', async () => {
  await engine.insert('d.intake', [
    { node: 'mta1', source: 'post-a', version: 1_700_000_000_000 },
    { node: 'mta1', source: 'post-b', version: 1_600_000_000_000 },
    { node: 'mta2', source: '12-ab', version: 1_800_000_000_000 },
  ]);
  const stopping = new AbortController();
  const [mta1, mta2] = [recorded('mta1'), recorded('mta2')];
  const options = { nodes: [mta1, mta2], pollSeconds, database: 'd', engine: async () => engine };
  const before = (await rows('mta1')).length;
  const recording = recordStates({ ...options, writes: new StoreWrites() }, stopping.signal);
  await until(async () => (await rows('mta1')).length > before + 2);
  stopping.abort();
  await recording;
  assert.deepEqual(mta1.lastBatches, [1_700_000_000_000]);
  assert.deepEqual(mta2.lastBatches, []);
});

test('without a node that takes accounting the store is not asked for', async () => {
  const open = () => Promise.reject(new Error('must not be asked'));
  const options = { nodes: [], pollSeconds, database: 'd', engine: open, writes: new StoreWrites() };
  await recordStates(options, new AbortController().signal);
  assert.equal(options.writes.failure, null);
});
