import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { Snapshot, TrafficCount } from '../../pmta/snapshot.ts';
import { rowOfStatus, rowsOfList } from './rows.ts';

const count = (recipients: number): TrafficCount => ({ recipients, messages: recipients, kilobytes: recipients * 2 });
const window = { in: count(1), out: count(2) };

const status: Snapshot<'status'> = {
  node: 'mta1',
  resource: 'status',
  taken_ms: 1_700_000_000_500,
  data: {
    product: { name: 'PowerMTA', version: '5.0r5', variant: '' },
    host_name: 'mta1.example.com',
    state: 'running',
    shutting_down: false,
    now_ms: 1_700_000_000_000,
    started_ms: 1_600_000_000_000,
    uptime_seconds: 100_000_000,
    traffic: {
      total: { in: count(100), out: count(90) },
      last_hour: window,
      last_minute: window,
      top_per_hour: window,
      top_per_minute: window,
    },
    connections: { in: { current: 1, max: 2, top: 3 }, out: { current: 4, max: 5, top: 6 } },
    resolver: { names_cached: 7, queries_pending: null },
    queues: {
      smtp: { recipients: 10, domains: 2, kilobytes: 5.5 },
      pipe: { recipients: 1, domains: 1, kilobytes: 0.5 },
    },
    spool: {
      recipients: 11,
      recipients_max: 1000,
      files_in_use: 8,
      files_recycled: 0,
      files_total: 9,
      directories: 1,
      initialized_percent: 100,
    },
    ram_kilobytes: null,
    cpu_count: null,
  },
};

test('traffic is stored as what was counted since the poll before', () => {
  const row = rowOfStatus(status, { rates: { in: count(3), out: count(2) }, event: null }, 15, status.taken_ms);
  assert.equal(row.traffic_in_recipients, 45);
  assert.equal(row.traffic_out_kilobytes, 60);
  assert.equal(row.interval_seconds, 15);
  assert.equal(row.total_in_recipients, 100);
  assert.equal(row.time, '2023-11-14 22:13:20.500');
});

test('the first poll has no traffic, and says so by an interval of none', () => {
  const row = rowOfStatus(status, { rates: null, event: null }, 15, status.taken_ms);
  assert.equal(row.traffic_in_recipients, 0);
  assert.equal(row.interval_seconds, 0);
});

test('the queue is the sum over all delivery methods', () => {
  const row = rowOfStatus(status, { rates: null, event: null }, 0, status.taken_ms);
  assert.deepEqual([row.queue_recipients, row.queue_domains, row.queue_kilobytes], [11, 3, 6]);
  assert.equal(row.resolver_queries_pending, null);
});

test('rows of one list carry the time of its poll and the newest error', () => {
  const queue = {
    queue: 'example.com/v',
    recipient_domain: 'example.com',
    vmta: 'v',
    recipients: 5,
    kilobytes: 1,
    connections: 0,
    paused: null,
    mode: 'backoff',
    backoff_reason: 'why',
    retry_ms: null,
    errors: [
      { time_ms: 2, text: 'new' },
      { time_ms: 1, text: 'old' },
    ],
  };
  const snapshot: Snapshot<'queues'> = {
    node: 'mta1',
    resource: 'queues',
    taken_ms: 5,
    data: {
      rows: [queue, { ...queue, mode: '', paused: true, errors: [] }],
      total_recipients: null,
      total_rows: null,
      truncated: null,
    },
  };
  const rows = rowsOfList(snapshot, 1_700_000_000_000);
  assert.deepEqual(
    rows.map(({ time }) => time),
    ['2023-11-14 22:13:20.000', '2023-11-14 22:13:20.000']
  );
  assert.deepEqual(
    rows.map(({ backoff, paused, last_error }) => [backoff, paused, last_error]),
    [
      [1, 0, 'new'],
      [0, 1, ''],
    ]
  );
});
