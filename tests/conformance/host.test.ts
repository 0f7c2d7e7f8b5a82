import assert from 'node:assert/strict';
import { test } from 'node:test';

import { startSimulator } from '../simulator/simulator.ts';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type HostAnswer, hostBinary, type HostResponse, runHost } from './host.ts';

const skip = hostBinary ? false : 'CONFORMANCE_HOST names no conformance host: build it and set the variable';
const day = 86_400_000;

const queries = [
  { refId: 'series', queryType: 'events', measure: 'delivered', groupBy: ['provider'] },
  { refId: 'table', queryType: 'events', measure: 'attempts', groupBy: ['recipient_domain', 'vmta'], format: 'table' },
  { refId: 'rate', queryType: 'events', measure: 'bounce_rate' },
  { refId: 'logs', queryType: 'logs', limit: 100 },
  { refId: 'history', queryType: 'history', metric: 'queue.recipients', groupBy: ['node'], aggregate: 'last' },
  { refId: 'historyTable', queryType: 'history', metric: 'up', groupBy: ['node'], format: 'table' },
  ...['status', 'queues', 'domains', 'vmtas', 'jobs'].map((resource) => ({
    refId: resource,
    queryType: 'live',
    resource,
  })),
  {
    refId: 'nothing',
    queryType: 'events',
    measure: 'delivered',
    filters: [{ key: 'vmta', operator: '=', values: ['none'] }],
    groupBy: ['vmta'],
  },
];
const malformed = [
  { refId: 'unknownType', queryType: 'nonsense' },
  { refId: 'wrongField', queryType: 'events', measure: 7 },
  { refId: 'wrongFilter', queryType: 'events', filters: 'all' },
];

test("Grafana's own client and decoder take every answer", { skip }, async (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'pmta-conformance-'));
  const simulator = await startSimulator({
    directory: join(directory, 'acct'),
    start: Date.now() - 60_000,
    historyMs: 60_000,
    rate: 50,
  });
  t.after(async () => {
    await simulator.stop();
    rmSync(directory, { recursive: true, force: true });
  });
  const ds = {
    id: 1,
    uid: 'conformance',
    jsonData: {
      pollSeconds: 1,
      nodes: [{ name: 'mta1', url: simulator.url, accounting: { files: [join(directory, 'acct/*.csv')] } }],
    },
  };
  const range = { from: Date.now() - day, to: Date.now() + day };
  const sized = (list: object[]) => list.map((query) => ({ intervalMs: 60_000, maxDataPoints: 2000, ...query }));
  const env = { GF_PLUGIN_DATA_PATH: join(directory, 'data'), GF_PLUGIN_ACCOUNTING_ROOTS: directory };
  const answers = await runHost(
    [
      { op: 'health', ds, user: { login: 'admin', role: 'Admin' } },
      { op: 'sleep', ms: 5000 },
      { op: 'query', ...range, queries: sized([...queries, ...malformed]) },
      { op: 'query', ...range, headers: { FromAlert: 'true' }, queries: sized(queries.slice(0, 3)) },
      { op: 'resource', path: 'dimensions' },
      { op: 'resource', path: 'nope' },
      { op: 'metrics' },
      { op: 'subscribe', path: 'nope' },
      { op: 'kill' },
    ],
    env
  );
  const [start, health, , all, alert, dimensions, nope, metrics, subscribe, kill] = answers as [
    HostAnswer,
    ...HostAnswer[],
  ];
  t.diagnostic(
    `start to a usable client ${String(start.startMs)} ms, stop ${String(kill?.stopMs)} ms, ${queries.length} queries ${String(all?.ms)} ms`
  );

  assert.equal(start.ping, 'ok');
  assert.equal(health?.status, 'OK', String(health?.message));
  assert.deepEqual(all?.unanswered, []);
  const responses = all?.responses as Record<string, HostResponse>;
  for (const { refId } of queries) {
    const response = responses[refId];
    assert.equal(response?.status, 200, `${refId}: ${response?.error}`);
    assert.ok(response?.frames.length, `${refId} has a frame`);
    assert.ok(
      response?.frames.every(({ error }) => error === undefined),
      `${refId}: ${response?.frames[0]?.error}`
    );
    assert.equal(
      (response?.frames[0]?.frame?.schema.fields.length ?? 0) > 0,
      refId !== 'nothing',
      `${refId} has fields`
    );
  }
  assert.ok(responses.series?.frames.every(({ seriesType }) => seriesType === 'wide'));
  for (const { refId } of malformed) {
    assert.equal(responses[refId]?.status, 400, refId);
    assert.match(responses[refId]?.error ?? '', /queryType|measure|filters/, refId);
  }
  assert.ok(Object.values(alert?.responses as Record<string, HostResponse>).every(({ status }) => status === 200));
  assert.equal(dimensions?.code, 200);
  assert.equal(nope?.code, 404);
  assert.match(String(metrics?.prometheus), /^pmta_datasource_intake_records_total\{.*\} [1-9]/m);
  assert.equal(subscribe?.status, 'NOT_FOUND');
  assert.equal(kill?.exited, true);
});
