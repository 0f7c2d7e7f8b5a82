import assert from 'node:assert/strict';
import { test } from 'node:test';

import { emptyAccounting } from '../../intake/state.ts';
import { migrate } from '../../store/schema/migrate.ts';
import { testEngine } from '../../store/test-engine.ts';
import { prometheusText } from './metrics.ts';
import { dataSourceWith, nodeIntake } from './test-dataSource.ts';

/** Samples of one family, without its help and type. */
function samples(text: string, family: string): string[] {
  return text.split('\n').filter((line) => line.startsWith(`pmta_datasource_${family}`));
}

test('each node of each data source has its samples', async () => {
  const text = await prometheusText([
    dataSourceWith({
      database: 'org1_a',
      monitors: { mta1: {} },
      intake: [
        nodeIntake('mta1', {
          accounting: {
            ...emptyAccounting,
            lagBytes: 7,
            lagSeconds: 40,
            records: 12_345_678,
            rejects: 2,
            duplicates: 3,
            lostBytes: 99,
            recordsPerSecond: 850.5,
          },
        }),
      ],
    }),
    dataSourceWith({ database: 'org2_b', intake: [nodeIntake('mta1')] }),
  ]);
  assert.deepEqual(samples(text, 'data_sources'), ['pmta_datasource_data_sources 2']);
  assert.deepEqual(samples(text, 'intake_records_total'), [
    'pmta_datasource_intake_records_total{store="org1_a",node="mta1"} 12345678',
    'pmta_datasource_intake_records_total{store="org2_b",node="mta1"} 0',
  ]);
  const first = (family: string) => samples(text, family)[0]?.split(' ').at(-1);
  assert.equal(first('intake_lag_bytes'), '7');
  assert.equal(first('intake_lag_seconds'), '40');
  assert.equal(first('intake_rejects_total'), '2');
  assert.equal(first('intake_duplicates_total'), '3');
  assert.equal(first('intake_lost_bytes_total'), '99');
  assert.equal(first('intake_records_per_second'), '850.5');
});

test('what is not known has no sample: the lag in seconds, and counters before the journal is open', async () => {
  const text = await prometheusText([
    dataSourceWith({
      intake: [
        nodeIntake('mta1', { accounting: { ...emptyAccounting, lagBytes: 7, lagSeconds: null } }),
        nodeIntake('mta2', { isCounted: false }),
      ],
    }),
  ]);
  assert.deepEqual(samples(text, 'intake_lag_seconds'), []);
  for (const family of ['intake_lag_bytes', 'intake_records_total', 'intake_lost_bytes_total']) {
    assert.deepEqual(
      samples(text, family).map((line) => /node="(.*)"/.exec(line)?.[1]),
      ['mta1']
    );
  }
});

test('an open store has its size, one that fails or does not answer in time is only not up', async () => {
  const { engine } = await testEngine();
  await migrate(engine, 'org1_a', 20_000);
  await engine.insert('org1_a.events', [{ time: '2026-03-02 00:00:00', type: 'd', source: 's', position: 1 }]);
  const full = { code: 'disk-full', message: 'The disk of the store is full.' } as const;
  const text = await prometheusText(
    [
      dataSourceWith({ database: 'org1_a', engine: async () => engine }),
      dataSourceWith({ database: 'org1_b' }),
      dataSourceWith({ database: 'org1_c', engine: () => new Promise(() => undefined) }),
    ],
    500
  );
  assert.deepEqual(samples(text, 'store_up'), [
    'pmta_datasource_store_up{store="org1_a"} 1',
    'pmta_datasource_store_up{store="org1_b"} 0',
    'pmta_datasource_store_up{store="org1_c"} 0',
  ]);
  assert.deepEqual(samples(text, 'store_records'), ['pmta_datasource_store_records{store="org1_a"} 1']);
  assert.deepEqual(samples(text, 'store_oldest'), [
    `pmta_datasource_store_oldest_record_timestamp_seconds{store="org1_a"} ${Date.UTC(2026, 2, 2) / 1000}`,
  ]);
  for (const family of ['store_bytes', 'store_disk_free_bytes', 'store_disk_bytes']) {
    assert.match(samples(text, family).join(), /^\w+\{store="org1_a"\} [1-9]\d+$/);
  }
  const refusing = dataSourceWith({ database: 'org1_a', engine: async () => engine, storeFailure: full });
  assert.deepEqual(samples(await prometheusText([refusing]), 'store_up'), [
    'pmta_datasource_store_up{store="org1_a"} 0',
  ]);
});

test('the text is what Prometheus reads', async () => {
  const text = await prometheusText([dataSourceWith({ monitors: { a: {} }, intake: [nodeIntake('a')] })]);
  assert.ok(text.endsWith('\n'));
  const families = new Set<string>();
  for (const line of text.trimEnd().split('\n')) {
    const [, kind, name] = /^# (HELP|TYPE) (\w+) \S/.exec(line) ?? [];
    if (kind === 'HELP') {
      assert.ok(!families.has(name as string), 'a family is there once');
      families.add(name as string);
    } else if (!kind) {
      const [, sample] = /^(\w+)(?:\{(?:\w+="(?:[^"\\\n]|\\["\\n])*",?)+\})? \d+(?:\.\d+)?$/.exec(line) ?? [];
      assert.ok(sample !== undefined && families.has(sample), line);
    }
  }
  assert.match(text, /^# TYPE pmta_datasource_intake_records_total counter$/m);
  assert.match(text, /^# TYPE pmta_datasource_intake_lag_bytes gauge$/m);
});

test('labels are escaped', async () => {
  const text = await prometheusText([dataSourceWith({ intake: [nodeIntake('a"b\\c\nd{e="f"}')] })]);
  assert.deepEqual(samples(text, 'intake_lag_bytes'), [
    'pmta_datasource_intake_lag_bytes{store="org1_test",node="a\\"b\\\\c\\nd{e=\\"f\\"}"} 0',
  ]);
});

test('a node is up when its last poll was answered in full, and neither up nor down without a monitor', async () => {
  const text = await prometheusText([
    dataSourceWith({
      monitors: { good: {}, failed: {}, fresh: {} },
      intake: [
        nodeIntake('good'),
        nodeIntake('failed', { poll: { lastMs: 1000, error: 'timeout' } }),
        nodeIntake('fresh', { poll: { lastMs: null, error: '' } }),
        nodeIntake('accounting-only', { poll: { lastMs: null, error: '' } }),
      ],
    }),
  ]);
  assert.deepEqual(
    samples(text, 'poll_up').map((line) => line.replace(/.*node="(.*)"}/, '$1')),
    ['good 1', 'failed 0', 'fresh 0']
  );
});

test('without data sources there are the metrics of the process alone', async () => {
  const text = await prometheusText([]);
  assert.match(text, /^pmta_datasource_resident_bytes \d+$/m);
  assert.equal(text.split('\n').filter((line) => line !== '' && !line.startsWith('#')).length, 2);
});
