import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openEnvelope } from '../envelope.ts';
import type { SnapshotResource } from '../snapshot.ts';
import { normalizeDomains } from './domains.ts';
import { normalizeJobs } from './jobs.ts';
import { normalizeQueues, splitQueue } from './queues.ts';
import { normalizeVmtas } from './vmtas.ts';

const toUtc = (time: unknown) => (typeof time === 'string' ? Date.parse(`${time.replace(' ', 'T')}Z`) : null);
const open = (resource: SnapshotResource, text: string) => openEnvelope('mta1', resource, { contentType: '', text });
const json = (data: unknown) => JSON.stringify({ data, status: 'success', message: '' });
const xml = (data: string) => `<rsp><data>${data}</data><succ/></rsp>`;
const queues = (text: string) => normalizeQueues(open('queues', text), toUtc);

const backoffQueue = {
  queue: 'gmail.com/vmta-a',
  recipient_domain: 'gmail.com',
  vmta: 'vmta-a',
  recipients: 1060,
  kilobytes: 46119.3,
  connections: 4,
  paused: false,
  mode: 'backoff',
  backoff_reason: '421 4.7.28 unusual rate',
  retry_ms: Date.UTC(2026, 1, 7, 17, 11, 9),
  errors: [
    { time_ms: Date.UTC(2026, 1, 7, 17, 1, 9), text: 'message rate limit reached' },
    { time_ms: Date.UTC(2026, 1, 4, 9, 0, 0), text: 'connect rate limit reached' },
  ],
};

test('a queue of 5.x in JSON and of 4.x in XML read the same', () => {
  const inJson = json({
    title: 'Top 1 queues by number of recipients',
    queues: [
      {
        name: 'gmail.com/vmta-a',
        rcp: 1060,
        kb: 46119.3,
        conn: 4,
        errors: [
          { time: '2026-02-07 17:01:09', text: 'message rate limit reached' },
          { time: '2026-02-04 09:00:00', text: 'connect rate limit reached' },
        ],
        paused: false,
        mode: 'backoff',
        backoffReason: '421 4.7.28 unusual rate',
        retryTime: '2026-02-07 17:11:09',
      },
    ],
    totalRcp: 1060,
    totalQueuesWithRcp: 1,
  });
  const inXml = xml(
    '<title>Top 1 queues by number of recipients</title><queue><name>gmail.com/vmta-a</name><rcp>1060</rcp>' +
      '<kb>46119.3</kb><conn>4</conn>' +
      '<event><type>note</type><time>2026-02-07 17:02:00</time><text>other</text></event>' +
      '<event><type>error</type><time>2026-02-04 09:00:00</time><text>connect rate limit reached</text></event>' +
      '<event><type>error</type><time>2026-02-07 17:01:09</time><text>message rate limit reached</text></event>' +
      '<paused>no</paused><mode>Backoff</mode><BackoffLastReason>421 4.7.28 unusual rate</BackoffLastReason>' +
      '<retryTime>2026-02-07 17:11:09</retryTime></queue><totalRcp>1060</totalRcp><totalQueuesWithRcp>1</totalQueuesWithRcp>'
  );
  const expected = { rows: [backoffQueue], total_recipients: 1060, total_rows: 1, truncated: null };
  assert.deepEqual(queues(inJson), expected);
  assert.deepEqual(queues(inXml), expected);
});

test('members that a PMTA does not send stay unknown', () => {
  assert.deepEqual(queues(json({ queues: [{ name: 'a.example/v', rcp: '2' }], totalRcp: 2 })).rows, [
    {
      queue: 'a.example/v',
      recipient_domain: 'a.example',
      vmta: 'v',
      recipients: 2,
      kilobytes: 0,
      connections: 0,
      paused: null,
      mode: '',
      backoff_reason: '',
      retry_ms: null,
      errors: [],
    },
  ]);
});

test('queue names split at their last slash', () => {
  const cases: Array<[string, string, string]> = [
    ['gmail.com/vmta-a', 'gmail.com', 'vmta-a'],
    ['gmail.com/{default}', 'gmail.com', '{default}'],
    ['{discard}/{default}', '{discard}', '{default}'],
    ['gmail.rollup/vmta-a', 'gmail.rollup', 'vmta-a'],
    ['*/vmta-a', '*', 'vmta-a'],
    ['aol.com/192.0.2.1', 'aol.com', '192.0.2.1'],
    ['aol.com/2001:db8::1', 'aol.com', '2001:db8::1'],
    ['bücher.example/vmta-ü', 'bücher.example', 'vmta-ü'],
    ['[192.0.2.0/24]/vmta-a', '[192.0.2.0/24]', 'vmta-a'],
    ['gmail.com', 'gmail.com', ''],
    ['gmail.com/', 'gmail.com', ''],
  ];
  for (const [queue, recipient_domain, vmta] of cases) {
    assert.deepEqual(splitQueue(queue), { recipient_domain, vmta }, queue);
  }
});

test('rows come with most recipients first, and a list that is not whole says so', () => {
  const list = queues(
    json({
      title: 'Top 3 queues by number of recipients',
      queues: [
        { name: 'a.example/v', rcp: 1 },
        { name: 'b.example/v', rcp: 30 },
        { name: 'paused.example/v', rcp: 0, paused: 'yes' },
      ],
      totalRcp: 61078,
      totalQueuesWithRcp: 1428,
    })
  );
  assert.deepEqual(
    list.rows.map(({ queue }) => queue),
    ['b.example/v', 'a.example/v', 'paused.example/v']
  );
  assert.equal(list.rows[2]?.paused, true);
  assert.equal(list.total_rows, 1428);
  assert.equal(list.truncated, "top 2 of 1,428 queues: raise http-default-max-items in PMTA's configuration");
});

test('empty lists', () => {
  const empty = [
    json({ title: 'Top 0 queues', queues: [], totalRcp: 0, totalQueuesWithRcp: 0 }),
    json({ queues: [] }),
    json({}),
    xml(''),
    xml('<title>Top 10 queues by number of recipients</title>'),
    xml('<totalRcp>0</totalRcp><totalQueuesWithRcp>0</totalQueuesWithRcp>'),
    '<rsp><data/><succ/></rsp>',
  ];
  for (const text of empty) {
    assert.deepEqual(queues(text).rows, [], text);
  }
});

test('an unknown shape is no empty list', () => {
  const shapes: Array<[string, RegExp]> = [
    [json({ items: [] }), /has no data\.queues/],
    [json('1 queue'), /has no data\.queues/],
    ['{"status":"success"}', /has no data\.queues/],
    ['<rsp></rsp>', /has no data\.queues/],
    [json({ totalRcp: 9, totalQueuesWithRcp: 2 }), /has no data\.queues/],
    [json({ title: 'Top 10 queues', totalRcp: 9 }), /has no data\.queues/],
    [json({ queues: [{ rcp: 1 }] }), /has no data\.queues\[0\]\.name/],
    [json({ queues: [{ name: 'a/b', rcp: 1 }, 'text'] }), /has no data\.queues\[1\]\.name/],
    [json({ queues: [{ name: 'a/b', rcp: 'many' }] }), /has no number in data\.queues\[0\]\.rcp/],
  ];
  for (const [text, message] of shapes) {
    assert.throws(() => queues(text), { code: 'malformed', message }, text);
  }
});

test('domains, VMTAs and jobs', () => {
  const error = { time: '2026-02-07 17:01:09', text: 'StatusDnsQueryFailed resolving gmail.com' };
  const domains = json({
    domains: [{ name: 'gmail.com', rcp: 4120, kb: 51234, conn: 12, errors: error }],
    totalDomainsWithRcp: 2226,
  });
  assert.deepEqual(normalizeDomains(open('domains', domains), toUtc), {
    rows: [
      {
        recipient_domain: 'gmail.com',
        recipients: 4120,
        kilobytes: 51234,
        connections: 12,
        errors: [{ time_ms: toUtc(error.time), text: error.text }],
      },
    ],
    total_recipients: null,
    total_rows: 2226,
    truncated: "top 1 of 2,226 domains: raise http-default-max-items in PMTA's configuration",
  });
  const vmtas = xml(
    '<vmta><name>vmta572</name><rcp>18</rcp><kb>0.1</kb><pctOfTotal>2</pctOfTotal><conn>16</conn><dom>13</dom></vmta>'
  );
  assert.deepEqual(normalizeVmtas(open('vmtas', vmtas)).rows, [
    { vmta: 'vmta572', recipients: 18, kilobytes: 0.1, connections: 16, domains: 13, percent_of_total: 2 },
  ]);
  const expected = [{ job_id: 'weekly-0426', recipients: 431, kilobytes: 1236.9, connections: null, paused: null }];
  const row = '<rcp>431</rcp><kb>1236.9</kb>';
  assert.deepEqual(normalizeJobs(open('jobs', xml(`<job><name>weekly-0426</name>${row}</job>`))).rows, expected);
  assert.deepEqual(normalizeJobs(open('jobs', xml(`<job><id>weekly-0426</id>${row}</job>`))).rows, expected);
  const paused = json({ jobs: [{ id: 426, rcp: 1, kb: 0, conn: 0, paused: 1 }] });
  assert.deepEqual(normalizeJobs(open('jobs', paused)).rows, [
    { job_id: '426', recipients: 1, kilobytes: 0, connections: 0, paused: true },
  ]);
});
