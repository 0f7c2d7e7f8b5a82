import assert from 'node:assert/strict';
import { test } from 'node:test';

import { emptyAccounting } from '../../intake/state.ts';
import { prometheusText } from './metrics.ts';
import { dataSourceWith, nodeIntake } from './test-dataSource.ts';

/** Samples of one family, without its help and type. */
function samples(text: string, family: string): string[] {
  return text.split('\n').filter((line) => line.startsWith(`pmta_datasource_${family}`));
}

test('each node of each data source has its samples', () => {
  const text = prometheusText([
    dataSourceWith({
      database: 'org1_a',
      monitors: { mta1: {} },
      intake: [
        nodeIntake('mta1', {
          accounting: { ...emptyAccounting, lagBytes: 7, records: 12_345_678, rejects: 2 },
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
  assert.match(samples(text, 'intake_lag_bytes')[0] ?? '', / 7$/);
  assert.match(samples(text, 'intake_rejects_total')[0] ?? '', / 2$/);
});

test('the text is what Prometheus reads', () => {
  const text = prometheusText([dataSourceWith({ monitors: { a: {} }, intake: [nodeIntake('a')] })]);
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

test('labels are escaped', () => {
  const text = prometheusText([dataSourceWith({ intake: [nodeIntake('a"b\\c\nd{e="f"}')] })]);
  assert.deepEqual(samples(text, 'intake_lag_bytes'), [
    'pmta_datasource_intake_lag_bytes{store="org1_test",node="a\\"b\\\\c\\nd{e=\\"f\\"}"} 0',
  ]);
});

test('a node is up when its last poll was answered in full, and neither up nor down without a monitor', () => {
  const text = prometheusText([
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

test('without data sources there are the metrics of the process alone', () => {
  const text = prometheusText([]);
  assert.match(text, /^pmta_datasource_resident_bytes \d+$/m);
  assert.equal(text.split('\n').filter((line) => line !== '' && !line.startsWith('#')).length, 2);
});
