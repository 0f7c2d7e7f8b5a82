import assert from 'node:assert/strict';
import { test } from 'node:test';

import { actions } from './dimensions.ts';
import { messageOf, runLogs } from './logs.ts';
import { rowsOf } from './test-frames.ts';
import { testStore } from './test-store.ts';
import { validateQuery } from './validate.ts';

const store = await testStore();

const full = {
  second: 10,
  type: 'b',
  node: 'mta1',
  vmta: 'marketing-1',
  vmta_pool: 'marketing',
  recipient_domain: 'example.com',
  recipient: 'user@example.com',
  sender: 'bounce@example.net',
  provider: 'google',
  queue: 'example.com/marketing-1',
  source_ip: '192.0.2.50',
  mx: 'mx.example.com',
  job_id: 'job-7',
  env_id: 'env-9',
  bounce_category: 'policy-related',
  status: '5.7.1',
  smtp_code: '550',
  enhanced_code: '550-5.7.26',
  reply: `smtp;550-5.7.26 Unauthenticated email is not accepted due to domain's DMARC policy {p0:String} <Ärger>`,
  extra: { 'header_X-A': "it's", empty: '' },
  source: 's1',
  position: 100,
};
await store.insert('events', [
  full,
  { second: 20, type: 'd', source: 's1', position: 300 },
  { second: 20, type: 't', source: 's1', position: 200, reply: 'smtp;421 try later' },
  { second: 20, type: 'tq', source: 's0', position: 900 },
  { second: 30, type: 'f', source: 's1', position: 400, recipient: 'a\nb@example.com' },
]);

async function ask(fields: Record<string, unknown>) {
  const query = validateQuery(fields, 'logs');
  assert.ok(query.queryType === 'logs');
  const [frame] = await runLogs(query, store.context());
  const lines = rowsOf(frame).map(([time, body, severity, id, labels]) => ({
    time,
    line: JSON.parse(String(body)) as Record<string, unknown>,
    severity,
    id,
    labels: JSON.parse(String(labels)) as Record<string, string>,
  }));
  return { frame, lines, ids: lines.map(({ id }) => id) };
}

test('a line has the keys of the contract first, then what has a value', async () => {
  const { lines } = await ask({ direction: 'forward' });
  assert.equal(
    JSON.stringify(lines[0]?.line),
    JSON.stringify({
      timestamp: '2026-03-02T00:00:10Z',
      vmta: 'marketing-1',
      domain: 'example.com',
      action: 'perm-fail',
      dsn: '5.7.1',
      enhanced_code: '550-5.7.26',
      message: "Unauthenticated email is not accepted due to domain's DMARC policy {p0:String} <Ärger>",
      recipient: 'user@example.com',
      sender: 'bounce@example.net',
      queue: 'example.com/marketing-1',
      source_ip: '192.0.2.50',
      mx: 'mx.example.com',
      job_id: 'job-7',
      bounce_category: 'policy-related',
      node: 'mta1',
      extra: { 'header_X-A': "it's", empty: '' },
    })
  );
  const bare = lines.find(({ id }) => id === 's1:300');
  assert.deepEqual(Object.keys(bare?.line ?? {}), [
    'timestamp',
    'vmta',
    'domain',
    'action',
    'dsn',
    'enhanced_code',
    'message',
  ]);
});

test('labels are the fields that have a value, without reply and type', async () => {
  const { lines } = await ask({ direction: 'forward' });
  const { second, type, reply, extra, source, position, env_id, ...labels } = full;
  assert.deepEqual(lines[0]?.labels, { action: 'perm-fail', ...labels });
  assert.deepEqual(lines.find(({ id }) => id === 's1:300')?.labels, { action: 'delivered' });
});

test('the newest come first unless asked otherwise, and those of one second in the order of the file', async () => {
  const forward = ['s1:100', 's0:900', 's1:200', 's1:300', 's1:400'];
  assert.deepEqual((await ask({ direction: 'forward' })).ids, forward);
  assert.deepEqual((await ask({})).ids, forward.toReversed());
  assert.deepEqual((await ask({ limit: 2 })).ids, ['s1:400', 's1:300']);
  assert.deepEqual((await ask({ limit: 2, direction: 'forward' })).ids, ['s1:100', 's0:900']);
});

test('each record type has its action and its level', async () => {
  const types = { d: 'info', r: 'info', rs: 'info', t: 'warning', tq: 'warning', b: 'error', rb: 'error', f: 'error' };
  assert.deepEqual(Object.keys(actions).toSorted(), Object.keys(types).toSorted());
  await store.insert(
    'events',
    Object.keys(types).map((type, position) => ({ second: 1, type, position, source: 'types' }))
  );
  const { lines } = await ask({ direction: 'forward', limit: 8 });
  const found = lines.map(({ line, labels, severity }) => [labels.action, line.action, severity]);
  assert.deepEqual(
    found,
    Object.entries(types).map(([type, level]) => [actions[type], actions[type], level])
  );
});

test('search finds text in any field that the line shows, in upper or lower case', async () => {
  for (const search of [
    'dmarc POLICY',
    '<ärger>',
    '{p0:String}',
    'USER@example',
    'job-7',
    '192.0.2.50',
    'env-9',
    "n's",
  ]) {
    assert.deepEqual((await ask({ search })).ids, ['s1:100'], search);
  }
  for (const search of ['%', "' OR 1=1 --", '\\', 'user@example.org']) {
    assert.deepEqual((await ask({ search })).frame?.fields, [], search);
  }
});

test('filters and search hold both', async () => {
  const filters = [{ key: 'action', operator: '=', values: ['temp-fail'] }];
  assert.deepEqual((await ask({ filters, search: 'try' })).ids, ['s1:200']);
  assert.deepEqual((await ask({ filters, search: 'dmarc' })).ids, []);
  assert.deepEqual((await ask({ filters: [{ key: 'extra.header_X-A', operator: '=', values: ["it's"] }] })).ids, [
    's1:100',
  ]);
});

test('what was searched for is marked by Grafana', async () => {
  assert.deepEqual((await ask({ search: 'dmarc', limit: 3 })).frame?.meta?.custom, {
    searchWords: ['dmarc'],
    limit: 3,
  });
  assert.deepEqual((await ask({ limit: 3 })).frame?.meta?.custom, { searchWords: [], limit: 3 });
});

test('an alert rule is told what to ask instead', async () => {
  const query = validateQuery({}, 'logs');
  assert.ok(query.queryType === 'logs');
  await assert.rejects(runLogs(query, store.context({ fromAlert: true })), { name: 'QueryError', message: /"events"/ });
});

test('the message is the reply without prefix and codes', () => {
  const table: Array<[string, string]> = [
    ['smtp;550-5.7.26 Unauthenticated email', 'Unauthenticated email'],
    ['smtp;550 5.1.1 User unknown', 'User unknown'],
    ['smtp; 250 2.0.0 OK  queued', 'OK  queued'],
    ['smtp;421 try later', 'try later'],
    ['smtp;421-try later', 'try later'],
    ['smtp;250', ''],
    ['smtp;250 OK 5.1.1', 'OK 5.1.1'],
    ['smtp;550 192.0.2.50 is listed', '192.0.2.50 is listed'],
    ['smtp;550 5.7.1234 odd', '5.7.1234 odd'],
    ['smtp;no code at all', 'no code at all'],
    ['smtp;', ''],
    ['x-pmta;deleted by administrator', 'deleted by administrator'],
    ['x-pmta;bounce-queue;reply:550 5.7.1 no', 'bounce-queue;reply:550 5.7.1 no'],
    ['x-pmta;500 errors in a row', '500 errors in a row'],
    ['450 messages queued', '450 messages queued'],
    ['x-other;text', 'x-other;text'],
    ['', ''],
  ];
  for (const [reply, message] of table) {
    assert.equal(messageOf(reply), message, reply);
  }
});
