import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { ResourceRequest, Role } from '../../grafana/handlers.ts';
import { PmtaError } from '../../pmta/error.ts';
import type { Monitor } from '../../pmta/monitor.ts';
import { dimensions } from '../../query/model.ts';
import { SettingsError } from '../../settings/validate.ts';
import type { Engine, Statement } from '../../store/engine.ts';
import { StoreError } from '../../store/errors.ts';
import { migrate } from '../../store/schema/migrate.ts';
import { timeValue } from '../../store/sql.ts';
import { testEngine } from '../../store/test-engine.ts';
import type { DataSource } from './dataSource.ts';
import type { IntakeReport } from './intakeReport.ts';
import { callResource } from './resources.ts';
import { dataSourceWith, never, nodeIntake, nodeSettings } from './test-dataSource.ts';

const store = await testEngine();

interface Answer {
  status: number;
  type: string | undefined;
  body: string;
}

async function call(
  route: string,
  dataSource: DataSource | Error = dataSourceWith({}),
  role: Role = 'Viewer'
): Promise<Answer> {
  const [method = '', target = ''] = route.split(' ');
  const [path = '', query = ''] = target.split('?');
  const request: ResourceRequest = {
    context: { orgId: 1, grafanaConfig: {}, user: { login: '', name: '', email: '', role } },
    method,
    path,
    query: new URLSearchParams(query),
    headers: {},
    body: new Uint8Array(),
  };
  const open = () => (dataSource instanceof Error ? Promise.reject(dataSource) : Promise.resolve(dataSource));
  const { status, headers, body } = await callResource(request, open, { signal: never });
  return { status, type: headers?.['Content-Type']?.[0], body: String(body) };
}

function message({ body }: Answer): string {
  return (JSON.parse(body) as { message: string }).message;
}

function replying(text: string, asked: string[] = []): Partial<Monitor> {
  return {
    async raw(resource) {
      asked.push(resource);
      return { text, contentType: 'text/html' } as unknown as Awaited<ReturnType<Monitor['raw']>>;
    },
  };
}

test('dimensions and nodes are for everybody', async () => {
  const stored = { rows: 1, columns: [{ name: 'name', values: ['header_x-job'] }] };
  const engine = async () => ({ query: async () => stored }) as unknown as Engine;
  const dataSource = dataSourceWith({ nodes: [nodeSettings('mta1', { tlsCaCert: 'PEM' })], engine });
  const json = async (route: string) => {
    const answer = await call(route, dataSource);
    assert.equal(answer.status, 200);
    assert.equal(answer.type, 'application/json');
    return JSON.parse(answer.body) as unknown;
  };
  assert.deepEqual(
    await json('GET dimensions'),
    [...dimensions, 'extra.header_x-job'].map((name) => ({ name }))
  );
  assert.deepEqual(await json('GET nodes'), [{ name: 'mta1', url: 'http://mta1.example.com:8080' }]);
});

test('the state of the intake and the store is for everybody, the text of rejected records for nobody', async () => {
  await migrate(store.engine, 'org1_test', 90);
  const reject = { node: 'mta1', source: 'a', path: '/log/acct.csv', raw: 'secret', reason: 'no time: "secret"' };
  await store.engine.insert('org1_test.rejects', [{ ...reject, time: timeValue(Date.now()), position: 1 }]);
  const intake = [nodeIntake('mta1'), nodeIntake('mta2')];
  const nodes = [nodeSettings('mta1'), nodeSettings('mta2')];
  const answer = await call('GET intake', dataSourceWith({ nodes, intake, engine: async () => store.engine }));
  assert.equal(answer.status, 200);
  assert.doesNotMatch(answer.body, /secret/);
  const report = JSON.parse(answer.body) as IntakeReport;
  const [reason] = report.nodes[0]?.rejectReasons ?? [];
  assert.deepEqual(report.nodes, [
    { ...intake[0], rejectReasons: [{ reason: 'no time', count: 1, lastMs: reason?.lastMs, path: '/log/acct.csv' }] },
    { ...intake[1], rejectReasons: [] },
  ]);
  assert.ok((reason?.lastMs ?? 0) > Date.now() - 60_000);
  assert.equal(report.store.error, '');
  assert.equal(report.store.retentionDays, 90);
  assert.ok((report.store.bytes ?? 0) > 0 && report.store.tables?.some(({ name }) => name === 'rejects'));
});

test('a store that is not open, or takes nothing, is part of the state of the intake', async () => {
  const intake = [nodeIntake('mta1')];
  const closed = () => Promise.reject(new StoreError('locked', 'The store is in use.'));
  const answer = await call('GET intake', dataSourceWith({ intake, engine: closed }));
  assert.deepEqual(
    [answer.status, JSON.parse(answer.body)],
    [200, { nodes: [{ ...intake[0], rejectReasons: [] }], store: { error: 'The store is in use.', code: 'locked' } }]
  );
  await migrate(store.engine, 'org1_full', 90);
  const storeFailure = { code: 'disk-full', message: 'The disk of the store is full.' } as const;
  const database = 'org1_full';
  const full = await call('GET intake', dataSourceWith({ storeFailure, database, engine: async () => store.engine }));
  const report = JSON.parse(full.body) as IntakeReport;
  assert.equal(report.store.error, 'The disk of the store is full.');
  assert.equal(report.store.records, 0);
});

test('what is no resource is not found, whatever the role, and opens no data source', async () => {
  const routes = [
    'GET ',
    'GET nonsense',
    'GET nodes/',
    'GET Nodes',
    'GET raw/mta1',
    'POST raw',
    'DELETE nodes',
    'get nodes',
  ];
  for (const route of [
    ...routes,
    'GET ../nodes',
    'GET __proto__',
    'GET toString',
    'POST accounting/',
    'POST constructor/mta1',
    'POST accounting/mta1/x',
  ]) {
    for (const role of ['Viewer', 'Admin'] as const) {
      const answer = await call(route, new Error('must not be opened'), role);
      assert.equal(answer.status, 404, route);
      assert.equal(answer.type, 'application/json');
      assert.equal(message(answer), `There is no ${route}`);
    }
  }
});

test('raw answers are for Admins alone', async () => {
  const asked: string[] = [];
  const dataSource = dataSourceWith({ monitors: { mta1: replying('secret', asked) } });
  for (const role of ['Viewer', 'Editor', ''] as const) {
    const answer = await call('GET raw?node=mta1&resource=queues', dataSource, role);
    assert.equal(answer.status, 403, role);
    assert.ok(!answer.body.includes('secret'));
  }
  assert.deepEqual(asked, [], 'nobody else makes PMTA answer');
});

test('without a user there is no raw answer', async () => {
  const request: ResourceRequest = {
    context: { orgId: 1, grafanaConfig: {} },
    method: 'GET',
    path: 'raw',
    query: new URLSearchParams({ node: 'mta1', resource: 'queues' }),
    headers: {},
    body: new Uint8Array(),
  };
  const dataSource = async () => dataSourceWith({ monitors: { mta1: replying('secret') } });
  assert.equal((await callResource(request, dataSource, { signal: never })).status, 403);
});

test('a raw answer is text, whatever PMTA calls it', async () => {
  const asked: string[] = [];
  const html = '<script>alert(1)</script>';
  const dataSource = dataSourceWith({ monitors: { mta1: replying(html, asked) } });
  const answer = await call('GET raw?node=mta1&resource=queues', dataSource, 'Admin');
  assert.deepEqual(answer, { status: 200, type: 'text/plain; charset=utf-8', body: html });
  assert.deepEqual(asked, ['queues']);
});

test('a raw answer needs a node with a monitor and a resource that is listed', async () => {
  const asked: string[] = [];
  const dataSource = dataSourceWith({ monitors: { mta1: replying('', asked) } });
  for (const query of [
    '',
    'node=mta1',
    'resource=queues',
    'node=mta2&resource=queues',
    'node=mta1&resource=../pause',
  ]) {
    const answer = await call(`GET raw?${query}`, dataSource, 'Admin');
    assert.equal(answer.status, 400, query);
    assert.match(message(answer), /status, queues, domains, vmtas, jobs, logs$/);
  }
  assert.deepEqual(asked, []);
});

test('values come from the store', async () => {
  let asked: Statement | undefined;
  const engine = {
    async query(statement: Statement) {
      asked = statement;
      return { rows: 2, columns: [{ name: 'choice', values: ['b', 'a'] }] };
    },
  } as unknown as Engine;
  const dataSource = dataSourceWith({ database: 'org7_x', engine: async () => engine });
  const answer = await call('GET values?key=vmta', dataSource);
  assert.deepEqual(JSON.parse(answer.body), ['b', 'a']);
  assert.match(asked?.sql ?? '', /FROM org7_x\.events/);
});

test('errors that the user can mend have a status and their message; others are faults of the plugin', async () => {
  const failing = (error: Error) => dataSourceWith({ engine: () => Promise.reject(error) });
  const raw = (error: Error) => dataSourceWith({ monitors: { mta1: { raw: () => Promise.reject(error) } } });
  const unreachable = new PmtaError('unreachable', 'mta1', 'mta1 cannot be reached');
  const table: Array<[Promise<Answer>, number, RegExp]> = [
    [call('GET values?key=colour'), 400, /^key is "colour"/],
    [call('GET values?key=vmta', failing(new StoreError('regex', 'not RE2'))), 400, /^not RE2$/],
    [call('GET values?key=vmta', failing(new StoreError('locked', 'is locked'))), 503, /^is locked$/],
    [call('GET values?key=vmta', failing(new StoreError('query', 'refused'))), 500, /^refused$/],
    [call('GET nodes', new SettingsError('no name')), 400, /^no name \(data source settings\)$/],
    [call('GET raw?node=mta1&resource=jobs', raw(unreachable), 'Admin'), 502, /^mta1 cannot be reached$/],
  ];
  for (const [answer, status, expected] of table) {
    assert.equal((await answer).status, status);
    assert.match(message(await answer), expected);
  }
  await assert.rejects(call('GET values?key=vmta', failing(new TypeError('a bug'))), { message: 'a bug' });
});
