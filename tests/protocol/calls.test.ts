/** What a plugin answers to Grafana's calls. */
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { DataSourceInstance } from '../../pkg/grafana/handlers.ts';
import type { ClientQuery, PluginClient } from './client.ts';
import { collect, eventually, logged, messages, startSample } from './sample/start.ts';

const dataSource: DataSourceInstance = {
  id: 7,
  uid: 'mail',
  name: 'Mail',
  url: 'http://192.0.2.1:8080',
  jsonData: { pollSeconds: 15 },
  secureJsonData: { password: 'correct horse' },
  updatedMs: 1_700_000_000_000,
};
const context = {
  orgId: 3,
  user: { login: 'jo', name: 'Jo', email: 'jo@example.com', role: 'Admin' as const },
  dataSource,
};

const ask = (client: PluginClient, queries: ClientQuery[], options?: { deadlineMs?: number; signal?: AbortSignal }) =>
  client.queryData({ context, fromMs: 1000, toMs: 2000, queries, headers: { FromAlert: 'true' } }, options);

/** Starts a plugin and stops it in the test, which fails where a log line could not be read or stdout was touched. */
async function withSample(t: TestContext, use: (client: PluginClient) => Promise<void>): Promise<void> {
  const client = await startSample(t);
  await use(client);
  assert.equal((await client.stop()).graceful, true);
  assert.deepEqual(client.process.strayLines, []);
  assert.ok(!messages(client).some((message) => message.includes('correct horse')));
}

test('QueryData brings everything to the handler and its frames back', (t) =>
  withSample(t, async (client) => {
    const query = { refId: 'A', queryType: 'events', maxDataPoints: 500, intervalMs: 60_000, measure: 'delivered' };
    const { A } = await ask(client, [query]);
    assert.deepEqual([A?.status, A?.error, A?.errorSource], [200, '', '']);
    assert.deepEqual(JSON.parse(Buffer.from(A?.frames[0] ?? []).toString()), {
      query: {
        refId: 'A',
        queryType: 'events',
        maxDataPoints: 500,
        intervalMs: 60_000,
        fromMs: 1000,
        toMs: 2000,
        json: query,
      },
      context: { ...context, grafanaConfig: {} },
      headers: { FromAlert: 'true' },
    });
  }));

test('each query has its own error', (t) =>
  withSample(t, async (client) => {
    const answers = await ask(client, [
      { refId: 'A' },
      { refId: 'B', do: 'fail', status: 404, message: 'no such queue \ud800' },
      { refId: 'C', do: 'fail', status: 200, message: '' },
      { refId: 'D', do: 'forget' },
    ]);
    const short = Object.entries(answers).map(([ref, a]) => [ref, a.status, a.errorSource, a.error]);
    assert.deepEqual(short, [
      ['A', 200, '', ''],
      ['B', 404, 'downstream', 'no such queue \ufffd'],
      ['C', 500, 'downstream', 'unknown error'],
      ['D', 500, 'plugin', answers.D?.error],
    ]);
    assert.match(answers.D?.error ?? '', /Query D was not answered.*bug/);
  }));

test('an error that is thrown answers every query, without stack and secrets', (t) =>
  withSample(t, async (client) => {
    const answers = await ask(client, [{ refId: 'A' }, { refId: 'B', do: 'throw' }]);
    for (const answer of [answers.A, answers.B]) {
      assert.deepEqual([answer?.status, answer?.error, answer?.errorSource], [500, 'broken: [secret]', 'plugin']);
    }
    await logged(client, 'QueryData failed: broken: [secret]');
  }));

test('a query that is not JSON fails alone, an empty one is an empty object', (t) =>
  withSample(t, async (client) => {
    const query = { queryType: '', maxDataPoints: 0, intervalMS: 0, timeRange: null };
    const { responses } = await client.queryDataRaw({
      pluginContext: null,
      headers: {},
      queries: [
        { ...query, refId: 'A', json: Buffer.from('{"do":') },
        { ...query, refId: 'B', json: Buffer.from('') },
      ],
    });
    assert.deepEqual([responses.A?.status, responses.A?.error], [400, 'Query A is not valid JSON']);
    assert.equal(responses.B?.status, 200);
    assert.deepEqual(JSON.parse(Buffer.from(responses.B?.frames[0] ?? []).toString()).query.json, {});
  }));

test('no queries, no answers', (t) =>
  withSample(t, async (client) => {
    assert.deepEqual(await ask(client, []), {});
  }));

test('large messages pass both ways', (t) =>
  withSample(t, async (client) => {
    const { body } = await client.callResource({ method: 'POST', path: 'length', body: Buffer.alloc(6 << 20) });
    assert.equal(body.toString(), String(6 << 20));
    const { A } = await ask(client, [{ refId: 'A', do: 'bytes', bytes: 40 << 20 }]);
    assert.equal(A?.frames[0]?.length, 40 << 20);
  }));

test('a deadline reaches the handler', (t) =>
  withSample(t, async (client) => {
    await assert.rejects(ask(client, [{ refId: 'A', do: 'wait' }], { deadlineMs: 200 }), { code: 4 });
    await logged(client, 'aborted');
  }));

test('a cancelled request reaches the handler', (t) =>
  withSample(t, async (client) => {
    const browser = new AbortController();
    const asked = ask(client, [{ refId: 'A', do: 'wait' }], { signal: browser.signal });
    const rejected = assert.rejects(asked, { code: 1 });
    await logged(client, 'waiting');
    browser.abort();
    await rejected;
    await logged(client, 'aborted');
  }));

test('CheckHealth answers with details, and with the error that is thrown', (t) =>
  withSample(t, async (client) => {
    assert.deepEqual(await client.checkHealth({ dataSource }), {
      status: 'OK',
      message: 'up',
      details: { jsonData: { pollSeconds: 15 } },
    });
    const broken = { ...dataSource, jsonData: { throw: 'the key is correct horse' } };
    assert.deepEqual(await client.checkHealth({ dataSource: broken }), {
      status: 'ERROR',
      message: 'the key is [secret]',
      details: undefined,
    });
  }));

test('CollectMetrics answers', (t) =>
  withSample(t, async (client) => {
    assert.equal(await client.collectMetrics(), 'sample_up 1\n');
  }));

test('CallResource brings the request to the handler and its answer back', (t) =>
  withSample(t, async (client) => {
    const call = {
      method: 'POST',
      path: 'a/b',
      query: 'k=1&k=2&q=%C3%BC',
      headers: { Accept: ['x', 'y'] },
      body: 'hi',
    };
    const { status, headers, body } = await client.callResource({ context, ...call });
    assert.equal(status, 201);
    assert.deepEqual(headers, { 'Content-Type': ['application/json'] });
    assert.deepEqual(JSON.parse(body.toString()), {
      method: 'POST',
      path: 'a/b',
      query: [
        ['k', '1'],
        ['k', '2'],
        ['q', 'ü'],
      ],
      headers: { Accept: ['x', 'y'] },
      body: 'hi',
    });
  }));

test('a resource that fails answers 500 with a message', (t) =>
  withSample(t, async (client) => {
    const thrown = await client.callResource({ path: 'throw' });
    assert.equal(thrown.status, 500);
    assert.deepEqual(JSON.parse(thrown.body.toString()), { message: 'no resource' });
    const nonsense = await client.callResource({ path: 'status', query: 'code=42' });
    assert.equal(nonsense.status, 500);
    assert.match(nonsense.body.toString(), /HTTP status 42/);
  }));

test('a wrong Content-Length is not passed on', (t) =>
  withSample(t, async (client) => {
    const { headers } = await client.callResource({ path: 'length', body: 'four' });
    assert.deepEqual(headers, {});
  }));

test('SubscribeStream answers by path, PublishStream never', (t) =>
  withSample(t, async (client) => {
    const data = { a: 1 };
    assert.deepEqual(await client.subscribeStream({ path: 'p', data }), { status: 'OK', data: { path: 'p', data } });
    assert.deepEqual(await client.subscribeStream({ path: 'p' }), { status: 'OK', data: { path: 'p' } });
    assert.equal((await client.subscribeStream({ path: 'secret' })).status, 'PERMISSION_DENIED');
    assert.equal((await client.subscribeStream({ path: 'missing' })).status, 'NOT_FOUND');
    await assert.rejects(client.subscribeStream({ path: 'throw' }), { code: 13, details: 'no stream' });
    assert.equal(await client.publishStream({ path: 'p', data }), 'PERMISSION_DENIED');
  }));

test('RunStream sends packets in order until the handler ends', (t) =>
  withSample(t, async (client) => {
    const packets = await collect(client.runStream({ path: 'p', data: { count: 200 } }));
    assert.deepEqual(
      packets,
      Array.from({ length: 200 }, (_, i) => ({ i, padding: '' }))
    );
  }));

test('RunStream fails where the handler does, so that Grafana starts it again', (t) =>
  withSample(t, async (client) => {
    const packets = collect(client.runStream({ path: 'throw' }));
    await assert.rejects(packets, { code: 13, details: 'stream broke' });
  }));

test('a stream without readers stops sending, and ends with them', (t) =>
  withSample(t, async (client) => {
    const padding = 'x'.repeat(100_000);
    const packets = client.runStream({ path: 'p', data: { count: 1e6, padding } });
    await packets.next();
    // Time for a sender that does not wait to queue thousands.
    await delay(500);
    await packets.return();
    const ended = () => client.process.logLines.find((line) => line.includes('stream ended'));
    await eventually(() => ended() !== undefined, 'stream ended');
    const { sent, aborted } = JSON.parse(ended() ?? '');
    assert.equal(aborted, true);
    assert.ok(sent < 200, `${sent} packets of 100 kB were sent to a reader who took one`);
  }));
