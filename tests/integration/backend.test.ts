import assert from 'node:assert/strict';
import { test } from 'node:test';

import { admin, type Backend, field, startBackend, sum, until } from './backend.ts';

const attempts = { queryType: 'events', measure: 'attempts', filters: [], groupBy: [] };

async function allStored(backend: Backend): Promise<void> {
  const { d, b, t } = backend.simulator.counts.byType;
  const expected = d + b + t - backend.simulator.counts.adminDeleted;
  await until(async () => sum((await backend.ask([attempts])).A) >= expected, `${expected} attempts`);
}

test('measures are the counts of the records that PMTA wrote', async (t) => {
  const backend = await startBackend(t, { historyMs: 120_000, scenario: 'throttled' });
  await backend.simulator.advance(30_000);
  await allStored(backend);
  const { counts } = backend.simulator;
  const { d, b, t: deferred } = counts.byType;
  const bounced = b - counts.adminDeleted;
  const total = d + bounced + deferred;

  const series = await backend.ask(
    ['attempts', 'delivered', 'bounced', 'deferred'].map((measure) => ({ ...attempts, measure }))
  );
  assert.deepEqual(
    ['A', 'B', 'C', 'D'].map((refId) => sum(series[refId])),
    [total, d, bounced, deferred]
  );

  const rates = await backend.ask(
    ['delivery_rate', 'bounce_rate', 'deferral_rate'].map((measure) => ({ ...attempts, measure, format: 'table' }))
  );
  const rate = (refId: string, name: string) => field(rates[refId]?.frames[0], name).values[0] as number;
  assert.ok(Math.abs(rate('A', 'delivery_rate') - d / (d + bounced)) < 1e-9);
  assert.ok(Math.abs(rate('B', 'bounce_rate') - bounced / (d + bounced)) < 1e-9);
  assert.ok(Math.abs(rate('C', 'deferral_rate') - deferred / total) < 1e-9);

  const grouped = await backend.ask([
    { ...attempts, measure: 'delivered', groupBy: ['recipient_domain'], format: 'table', limit: 1000 },
  ]);
  const frame = grouped.A?.frames[0];
  const domains = Array.from(field(frame, 'recipient_domain').values as ArrayLike<string>);
  const delivered = Array.from(field(frame, 'delivered').values as ArrayLike<number>);
  assert.ok(domains.length > 3);
  domains.forEach((domain, row) => assert.equal(delivered[row], counts.byDomain.of(domain).d, domain));
});

test('every operator filters', async (t) => {
  const backend = await startBackend(t, { historyMs: 60_000 });
  await allStored(backend);
  const { counts } = backend.simulator;
  const google = counts.byDomain.of('gmail.com').d;
  const yahoo = counts.byDomain.of('yahoo.com').d;
  const all = counts.byType.d;
  const delivered = (key: string, operator: string, ...values: string[]) => ({
    ...attempts,
    measure: 'delivered',
    filters: [{ key, operator, values }],
  });
  const answers = await backend.ask([
    delivered('recipient_domain', '=', 'gmail.com'),
    delivered('recipient_domain', '!=', 'gmail.com'),
    delivered('recipient_domain', '=|', 'gmail.com', 'yahoo.com'),
    delivered('recipient_domain', '!=|', 'gmail.com', 'yahoo.com'),
    delivered('recipient_domain', '=~', '(gmail|yahoo)\\.com'),
    delivered('recipient_domain', '!~', '(gmail|yahoo)\\.com'),
    delivered('latency', '>', '-1'),
    delivered('latency', '<', '0'),
    delivered('recipient_domain', '=', `gmail.com' OR 1=1 --`),
    delivered('extra.dlvesmtpavailable', '=', 'nothing like it'),
  ]);
  assert.deepEqual(
    'ABCDEFGHIJ'.split('').map((refId) => sum(answers[refId])),
    [google, all - google, google + yahoo, all - google - yahoo, google + yahoo, all - google - yahoo, all, 0, 0, 0]
  );
});

test('log lines have the keys of the contract, newest first, and are found by search', async (t) => {
  const backend = await startBackend(t, { historyMs: 60_000, scenario: 'throttled' });
  await allStored(backend);
  const answers = await backend.ask([
    { queryType: 'logs', limit: 50 },
    { queryType: 'logs', limit: 50, direction: 'forward' },
    { queryType: 'logs', limit: 5000, filters: [{ key: 'action', operator: '=', values: ['perm-fail'] }] },
    { queryType: 'logs', limit: 50, search: 'GMAIL.com' },
    { queryType: 'logs', limit: 50, search: 'no line holds this' },
  ]);
  const bodies = (refId: string) => Array.from(field(answers[refId]?.frames[0], 'body').values as ArrayLike<string>);
  const times = (refId: string) =>
    Array.from(field(answers[refId]?.frames[0], 'timestamp').values as ArrayLike<bigint>, Number);
  assert.equal(bodies('A').length, 50);
  assert.deepEqual(
    times('A'),
    times('A').toSorted((a, b) => b - a)
  );
  assert.deepEqual(
    times('B'),
    times('B').toSorted((a, b) => a - b)
  );
  const keys = Object.keys(JSON.parse(bodies('A')[0] ?? '{}') as object).slice(0, 7);
  assert.deepEqual(keys, ['timestamp', 'vmta', 'domain', 'action', 'dsn', 'enhanced_code', 'message']);
  assert.equal(bodies('C').length, backend.simulator.counts.byType.b);
  assert.ok(bodies('D').every((body) => /gmail\.com/i.test(body)));
  assert.deepEqual(answers.E?.frames[0]?.fields, []);
  const ids = Array.from(field(answers.C?.frames[0], 'id').values as ArrayLike<string>);
  assert.equal(new Set(ids).size, ids.length);
});

test('history is what the monitor said, and live is what it says now', async (t) => {
  const backend = await startBackend(t, { historyMs: 60_000 });
  await backend.health();
  const history = ['queue.recipients', 'connections.out.max', 'traffic.in.recipients', 'up'].map((metric) => ({
    queryType: 'history',
    metric,
    groupBy: ['node'],
    aggregate: 'last',
  }));
  await until(async () => ((await backend.ask(history)).C?.frames[0]?.fields.length ?? 0) > 0, 'two polls');
  const answers = await backend.ask([
    ...history,
    { queryType: 'live', resource: 'queues', limit: 10 },
    { queryType: 'live', resource: 'status' },
  ]);
  const last = (refId: string) => Array.from(answers[refId]?.frames[0]?.fields[1]?.values as ArrayLike<number>).at(-1);
  assert.equal(last('A'), backend.simulator.queued);
  assert.equal(last('D'), 1);
  assert.equal(answers.A?.frames[0]?.fields[1]?.labels?.node, 'mta1');
  const queues = answers.E?.frames[0];
  const listed = backend.simulator.queues().toSorted((a, b) => b.recipients - a.recipients);
  assert.equal(field(queues, 'recipients').values[0], listed[0]?.recipients);
  assert.match(queues?.meta?.notices?.[0]?.text ?? '', /http-default-max-items/);
  assert.equal(field(answers.F?.frames[0], 'queue_recipients').values[0], backend.simulator.queued);
});

test('PMTA is asked once an endpoint, whatever the number of panels, and only for what is read', async (t) => {
  const backend = await startBackend(t, { historyMs: 10_000 });
  backend.pollSeconds = 3600;
  const panels = Array.from({ length: 20 }, (_, index) => ({
    queryType: 'live',
    resource: ['status', 'queues', 'domains', 'vmtas', 'jobs'][index % 5],
  }));
  await Promise.all([backend.ask(panels), backend.ask(panels)]);
  await backend.ask(panels);
  const asked = backend.simulator.requests.map(({ method, path }) => `${method} ${path}`);
  assert.deepEqual(asked.toSorted(), ['GET /domains', 'GET /jobs', 'GET /queues', 'GET /status', 'GET /vmtas']);
});

test('a dead node is said beside the rows of the others', async (t) => {
  const backend = await startBackend(t, { historyMs: 10_000 });
  backend.configure([
    backend.node,
    {
      ...backend.node,
      name: 'mta2',
      url: 'http://127.0.0.1:9',
      accounting: { files: [], pull: false, receive: false },
    },
  ]);
  const { A } = await backend.ask([{ queryType: 'live', resource: 'queues' }]);
  assert.equal(A?.status, 200);
  assert.ok((A?.frames[0]?.fields[0]?.values.length ?? 0) > 0);
  assert.ok(A?.frames[0]?.meta?.notices?.some(({ severity, text }) => severity === 'error' && text.includes('mta2')));
  const health = await backend.health();
  assert.match(health.message, /mta2/);
});

test('a query that cannot be answered fails alone, with its own error', async (t) => {
  const backend = await startBackend(t, { historyMs: 10_000 });
  const answers = await backend.ask([
    attempts,
    { queryType: 'nonsense' },
    { ...attempts, measure: 'happiness' },
    { ...attempts, filters: [{ key: 'recipient_domain', operator: '=~', values: ['('] }] },
    { ...attempts, filters: [{ key: 'no_such', operator: '=', values: ['x'] }] },
    { ...attempts, filters: [{ key: 'vmta', operator: '=', values: ['$vmta'] }] },
    { queryType: 'history', metric: 'up', groupBy: ['queue'] },
    { queryType: 'logs', limit: -1 },
  ]);
  assert.equal(answers.A?.status, 200);
  for (const [refId, expected] of Object.entries({
    B: /queryType/,
    C: /measure/,
    D: /RE2/,
    E: /no_such/,
    F: /\$vmta/,
    G: /grouped by queue/,
    H: /limit/,
  })) {
    assert.equal(answers[refId]?.status, 400, refId);
    assert.equal(answers[refId]?.errorSource, 'downstream', refId);
    assert.match(answers[refId]?.error ?? '', expected, refId);
  }
});

test('after kill -9 the totals are the same', async (t) => {
  const backend = await startBackend(t, { historyMs: 120_000, rate: 300 });
  for (let round = 0; round < 3; round++) {
    const asked = backend.ask([attempts]).catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, 400 + round * 200));
    backend.client.process.kill('SIGKILL');
    await asked;
    await backend.simulator.advance(5_000);
    await backend.restart();
  }
  await allStored(backend);
  const { d, b, t: deferred } = backend.simulator.counts.byType;
  assert.equal(sum((await backend.ask([attempts])).A), d + b + deferred - backend.simulator.counts.adminDeleted);
});

test('measures without their records say which records PMTA must write', async (t) => {
  const backend = await startBackend(t, { historyMs: 20_000, accounting: { layout: 'default' } });
  const delivered = { ...attempts, measure: 'delivered' };
  await until(async () => sum((await backend.ask([delivered])).A) >= backend.simulator.counts.byType.d, 'deliveries');
  const { A } = await backend.ask([{ ...attempts, measure: 'deferred' }]);
  assert.deepEqual(A?.frames[0]?.fields, []);
  assert.match(A?.frames[0]?.meta?.notices?.[0]?.text ?? '', /records d,b,t,tq/);
});

test('only an Admin sees raw answers, and files outside the roots are refused', async (t) => {
  const backend = await startBackend(t);
  assert.equal((await backend.resource('raw', 'node=mta1&resource=status')).status, 403);
  const raw = await backend.resource('raw', 'node=mta1&resource=status', admin);
  assert.equal(raw.status, 200);
  assert.equal((await backend.resource('raw', 'node=mta1&resource=configFile', admin)).status, 400);
  assert.equal((await backend.resource('../health')).status, 404);
  backend.configure([
    { ...backend.node, accounting: { files: ['/etc/*.csv', '/etc/passwd'], pull: false, receive: false } },
  ]);
  const health = await backend.health();
  assert.match(health.message, /accounting_roots/);
});

test('values of a dimension are offered, the most frequent first', async (t) => {
  const backend = await startBackend(t, { historyMs: 30_000 });
  await allStored(backend);
  const { body } = await backend.resource('values', 'key=recipient_domain&search=mail');
  assert.ok((body as string[]).includes('gmail.com'));
  assert.ok((body as string[]).every((value) => value.includes('mail')));
  assert.equal((await backend.resource('values', 'key=system.tables')).status, 400);
});
