import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, type TestContext, test } from 'node:test';

import type { DataSourceInstance, PluginContext } from '../../grafana/handlers.ts';
import { createLogger } from '../../grafana/log.ts';
import { readPluginSettings } from '../../settings/plugin.ts';
import { StoreError } from '../../store/errors.ts';
import type { Store } from '../../store/store.ts';
import type { DataSource } from './dataSource.ts';
import { createDataSources, type DataSources } from './dataSources.ts';

const directory = mkdtempSync(join(tmpdir(), 'pmta-datasources-'));
after(() => rmSync(directory, { recursive: true }));

const asked: string[] = [];
/** A store that never opens: no node is then ever asked. */
const store: Store = {
  async database(name, days) {
    asked.push(`${name} ${days}`);
    throw new StoreError('opening', 'the store is not open');
  },
  close: async () => undefined,
};

function create(t: TestContext): DataSources {
  const plugin = readPluginSettings({ GF_PLUGIN_DATA_PATH: directory });
  const dataSources = createDataSources(
    plugin,
    store,
    createLogger(() => undefined)
  );
  t.after(() => dataSources.close());
  return dataSources;
}

function context(jsonData: object, more: Partial<DataSourceInstance> = {}, orgId = 1): PluginContext {
  const dataSource = {
    id: 1,
    uid: 'abc',
    name: 'PowerMTA',
    url: '',
    jsonData,
    secureJsonData: {},
    updatedMs: 1,
    ...more,
  };
  return { orgId, dataSource, grafanaConfig: {} };
}

function nodes(...names: string[]) {
  return { pollSeconds: 1, nodes: names.map((name) => ({ name, url: 'http://192.0.2.1:8080' })) };
}

/** Its monitors end every call with the code `closed`, where otherwise they would try to connect. */
async function assertClosed(dataSource: DataSource): Promise<void> {
  for (const monitor of dataSource.monitors.values()) {
    await assert.rejects(monitor.get('status'), { name: 'PmtaError', code: 'closed' });
  }
}

test('a data source is opened once, however often Grafana names it', async (t) => {
  const dataSources = create(t);
  assert.deepEqual(dataSources.open(), []);
  const [first, second] = await Promise.all([dataSources.of(context(nodes('a'))), dataSources.of(context(nodes('a')))]);
  assert.equal(first, second);
  const saved = await dataSources.of(context(nodes('a'), { updatedMs: 2, name: 'renamed', url: 'x', id: 9 }));
  assert.equal(saved, first, 'saving without a change interrupts nothing');
  assert.deepEqual(dataSources.open(), [first]);
});

test('it has its settings and a database of its own', async (t) => {
  const dataSources = create(t);
  const one = await dataSources.of(context({ ...nodes('a', 'b'), retentionDays: 7 }));
  assert.equal(one.database, 'org1_abc');
  assert.deepEqual([...one.monitors.keys()], ['a', 'b']);
  await assert.rejects(one.engine(), { code: 'opening' });
  assert.ok(asked.includes('org1_abc 7'));
  const others = [context(nodes('a'), {}, 2), context(nodes('a'), { uid: 'a-b' }), context(nodes('a'), { uid: 'a_b' })];
  const databases = await Promise.all(others.map(async (each) => (await dataSources.of(each)).database));
  assert.equal(new Set([one.database, ...databases]).size, 4);
  assert.equal(dataSources.open().length, 4);
});

test('a node without a monitor URL has no monitor', async (t) => {
  const one = await create(t).of(context({ nodes: [{ name: 'a' }, { name: 'b', url: 'http://192.0.2.1' }] }));
  assert.deepEqual([...one.monitors.keys()], ['b']);
});

test('changed settings or secrets open it anew and close the old one', async (t) => {
  const dataSources = create(t);
  let before = await dataSources.of(context(nodes('a')));
  for (const changed of [
    context(nodes('b')),
    context(nodes('b'), { secureJsonData: { 'apiKey.b': 'x' } }),
    context(nodes('b'), { secureJsonData: { 'apiKey.b': 'y' } }),
    context(nodes('b')),
  ]) {
    const [now, same] = await Promise.all([dataSources.of(changed), dataSources.of(changed)]);
    assert.notEqual(now, before);
    assert.equal(now, same);
    await assertClosed(before);
    assert.deepEqual(dataSources.open(), [now]);
    before = now;
  }
});

test('settings that change faster than they open leave the last alone', async (t) => {
  const dataSources = create(t);
  const opened = await Promise.all(['a', 'b', 'c', 'd'].map((name) => dataSources.of(context(nodes(name)))));
  assert.deepEqual(dataSources.open(), opened.slice(3));
  await Promise.all(opened.slice(0, 3).map(assertClosed));
});

test('settings that cannot be used fail each request until they are mended', async (t) => {
  const dataSources = create(t);
  const before = await dataSources.of(context(nodes('a')));
  const wrong = context({ pollSeconds: 0 });
  for (let request = 0; request < 2; request++) {
    await assert.rejects(dataSources.of(wrong), { name: 'SettingsError', message: /pollSeconds/ });
  }
  await assertClosed(before);
  assert.deepEqual(dataSources.open(), []);
  assert.deepEqual(dataSources.open(), []);
  const mended = await dataSources.of(context(nodes('a')));
  assert.deepEqual(dataSources.open(), [mended]);
});

test('a request without a data source is refused', async (t) => {
  await assert.rejects(create(t).of({ orgId: 1, grafanaConfig: {} }), /without a data source/);
});

test('closing closes all, also what is still opening', async (t) => {
  const dataSources = create(t);
  const open = await dataSources.of(context(nodes('a')));
  await assert.rejects(dataSources.of(context({ pollSeconds: 0 }, { uid: 'wrong' })));
  const opening = dataSources.of(context(nodes('b'), { uid: 'late' }));
  const reopening = dataSources.of(context(nodes('c'), { uid: 'late' }));
  await dataSources.close();
  await Promise.all([open, await opening, await reopening].map(assertClosed));
});
