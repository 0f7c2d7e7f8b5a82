import assert from 'node:assert/strict';
import { test } from 'node:test';
import { monitorFixture, type Tree } from './fixture.ts';
import type { Variant } from './variant.ts';

const monitor = monitorFixture();

test('show the top ten of all by default, with the totals of all', async () => {
  const all = (await monitor.json('/queues')).data;
  const top = (await monitor.json('/queues', { defaultMaxItems: 10 })).data;
  assert.equal(top.queues.length, 10);
  assert.equal(top.title, 'Top 10 queues by number of recipients');
  assert.equal(top.totalRcp, all.totalRcp);
  assert.equal(top.totalQueuesWithRcp, all.totalQueuesWithRcp);
  assert.ok(all.totalQueuesWithRcp > 10);
  assert.deepEqual(
    top.queues.map(({ name }: Tree) => name),
    all.queues.slice(0, 10).map(({ name }: Tree) => name)
  );
});

test('maxitems counts only where it is honoured', async () => {
  const rows = async (variant: Partial<Variant>): Promise<number> => {
    monitor.pmta.set(variant);
    const answer = (await (await monitor.get('/queues?format=json&maxitems=25')).json()) as Tree;
    return answer.data.queues.length;
  };
  assert.equal(await rows({ defaultMaxItems: 10, honoursMaxItems: false }), 10);
  assert.equal(await rows({ honoursMaxItems: true }), 25);
});

test('a queue can be asked for by pattern', async () => {
  const answer = (await (await monitor.get('/queues?format=json&queue=*/mkt-2')).json()) as Tree;
  assert.ok(answer.data.queues.length > 3);
  assert.ok(answer.data.queues.every(({ name }: Tree) => name.endsWith('/mkt-2')));
});

test('old errors stand behind new ones', async () => {
  const { queues } = (await monitor.json('/queues', { oldErrors: true })).data;
  for (const { errors } of queues.slice(0, 5) as Tree[]) {
    assert.ok(errors.length > 1 && errors.length <= 10);
    assert.match(errors[0].time, /^2026-02-07 12:0/);
    assert.equal(errors.at(-1).time, '2026-02-04 12:03:00');
  }
});

test('one queue in detail, and none', async () => {
  const detail = (await (await monitor.get('/queueDetail?format=json&queue=gmail.com/mkt-1')).json()) as Tree;
  assert.equal(detail.data.name, 'gmail.com/mkt-1');
  assert.match(detail.data.backoffReason, /421 4\.7\./);
  assert.match(detail.data.modeEvents[0].text, /^backoff: /);
  const none = (await (await monitor.get('/queueDetail?format=json&queue=none/none')).json()) as Tree;
  assert.deepEqual(none, { status: 'fail', message: 'no such queue: none/none' });
});

test('times are local ones, of a clock that may be wrong', async () => {
  const { status } = (await monitor.json('/status', { timeZone: 'America/New_York', clockSkewMs: 90_000 })).data;
  assert.equal(status.timeNow, '2026-02-07 07:04:30');
  assert.equal(status.startupTime, '2026-02-07 07:01:30');
  const { queues } = (await monitor.json('/queues')).data;
  assert.match(queues[0].errors[0].time, /^2026-02-07 07:0/);
});
