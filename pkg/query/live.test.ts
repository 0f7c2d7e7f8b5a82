import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { Frame } from '../frames/frame.ts';
import type { MonitorSnapshot } from '../pmta/monitor.ts';
import type { QueueRow, SnapshotResource, Status } from '../pmta/snapshot.ts';
import type { LiveNode, QueryContext } from './context.ts';
import { runLive } from './live.ts';
import { liveColumns, liveRows } from './liveRows.ts';
import { resources } from './model.ts';
import { rowsOf } from './test-frames.ts';
import { validateQuery } from './validate.ts';

function queue(name: string, recipients: number, more: Partial<QueueRow> = {}): QueueRow {
  const [recipient_domain = '', vmta = ''] = name.split('/');
  return {
    queue: name,
    recipient_domain,
    vmta,
    recipients,
    kilobytes: 1,
    connections: 0,
    paused: false,
    mode: 'normal',
    backoff_reason: '',
    retry_ms: null,
    errors: [],
    ...more,
  };
}

interface FakeNode extends LiveNode {
  asked: SnapshotResource[];
}

/** A node that answers any resource with these data, or fails. */
function node(name: string, data: unknown, notices: string[] = []): FakeNode {
  const asked: SnapshotResource[] = [];
  return {
    name,
    asked,
    async get(resource) {
      asked.push(resource);
      if (data instanceof Error) {
        throw data;
      }
      return { node: name, resource, taken_ms: 0, data, notices } as MonitorSnapshot<typeof resource>;
    },
  };
}

function listing(...rows: object[]) {
  return { rows, total_recipients: null, total_rows: null, truncated: null };
}

async function ask(fields: Record<string, unknown>, nodes: LiveNode[]): Promise<Frame | undefined> {
  const query = validateQuery(fields, 'live');
  assert.ok(query.queryType === 'live');
  const context: QueryContext = {
    refId: 'A',
    range: { fromMs: 0, toMs: 1, intervalMs: 1, maxDataPoints: 1 },
    nowMs: 1,
    pollSeconds: 15,
    lagBytes: 0,
    fromAlert: false,
    signal: new AbortController().signal,
    table: (name) => name,
    select: () => Promise.reject(new Error('a live query does not ask the store')),
    nodes,
  };
  const frames = await runLive(query, context);
  assert.equal(frames.length, 1);
  return frames[0];
}

function cells(frame: Frame | undefined, ...names: string[]): unknown[][] {
  const at = names.map((name) => frame?.fields.findIndex((field) => field.name === name) ?? -1);
  return rowsOf(frame).map((row) => at.map((index) => row[index]));
}

const first = () => node('mta1', listing(queue('a.example/v1', 5), queue('b.example/v1', 50)));
const second = () => node('mta2', listing(queue('a.example/v1', 20)));
const dead = (name: string) => node(name, new Error(`${name} cannot be reached`));

test('rows of all nodes come together, the fullest first', async () => {
  const frame = await ask({}, [first(), second()]);
  assert.deepEqual(cells(frame, 'node', 'queue', 'recipients'), [
    ['mta1', 'b.example/v1', 50],
    ['mta2', 'a.example/v1', 20],
    ['mta1', 'a.example/v1', 5],
  ]);
  assert.equal(frame?.meta?.type, 'table');
  assert.equal(frame?.meta?.notices, undefined);
});

test('each resource has its columns in order, and asks only for itself', async () => {
  for (const resource of resources.filter((name) => name !== 'status')) {
    const one = node('mta1', listing({ errors: [] }));
    const frame = await ask({ resource }, [one]);
    assert.deepEqual(
      frame?.fields.map(({ name, kind }) => [name, kind]),
      liveColumns[resource].map(({ name, kind }) => [name, kind])
    );
    assert.deepEqual(one.asked, [resource]);
    assert.equal(frame?.fields[0]?.name, 'node');
  }
});

test('what PMTA does not say is empty, not 0', async () => {
  const { paused, retry_ms, ...rest } = queue('a.example/v1', 5);
  const said = queue('b.example/v1', 4, {
    paused: true,
    retry_ms: 1000,
    mode: 'backoff',
    errors: [
      { time_ms: 2000, text: 'newest' },
      { time_ms: 1, text: 'older' },
    ],
  });
  const frame = await ask({}, [node('mta1', listing({ ...rest, paused: null, retry_ms: null }, said))]);
  assert.deepEqual(cells(frame, 'paused', 'retry', 'last_error', 'last_error_time', 'mode'), [
    [null, null, '', null, 'normal'],
    [true, 1000, 'newest', 2000, 'backoff'],
  ]);
  const domain = { recipient_domain: 'a.example', recipients: 1, kilobytes: 1, connections: 1, errors: [] };
  assert.deepEqual(liveRows.domains({ ...listing(), rows: [domain] }), [
    {
      recipient_domain: 'a.example',
      recipients: 1,
      kilobytes: 1,
      connections: 1,
      last_error: '',
      last_error_time: null,
    },
  ]);
});

test('the status is one row a node, with its queues summed', async () => {
  const traffic = (recipients: number) => ({ recipients, messages: 0, kilobytes: 0 });
  const both = (received: number, sent: number) => ({ in: traffic(received), out: traffic(sent) });
  const status: Partial<Status> = {
    product: { name: 'PowerMTA', version: '5.0r8', variant: '' },
    state: 'running',
    started_ms: 1000,
    uptime_seconds: null,
    traffic: {
      total: both(0, 0),
      last_hour: both(3, 4),
      last_minute: both(1, 2),
      top_per_hour: both(0, 0),
      top_per_minute: both(0, 0),
    },
    connections: { in: { current: 1, max: 2, top: 0 }, out: { current: 3, max: 4, top: 0 } },
    resolver: { names_cached: null, queries_pending: null },
    queues: {
      smtp: { recipients: 10, domains: 1, kilobytes: 100 },
      discard: { recipients: 5, domains: 1, kilobytes: 50 },
    },
    spool: { recipients: 15 } as Status['spool'],
  };
  const frame = await ask({ resource: 'status' }, [node('mta1', status)]);
  const row = Object.fromEntries(frame?.fields.map(({ name, values }) => [name, values[0]]) ?? []);
  assert.deepEqual(row, {
    node: 'mta1',
    state: 'running',
    version: '5.0r8',
    started: 1000,
    uptime: null,
    queue_recipients: 15,
    queue_kilobytes: 150,
    connections_in: 1,
    connections_in_max: 2,
    connections_out: 3,
    connections_out_max: 4,
    in_last_minute: 1,
    out_last_minute: 2,
    in_last_hour: 3,
    out_last_hour: 4,
    spool_recipients: 15,
    spool_recipients_max: null,
    resolver_queries_pending: null,
  });
});

test('a node that fails is an error beside the rows of the others', async () => {
  const frame = await ask({}, [dead('mta1'), second()]);
  assert.deepEqual(cells(frame, 'node'), [['mta2']]);
  assert.deepEqual(frame?.meta?.notices, [{ severity: 'error', text: 'mta1 cannot be reached' }]);
});

test('only when no node answers is it an error of the query, with what each said', async () => {
  await assert.rejects(ask({}, [dead('mta1'), dead('mta2')]), {
    name: 'AllNodesFailed',
    message: 'mta1 cannot be reached; mta2 cannot be reached',
  });
});

test("a node's notices say whose they are", async () => {
  const frame = await ask({}, [node('mta1', listing(queue('a/v', 1)), ['top 1 of 9 queues']), second()]);
  assert.deepEqual(frame?.meta?.notices, [{ severity: 'warning', text: 'mta1: top 1 of 9 queues' }]);
});

test('filters choose rows', async () => {
  const names = async (key: string, operator: string, ...values: string[]) =>
    cells(await ask({ filters: [{ key, operator, values }] }, [first(), second()]), 'node', 'queue').map((row) =>
      row.join(' ')
    );
  assert.deepEqual(await names('recipients', '>', '19'), ['mta1 b.example/v1', 'mta2 a.example/v1']);
  assert.deepEqual(await names('recipient_domain', '=', 'a.example'), ['mta2 a.example/v1', 'mta1 a.example/v1']);
  assert.deepEqual(await names('queue', '=~', 'b.*'), ['mta1 b.example/v1']);
  assert.deepEqual(await names('paused', '=', 'true'), []);
  assert.equal((await names('paused', '=', 'false')).length, 3);
});

test('what PMTA does not say is the empty text to filters', async () => {
  const nodes = [node('mta1', listing(queue('a/v', 1, { paused: null }), queue('b/v', 1, { paused: true })))];
  for (const filter of [
    { key: 'paused', operator: '=', values: [''] },
    { key: 'paused', operator: '=~', values: [''] },
    { key: 'paused', operator: '!=', values: ['true'] },
    { key: 'paused', operator: '!~', values: ['.+'] },
  ]) {
    assert.deepEqual(cells(await ask({ filters: [filter] }, nodes), 'queue'), [['a/v']]);
  }
});

test('a filter on the node spares the others a request', async () => {
  for (const filter of [
    { key: 'node', operator: '=', values: ['mta2'] },
    { key: 'node', operator: '!=', values: ['mta1'] },
    { key: 'node', operator: '=~', values: ['.*2'] },
  ]) {
    const [one, two] = [dead('mta1'), second()];
    const frame = await ask({ filters: [filter] }, [one, two]);
    assert.deepEqual(cells(frame, 'node'), [['mta2']]);
    assert.deepEqual([one.asked, two.asked], [[], ['queues']]);
    assert.equal(frame?.meta?.notices, undefined, 'a node that was not asked cannot have failed');
  }
});

test('a limit that hides rows is said', async () => {
  const frame = await ask({ limit: 2 }, [first(), second()]);
  assert.deepEqual(cells(frame, 'recipients'), [[50], [20]]);
  assert.deepEqual(frame?.meta?.notices, [
    { severity: 'info', text: 'Shown are 2 of 3 rows: raise the limit to see more.' },
  ]);
  assert.equal((await ask({ limit: 3 }, [first(), second()]))?.meta?.notices, undefined);
});

test('no rows are no data, with the notices', async () => {
  const frame = await ask({}, [node('mta1', listing()), dead('mta2')]);
  assert.deepEqual(frame?.fields, []);
  assert.equal(frame?.meta?.type, 'table');
  assert.equal(frame?.meta?.notices?.length, 1);
});

test('a query that no node can answer is refused before any is asked', async () => {
  const one = first();
  const refusals: Array<[Record<string, unknown>, LiveNode[], RegExp]> = [
    [{}, [], /^No node has a monitor URL/],
    [
      { filters: [{ key: 'node', operator: '=', values: ['mta9'] }] },
      [one],
      /^No node passes the filters; there is: mta1$/,
    ],
    [{ filters: [{ key: 'provider', operator: '=', values: ['x'] }] }, [one], /^there is no provider .*: node, queue,/],
    [{ filters: [{ key: 'queue', operator: '=~', values: ['('] }] }, [one], /queue is not valid RE2/],
    [{ filters: [{ key: 'queue', operator: '>', values: ['1'] }] }, [one], /^queue is not a number/],
    [{ filters: [{ key: 'node', operator: '<', values: ['1'] }] }, [one], /^node is not a number/],
    [{ filters: [{ key: 'paused', operator: '<', values: ['1'] }] }, [one], /^paused is not a number/],
  ];
  for (const [fields, nodes, message] of refusals) {
    await assert.rejects(ask(fields, nodes), { name: 'QueryError', message });
  }
  assert.deepEqual(one.asked, []);
});
