import assert from 'node:assert/strict';
import { test } from 'node:test';

import { readPluginSettings } from './plugin.ts';

const defaults = {
  dataPath: '/var/lib/grafana/pmta-datasource',
  accountingRoots: ['/var/log/pmta'],
  limits: { maxSeconds: 30, maxMemoryBytes: 1024 * 1024 * 1024, maxRows: 100_000 },
};

test('an environment without settings has the defaults', () => {
  assert.deepEqual(readPluginSettings({}), defaults);
  assert.deepEqual(readPluginSettings({ GF_PLUGIN_DATA_PATH: '', GF_PLUGIN_ACCOUNTING_ROOTS: ' ' }), defaults);
});

test('each setting is read from its variable', () => {
  const settings = readPluginSettings({
    GF_PLUGIN_DATA_PATH: ' /srv/pmta ',
    GF_PLUGIN_ACCOUNTING_ROOTS: '/a:/b b::/c',
    GF_PLUGIN_MAX_QUERY_SECONDS: '2.5',
    GF_PLUGIN_MAX_QUERY_MEMORY_MB: '512',
    GF_PLUGIN_MAX_ROWS: '5000',
  });
  assert.deepEqual(settings, {
    dataPath: '/srv/pmta',
    accountingRoots: ['/a', '/b b', '/c'],
    limits: { maxSeconds: 2.5, maxMemoryBytes: 512 * 1024 * 1024, maxRows: 5000 },
  });
});

test('no value lifts a bound', () => {
  const limits = (value: string) =>
    readPluginSettings({
      GF_PLUGIN_MAX_QUERY_SECONDS: value,
      GF_PLUGIN_MAX_QUERY_MEMORY_MB: value,
      GF_PLUGIN_MAX_ROWS: value,
    }).limits;
  for (const value of ['0', '-1', 'none', 'NaN', 'Infinity', '1e999']) {
    assert.deepEqual(limits(value), defaults.limits, value);
  }
  // The engine takes 0 rows or bytes for no bound, and no fractions of them.
  assert.deepEqual(limits('0.3'), { maxSeconds: 0.3, maxMemoryBytes: 314_573, maxRows: 1 });
});
