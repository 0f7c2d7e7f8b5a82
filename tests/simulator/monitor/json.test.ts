import assert from 'node:assert/strict';
import { test } from 'node:test';
import { monitorFixture, type Tree } from './fixture.ts';

const PATHS = ['status', 'queues', 'domains', 'vmtas', 'jobs'] as const;
const monitor = monitorFixture();

test('every answer has data, status and message', async () => {
  for (const path of PATHS) {
    const answer = await monitor.json(`/${path}`);
    assert.deepEqual(Object.keys(answer), ['data', 'status', 'message'], path);
    assert.deepEqual([answer.status, answer.message], ['success', '']);
  }
});

test('members of the status', async () => {
  const { mta, status } = (await monitor.json('/status')).data;
  assert.equal(mta.product.name, 'PowerMTA');
  assert.equal(mta.product.version, '5.0r5');
  assert.equal(mta.lak.instances, 1);
  assert.equal(status.timeNow, '2026-02-07 12:03:00');
  assert.equal(status.startupTime, '2026-02-07 12:00:00');
  assert.equal(status.shuttingDown, false);
  assert.equal(status.status, 'running');
  for (const window of ['total', 'lastHr', 'lastMin', 'topPerHr', 'topPerMin']) {
    for (const direction of ['in', 'out']) {
      assert.deepEqual(Object.keys(status.traffic[window][direction]), ['rcp', 'msg', 'kb']);
    }
    assert.equal(typeof status.traffic[window].bounceProcessed, 'number');
  }
  assert.deepEqual(Object.keys(status.conn.smtpOut), ['cur', 'max', 'top']);
  assert.deepEqual(Object.keys(status.queue.smtp), ['rcp', 'dom', 'kb']);
  assert.deepEqual(
    Object.keys(status.queue).sort(),
    ['alias', 'bounceProcessor', 'discard', 'feedbackLoopProcessor', 'file', 'httpDelivery', 'pipe', 'smtp'].sort()
  );
  assert.deepEqual(Object.keys(status.spool.files), ['inUse', 'recycled', 'total']);
});

test('members of the lists', async () => {
  const first = async (path: string): Promise<Tree> => {
    const { data } = await monitor.json(`/${path}`);
    assert.match(data.title, new RegExp(`^Top ${data[path].length} .* by number of recipients$`));
    const sizes = data[path].map((row: Tree) => row.rcp);
    assert.deepEqual(
      sizes,
      [...sizes].sort((a, b) => b - a),
      `${path}: largest first`
    );
    return data[path][0];
  };
  const queue = await first('queues');
  assert.deepEqual(Object.keys(queue).sort(), ['conn', 'errors', 'kb', 'mode', 'name', 'paused', 'rcp', 'retryTime']);
  assert.deepEqual(Object.keys(queue.errors[0]), ['time', 'text']);
  assert.equal(queue.mode, 'backoff');
  assert.deepEqual(Object.keys(await first('domains')), ['name', 'rcp', 'kb', 'conn', 'errors']);
  assert.deepEqual(Object.keys(await first('vmtas')), ['name', 'rcp', 'kb', 'pctOfTotal', 'conn', 'dom']);
  assert.deepEqual(Object.keys(await first('jobs')), ['name', 'rcp', 'kb', 'conn']);
});

test('names of every kind occur', async () => {
  const names = (await monitor.json('/queues')).data.queues.map((queue: Tree) => queue.name) as string[];
  for (const pattern of [/^yahoo\.rollup\/mkt-\d$/, /\/\{default\}$/, /\/192\.0\.2\.9$/, /^bücher\.example\//]) {
    assert.ok(
      names.some((name) => pattern.test(name)),
      String(pattern)
    );
  }
});

test('variants of the envelope', async () => {
  assert.deepEqual(Object.keys(await monitor.json('/queues', { hasMessage: false })), ['data', 'status']);
  const token = await monitor.json('/queues', { hasMessage: true, hasCsrfToken: true });
  assert.match(token.CSRFToken, /^[0-9a-f]{32}$/);
  const text = await monitor.json('/queues', { hasCsrfToken: false, data: 'string' });
  assert.equal(typeof text.data, 'string');
  assert.ok(Array.isArray(JSON.parse(text.data).queues));
});

test('variants of the values', async () => {
  const strings = await monitor.json('/status', { numbers: 'string' });
  assert.match(strings.data.status.traffic.total.out.rcp, /^\d+$/);
  assert.match(strings.data.status.queue.smtp.kb, /^\d+(\.\d)?$/);
  monitor.pmta.set({ numbers: 'number' });
  for (const [paused, yes, no] of [
    ['boolean', true, false],
    ['yes-no', 'yes', 'no'],
    ['number', 1, 0],
    ['digit-string', '1', '0'],
  ] as const) {
    const queues = (await monitor.json('/queues', { paused })).data.queues as Tree[];
    assert.equal(queues.find(({ name }) => name === 'hotmail.com/mkt-1')!.paused, yes);
    assert.equal(queues.find(({ name }) => name === 'hotmail.com/mkt-2')!.paused, no);
  }
});

test('members can be missing', async () => {
  const { queues } = (await monitor.json('/queues', { omit: ['paused', 'mode', 'retryTime'] })).data;
  assert.deepEqual(Object.keys(queues[0]), ['name', 'rcp', 'kb', 'conn', 'errors']);
  const { status } = (await monitor.json('/status', { omit: ['perf'] })).data;
  assert.equal('perf' in status.traffic, false);
});

test('the status can be nested otherwise', async () => {
  const nested = await monitor.json('/status', { statusNesting: 'data.mta.status' });
  assert.equal(nested.data.mta.status.status, 'running');
  assert.equal('status' in nested.data, false);
  const outside = await monitor.json('/status', { statusNesting: 'mta.status' });
  assert.equal(outside.mta.status.status, 'running');
  assert.equal('data' in outside, false);
  assert.equal(outside.status, 'success');
});
