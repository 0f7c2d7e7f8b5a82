import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { Frame } from '../frames/frame.ts';
import type { QueryContext } from './context.ts';
import { runHistory } from './history.ts';
import { metricSql } from './historyMetrics.ts';
import { aggregates, metrics } from './model.ts';
import { noticesOf, rowsOf, seriesOf } from './test-frames.ts';
import { minute, startMs, testStore } from './test-store.ts';
import { validateQuery } from './validate.ts';

const store = await testStore();
const nodes: QueryContext['nodes'] = ['mta1', 'mta2'].map((name) => ({
  name,
  get: () => Promise.reject(new Error('history does not ask the nodes')),
}));
const threeMinutes = { fromMs: startMs, toMs: startMs + 3 * minute, intervalMs: minute, maxDataPoints: 100 };

function ask(fields: Record<string, unknown>, context: Partial<QueryContext> = {}): Promise<Frame[]> {
  const query = validateQuery(fields, 'history');
  assert.ok(query.queryType === 'history');
  return runHistory(query, store.context({ range: threeMinutes, nodes, ...context }));
}

test('without a poll the answer says what is missing', async () => {
  assert.match(noticesOf(await ask({}))[0] ?? '', /^No poll is stored yet: /);
  assert.match(noticesOf(await ask({}, { nodes: [] }))[0] ?? '', /^No node has a monitor URL/);
});

test('after the first polls', async (t) => {
  const queue = (second: number, node: string, name: string, recipients: number, more: object = {}) => {
    const [recipient_domain, vmta] = name.split('/');
    return { second, node, queue: name, recipient_domain, vmta, recipients, kilobytes: recipients * 2, ...more };
  };
  await store.insert('queues', [
    // First minute: two polls of mta1, one of mta2.
    queue(0, 'mta1', 'a.example/v1', 10, { backoff: 1 }),
    queue(0, 'mta1', 'a.example/v2', 20, { connections: 3 }),
    queue(0, 'mta1', 'b.example/v1', 30, { backoff: 1, paused: 1 }),
    queue(30, 'mta1', 'a.example/v1', 50),
    queue(30, 'mta1', 'b.example/v1', 60),
    queue(15.5, 'mta2', 'a.example/v1', 1000),
    // Third minute.
    queue(120, 'mta1', 'a.example/v1', 4),
  ]);
  // Totals differ from the sums of the list, so that the answers tell where they come from.
  const status = (second: number, node: string, interval: number, out: number, queued: number) => ({
    second,
    node,
    interval_seconds: interval,
    traffic_out_recipients: out,
    queue_recipients: queued,
    queue_kilobytes: queued * 10,
    connections_out_current: queued / 100,
  });
  await store.insert('status', [
    status(0, 'mta1', 0, 0, 100),
    status(15, 'mta1', 15, 150, 300),
    status(45, 'mta1', 30, 30, 200),
    status(10, 'mta2', 10, 1000, 5000),
    status(60, 'mta2', 50, 0, 7000),
  ]);
  await store.insert('polls', [
    { second: 0, node: 'mta1', up: 1 },
    { second: 15, node: 'mta1', up: 0 },
    { second: 0, node: 'mta2', up: 1 },
  ]);

  const recipients = { metric: 'queue.recipients' };

  await t.test('rows of one poll are summed, polls of a bucket aggregated', async () => {
    const onFirst = { ...recipients, filters: [is('node', 'mta1'), is('recipient_domain', 'a.example', 'b.example')] };
    const first: Record<string, number> = { avg: (60 + 110) / 2, max: 110, min: 60, last: 110, rate: (110 - 60) / 30 };
    const third: Record<string, number> = { avg: 4, max: 4, min: 4, last: 4, rate: 0 };
    for (const aggregate of aggregates) {
      assert.deepEqual(
        seriesOf(await ask({ ...onFirst, aggregate })),
        {
          '': [
            [0, first[aggregate]],
            [2, third[aggregate]],
          ],
        },
        aggregate
      );
    }
  });

  await t.test('nodes that are not told apart are summed after that', async () => {
    const listed = [is('vmta', 'v1')];
    assert.deepEqual(seriesOf(await ask({ ...recipients, filters: listed })), {
      '': [
        [0, (40 + 110) / 2 + 1000],
        [2, 4],
      ],
    });
    assert.deepEqual(seriesOf(await ask({ ...recipients, groupBy: ['node'], filters: listed })), {
      mta1: [
        [0, 75],
        [2, 4],
      ],
      mta2: [[0, 1000]],
    });
  });

  await t.test('groups are what the list holds, the highest ones only', async () => {
    const byQueue = { ...recipients, groupBy: ['queue'], aggregate: 'max' };
    assert.deepEqual(seriesOf(await ask(byQueue)), {
      'a.example/v1': [
        [0, 1050],
        [2, 4],
      ],
      'a.example/v2': [[0, 20]],
      'b.example/v1': [[0, 60]],
    });
    assert.deepEqual(Object.keys(seriesOf(await ask({ ...byQueue, limit: 2 }))), ['a.example/v1', 'b.example/v1']);
    const [frame] = await ask({ ...byQueue, groupBy: ['vmta', 'recipient_domain', 'node'], limit: 1 });
    assert.deepEqual(frame?.fields[1]?.labels, { vmta: 'v1', recipient_domain: 'a.example', node: 'mta2' });
  });

  await t.test('what needs no list comes from the totals, which are whole', async () => {
    const last = { ...recipients, aggregate: 'last' };
    assert.deepEqual(seriesOf(await ask(last)), {
      '': [
        [0, 5200],
        [1, 7000],
      ],
    });
    assert.deepEqual(seriesOf(await ask({ ...last, groupBy: ['node'], filters: [is('node', 'mta1')] })), {
      mta1: [[0, 200]],
    });
    assert.deepEqual(seriesOf(await ask({ ...last, metric: 'queue.kilobytes', filters: [is('node', 'mta1')] })), {
      '': [[0, 2000]],
    });
    assert.deepEqual(seriesOf(await ask({ ...last, filters: [is('vmta', 'v2')] })), { '': [[0, 20]] });
  });

  await t.test('metrics that only the list has come from it', async () => {
    const value = async (metric: string) => seriesOf(await ask({ metric, aggregate: 'max' }))['']?.[0]?.[1];
    assert.equal(await value('queue.connections'), 3);
    assert.equal(await value('queue.backoff'), 2);
    assert.equal(await value('queue.paused'), 1);
  });

  await t.test(
    "a counter's average is sum by sum, whatever the polls' distance; the first poll has no traffic",
    async () => {
      const traffic = { metric: 'traffic.out.recipients', groupBy: ['node'] };
      const average = {
        mta1: [[0, 180 / 45]],
        mta2: [
          [0, 100],
          [1, 0],
        ],
      };
      assert.deepEqual(seriesOf(await ask(traffic)), average);
      assert.deepEqual(seriesOf(await ask({ ...traffic, aggregate: 'rate' })), average);
      const onlyFirst = { ...threeMinutes, toMs: startMs + 10_000 };
      assert.deepEqual(seriesOf(await ask(traffic, { range: onlyFirst })), {});
      const first = async (aggregate: string) => seriesOf(await ask({ ...traffic, aggregate })).mta1;
      assert.deepEqual(await first('max'), [[0, 10]]);
      assert.deepEqual(await first('min'), [[0, 1]]);
      assert.deepEqual(await first('last'), [[0, 1]]);
      assert.deepEqual(seriesOf(await ask({ ...traffic, groupBy: [] })), {
        '': [
          [0, 104],
          [1, 0],
        ],
      });
    }
  );

  await t.test('up is the share of polls that were answered', async () => {
    assert.deepEqual(seriesOf(await ask({ metric: 'up', groupBy: ['node'] })), { mta1: [[0, 0.5]], mta2: [[0, 1]] });
    assert.deepEqual(seriesOf(await ask({ metric: 'up', aggregate: 'min' })), { '': [[0, 1]] });
  });

  await t.test('a table is one value over the whole range, the highest first', async () => {
    const table = { ...recipients, groupBy: ['queue'], aggregate: 'max', format: 'table' };
    assert.deepEqual(rowsOf((await ask(table))[0]), [
      ['a.example/v1', 1050],
      ['b.example/v1', 60],
      ['a.example/v2', 20],
    ]);
    assert.deepEqual(rowsOf((await ask({ ...table, limit: 1 }))[0]), [['a.example/v1', 1050]]);
    assert.deepEqual(rowsOf((await ask({ ...recipients, format: 'table', aggregate: 'last' }))[0]), [[7200]]);
    assert.equal((await ask(table))[0]?.meta?.type, 'table');
  });

  await t.test('rows are filtered by what they hold', async () => {
    const table = { ...recipients, groupBy: ['queue'], aggregate: 'max', format: 'table' };
    const names = async (...filters: object[]) => rowsOf((await ask({ ...table, filters }))[0]).map(([name]) => name);
    assert.deepEqual(await names({ key: 'value', operator: '>', values: ['25'] }), ['a.example/v1', 'b.example/v1']);
    assert.deepEqual(await names({ key: 'queue', operator: '=~', values: ['.*/v2'] }), ['a.example/v2']);
    assert.deepEqual(await names(is('queue', "' OR 1=1 --")), []);
  });

  await t.test('buckets are not shorter than the polls are apart, and their length is told', async () => {
    const interval = async (pollSeconds: number, intervalMs: number) => {
      const range = { ...threeMinutes, intervalMs };
      return (await ask(recipients, { pollSeconds, range }))[0]?.fields[0]?.config?.interval;
    };
    assert.equal(await interval(15, 1000), 15_000);
    assert.equal(await interval(15, minute), minute);
    assert.equal(await interval(45, 1000), minute);
  });

  await t.test('a range before, and one without what is asked for, say so', async () => {
    const before = { ...threeMinutes, fromMs: startMs - 5 * minute, toMs: startMs };
    for (const [format, type] of Object.entries({ timeseries: 'timeseries-multi', table: 'table' })) {
      const frames = await ask({ ...recipients, format }, { range: before });
      assert.deepEqual(frames[0]?.fields, []);
      assert.equal(frames[0]?.meta?.type, type);
      assert.deepEqual(noticesOf(frames), ['The stored history begins 2026-03-02T00:00:00.000Z.']);
      const none = await ask({ ...recipients, format, filters: [is('vmta', 'none')] });
      assert.match(noticesOf(none)[0] ?? '', /^No queue\.recipients was polled in this range for these filters/);
    }
  });

  await t.test('every metric and aggregate can be asked for, by each dimension that it has', async () => {
    await store.insert('intake_state', [{ second: 0, node: 'mta1', interval_seconds: 15, lag_seconds: 1 }]);
    await store.insert('process', [{ second: 0, node: 'mta1', process: 'pmtad', cpu_percent: 1 }]);
    await store.insert('disks', [{ second: 0, node: 'mta1', folder: '/var/spool/pmta' }]);
    for (const metric of metrics) {
      for (const groupBy of [[], ...['node', ...metricSql[metric].dimensions].map((name) => [name])]) {
        const [frame] = await ask({ metric, groupBy, aggregate: 'last', format: 'table' });
        assert.deepEqual(
          frame?.fields.map(({ name }) => name),
          [...groupBy, metric]
        );
        assert.equal(frame?.fields.at(-1)?.config?.unit, metricSql[metric].unit);
      }
    }
  });
});

test('a poll that lists no queue counts none, a failed one says nothing', async () => {
  await store.clear('queues');
  await store.clear('polls');
  await store.insert('queues', [
    {
      second: 0,
      node: 'mta1',
      queue: 'a.example/v',
      recipient_domain: 'a.example',
      vmta: 'v',
      recipients: 1,
      backoff: 1,
    },
  ]);
  await store.insert('polls', [
    { second: 0, node: 'mta1', up: 1 },
    { second: 60, node: 'mta1', up: 1 },
    { second: 120, node: 'mta1', up: 1, error: 'queues could not be read' },
  ]);
  const backoff = { metric: 'queue.backoff', aggregate: 'last' };
  const points = seriesOf(await ask({ ...backoff, groupBy: ['node'] }));
  assert.deepEqual(
    Object.values(points)[0]?.map(([, value]) => value),
    [1, 0]
  );
  const listed = seriesOf(await ask({ ...backoff, groupBy: ['queue'] }));
  assert.deepEqual(
    Object.values(listed)[0]?.map(([, value]) => value),
    [1]
  );
});

test('a dimension that the metric does not have is refused, with those that it has', async () => {
  const refusals: Array<[Record<string, unknown>, RegExp]> = [
    [{ metric: 'up', groupBy: ['queue'] }, /^up cannot be grouped by queue, only by: node$/],
    [
      { groupBy: ['provider'] },
      /^queue\.recipients cannot be grouped by provider, only by: node, queue, recipient_domain/,
    ],
    [{ groupBy: ['extra.x'] }, /cannot be grouped by extra\.x/],
    [{ metric: 'up', filters: [is('vmta', 'x')] }, /^there is no vmta to filter by/],
    [{ filters: [is('value', '1')] }, /^there is no value to filter by/],
    [{ filters: [{ key: 'queue', operator: '<', values: ['1'] }] }, /^queue is not a number/],
  ];
  for (const [fields, message] of refusals) {
    await assert.rejects(ask(fields), { name: 'QueryError', message });
  }
});

function is(key: string, ...values: string[]) {
  return { key, operator: '=', values };
}
