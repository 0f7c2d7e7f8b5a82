import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { Frame } from '../frames/frame.ts';
import type { QueryContext } from './context.ts';
import { runHistory } from './history.ts';
import { noticesOf, rowsOf, seriesOf } from './test-frames.ts';
import { minute, startMs, testStore } from './test-store.ts';
import { validateQuery } from './validate.ts';

const store = await testStore();
const range = { fromMs: startMs, toMs: startMs + 3 * minute, intervalMs: minute, maxDataPoints: 100 };

function ask(fields: Record<string, unknown>, context: Partial<QueryContext> = {}): Promise<Frame[]> {
  const query = validateQuery({ aggregate: 'last', ...fields }, 'history');
  assert.ok(query.queryType === 'history');
  return runHistory(query, store.context({ range, ...context }));
}

async function table(fields: Record<string, unknown>): Promise<unknown[][]> {
  return rowsOf((await ask({ format: 'table', ...fields }))[0]);
}

test('without rows the answer says why, whether or not there is a monitor', async () => {
  assert.match(noticesOf(await ask({ metric: 'intake.lag_bytes' }))[0] ?? '', /^No state of the intake is stored yet/);
  assert.match(noticesOf(await ask({ metric: 'process.cpu_percent' }))[0] ?? '', /runs on that host and sees pmtad/);
  assert.match(noticesOf(await ask({ metric: 'disk.used_percent' }))[0] ?? '', /runs on that host and sees pmtad/);
});

test('the state of the intake', async (t) => {
  const state = (second: number, node: string, interval: number, records: number, more: object = {}) => ({
    second,
    node,
    interval_seconds: interval,
    records,
    ...more,
  });
  await store.insert('intake_state', [
    state(0, 'mta1', 0, 0, { lag_bytes: 100, lag_seconds: null, lost_bytes: 7, files: 2 }),
    state(15, 'mta1', 15, 150, { lag_bytes: 60, lag_seconds: 40, rejects: 3, lost_bytes: 7, files: 2 }),
    state(45, 'mta1', 30, 30, { lag_bytes: 0, lag_seconds: 20, duplicates: 9, lost_bytes: 7, files: 3 }),
    state(15, 'mta2', 15, 15, { lag_bytes: 5, lag_seconds: 10, files: 1 }),
    state(60, 'mta2', 45, 0, { lag_bytes: 8, lag_seconds: null, files: 1 }),
  ]);

  await t.test('is counted exactly, whatever the distance of its rows', async () => {
    assert.deepEqual(seriesOf(await ask({ metric: 'intake.records', aggregate: 'avg', groupBy: ['node'] })), {
      mta1: [[0, 180 / 45]],
      mta2: [
        [0, 1],
        [1, 0],
      ],
    });
    assert.deepEqual(await table({ metric: 'intake.rejects', aggregate: 'avg' }), [[3 / 45]]);
    assert.deepEqual(await table({ metric: 'intake.rejects', aggregate: 'max' }), [[3 / 15]]);
    assert.deepEqual(await table({ metric: 'intake.duplicates', aggregate: 'avg', groupBy: ['node'] }), [
      ['mta1', 9 / 45],
      ['mta2', 0],
    ]);
  });

  await t.test('is summed over nodes, but for the lag in seconds, of which the longest counts', async () => {
    assert.deepEqual(await table({ metric: 'intake.lag_bytes', aggregate: 'max' }), [[108]]);
    assert.deepEqual(await table({ metric: 'intake.files' }), [[4]]);
    assert.deepEqual(await table({ metric: 'intake.lost_bytes' }), [[7]]);
    assert.deepEqual(await table({ metric: 'intake.lag_seconds', aggregate: 'max' }), [[40]]);
  });

  await t.test('has no lag in seconds where that is not known', async () => {
    assert.deepEqual(seriesOf(await ask({ metric: 'intake.lag_seconds', aggregate: 'avg', groupBy: ['node'] })), {
      mta1: [[0, 30]],
      mta2: [[0, 10]],
    });
    const unknown = { ...range, fromMs: startMs + minute };
    const frames = await ask({ metric: 'intake.lag_seconds' }, { range: unknown });
    assert.deepEqual(frames[0]?.fields, []);
    assert.deepEqual(noticesOf(frames), ['No intake.lag_seconds was measured in this range for these filters.']);
  });
});

test('the processes of the PMTA host', async (t) => {
  const use = (second: number, node: string, process: string, memory: number, cpu: number | null) => ({
    second,
    node,
    process,
    memory_bytes: memory * 1000,
    memory_percent: memory,
    cpu_percent: cpu,
  });
  await store.insert('process', [
    use(0, 'mta1', 'pmtad', 40, null),
    use(0, 'mta1', 'pmtahttp', 50, null),
    use(15, 'mta1', 'pmtad', 42, 150),
    use(15, 'mta1', 'pmtahttp', 51, 1),
    use(20, 'mta2', 'pmtad', 10, 20),
  ]);

  await t.test('are pmtad alone unless the query chooses', async () => {
    assert.deepEqual(await table({ metric: 'process.memory_bytes', groupBy: ['node'] }), [
      ['mta1', 42_000],
      ['mta2', 10_000],
    ]);
    assert.deepEqual(await table({ metric: 'process.memory_bytes', groupBy: ['process'] }), [
      ['pmtad', 52_000],
      ['pmtahttp', 51_000],
    ]);
    const filters = [{ key: 'process', operator: '=', values: ['pmtahttp'] }];
    assert.deepEqual(await table({ metric: 'process.memory_bytes', filters }), [[51_000]]);
  });

  await t.test('are not summed in percent: the highest counts', async () => {
    assert.deepEqual(await table({ metric: 'process.memory_percent' }), [[42]]);
    assert.deepEqual(await table({ metric: 'process.memory_percent', groupBy: ['process'], limit: 1 }), [
      ['pmtahttp', 51],
    ]);
  });

  await t.test('have no CPU time before the second look', async () => {
    assert.deepEqual(await table({ metric: 'process.cpu_percent', aggregate: 'avg', groupBy: ['node'] }), [
      ['mta1', 150],
      ['mta2', 20],
    ]);
  });
});

test('of the disks of the PMTA host the fullest counts, and is shown first', async () => {
  const space = (second: number, node: string, folder: string, used: number, free: number) => ({
    second,
    node,
    folder,
    used_percent: used,
    free_bytes: free,
  });
  await store.insert('disks', [
    space(0, 'mta1', '/var/spool/pmta', 30, 7000),
    space(0, 'mta1', '/var/log/pmta', 90, 100),
    space(15, 'mta1', '/var/spool/pmta', 31, 6900),
    space(15, 'mta1', '/var/log/pmta', 92, 80),
    space(10, 'mta2', '/var/spool/pmta', 50, 500),
  ]);
  assert.deepEqual(await table({ metric: 'disk.used_percent' }), [[92]]);
  assert.deepEqual(await table({ metric: 'disk.free_bytes' }), [[80]]);
  assert.deepEqual(await table({ metric: 'disk.used_percent', groupBy: ['folder'] }), [
    ['/var/log/pmta', 92],
    ['/var/spool/pmta', 50],
  ]);
  assert.deepEqual(await table({ metric: 'disk.free_bytes', groupBy: ['folder'], limit: 1 }), [['/var/log/pmta', 80]]);
  assert.deepEqual(await table({ metric: 'disk.free_bytes', groupBy: ['node', 'folder'] }), [
    ['mta1', '/var/log/pmta', 80],
    ['mta2', '/var/spool/pmta', 500],
    ['mta1', '/var/spool/pmta', 6900],
  ]);
  const filters = [{ key: 'folder', operator: '=~', values: ['/var/spool/.*'] }];
  assert.deepEqual(await table({ metric: 'disk.used_percent', filters }), [[50]]);
});

test('process and folder are dimensions of history alone, and of these metrics', async () => {
  for (const name of ['process', 'folder']) {
    assert.throws(() => validateQuery({ groupBy: [name] }, 'events'), /^QueryError: groupBy is "/);
    await assert.rejects(ask({ metric: 'up', groupBy: [name] }), /^QueryError: up cannot be grouped by/);
  }
  await assert.rejects(
    ask({ metric: 'disk.free_bytes', groupBy: ['process'] }),
    /^QueryError: disk\.free_bytes cannot be grouped by process, only by: node, folder$/
  );
});
