import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { DataQuery } from '../../grafana/handlers.ts';
import { createLogger } from '../../grafana/log.ts';
import { PmtaError } from '../../pmta/error.ts';
import type { Monitor, MonitorSnapshot } from '../../pmta/monitor.ts';
import type { SnapshotResource } from '../../pmta/snapshot.ts';
import { SettingsError } from '../../settings/validate.ts';
import type { Engine } from '../../store/engine.ts';
import { StoreError } from '../../store/errors.ts';
import type { DataSource } from './dataSource.ts';
import { queryData } from './queryData.ts';
import { dataSourceWith, never } from './test-dataSource.ts';

function query(refId: string, json: object): DataQuery {
  return { refId, queryType: '', maxDataPoints: 100, intervalMs: 1000, fromMs: 0, toMs: 60_000, json };
}

async function ask(queries: DataQuery[], dataSource: DataSource | Error, headers: Record<string, string> = {}) {
  const logged: string[] = [];
  const request = { context: { orgId: 1, grafanaConfig: {} }, headers, queries };
  const open = () => (dataSource instanceof Error ? Promise.reject(dataSource) : Promise.resolve(dataSource));
  const answers = await queryData(
    request,
    open,
    { signal: never },
    createLogger((line) => logged.push(line))
  );
  return { answers, logged };
}

const jobs: Partial<Monitor> = {
  node: 'mta1',
  async get<R extends SnapshotResource>(resource: R) {
    const data = { rows: [{ job_id: 'j', recipients: 1, kilobytes: 1, connections: 1, paused: false }] };
    return { node: 'mta1', resource, taken_ms: 0, data, notices: [] } as unknown as MonitorSnapshot<R>;
  },
};
const live = { queryType: 'live', resource: 'jobs' };

test('each query is answered on its own: one that fails does not fail the others', async () => {
  const dataSource = dataSourceWith({ monitors: { mta1: jobs } });
  const { answers } = await ask([query('A', live), query('B', { queryType: 'x' }), query('C', live)], dataSource);
  assert.deepEqual([...answers.keys()], ['A', 'B', 'C']);
  assert.equal(answers.get('A')?.error, undefined);
  assert.equal(answers.get('A')?.frames.length, 1);
  assert.equal(answers.get('C')?.frames.length, 1);
  assert.deepEqual(answers.get('B')?.frames, []);
  assert.equal(answers.get('B')?.error?.status, 400);
});

test('errors that the user can mend carry a status, blame the source and are not logged', async () => {
  const engine = (code: StoreError['code']) =>
    dataSourceWith({ engine: () => Promise.reject(new StoreError(code, `store ${code}`)) });
  const failing = { get: () => Promise.reject(new PmtaError('timeout', 'mta1', 'mta1 does not answer')) };
  const table: Array<[object, DataSource | Error, number, RegExp]> = [
    [{ queryType: 'events', limit: 0 }, dataSourceWith({}), 400, /^limit/],
    [{ queryType: 'events' }, new SettingsError('no name'), 400, /^no name/],
    [{ queryType: 'events' }, engine('opening'), 503, /^store opening$/],
    [{ queryType: 'events' }, engine('timeout'), 504, /^store timeout$/],
    [{ queryType: 'events' }, engine('too-many-rows'), 422, /^store too-many-rows$/],
    [{ queryType: 'events' }, engine('regex'), 400, /^store regex$/],
    [{ queryType: 'events' }, engine('query'), 500, /^store query$/],
    [live, dataSourceWith({}), 400, /^No node has a monitor URL/],
    [live, dataSourceWith({ monitors: { mta1: failing } }), 502, /^mta1 does not answer$/],
  ];
  for (const [json, dataSource, status, message] of table) {
    const { answers, logged } = await ask([query('A', json)], dataSource);
    const error = answers.get('A')?.error;
    assert.equal(error?.status, status);
    assert.equal(error?.source, 'downstream');
    assert.match(error?.message ?? '', message);
    assert.deepEqual(logged, []);
  }
});

test('a fault of the plugin is said as such, and logged with its place', async () => {
  const { answers, logged } = await ask([query('A', { queryType: 'events' })], new TypeError('x is undefined'));
  assert.deepEqual(answers.get('A')?.error, {
    message: 'The plugin failed: x is undefined',
    status: 500,
    source: 'plugin',
  });
  assert.equal(logged.length, 1);
  assert.match(logged[0] ?? '', /queryData\.test\.ts/);
});

test('the header of alert rules is known in any spelling', async () => {
  const engine = { query: async () => ({ rows: 0, columns: [] }) } as unknown as Engine;
  const refused = async (headers: Record<string, string>) => {
    const { answers } = await ask(
      [query('A', { queryType: 'logs' })],
      dataSourceWith({ engine: async () => engine }),
      headers
    );
    return answers.get('A')?.error?.message;
  };
  assert.match((await refused({ FromAlert: 'true' })) ?? '', /cannot be alerted on/);
  assert.match((await refused({ http_fromalert: 'true' })) ?? '', /cannot be alerted on/);
  assert.equal(await refused({ FromAlert: 'false' }), undefined);
  assert.equal(await refused({}), undefined);
});
