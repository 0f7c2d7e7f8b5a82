import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MINUTE, read, START, start, type Row } from './fixture.ts';
import { type Simulator } from './simulator.ts';

interface StatusAnswer {
  data: {
    mta: { fullHostName: string };
    status: {
      timeNow: string;
      startupTime: string;
      traffic: Record<string, { in: Traffic; out: Traffic; bounceProcessed: number; feedbackLoopProcessed: number }>;
      queue: { smtp: { rcp: number; dom: number; kb: number } };
      conn: { smtpOut: { cur: number } };
      spool: { totalRcp: number };
    };
  };
}
interface Traffic {
  rcp: number;
  msg: number;
  kb: number;
}
type ListRow = { name: string; rcp: number; kb: number; conn: number };
interface ListAnswer {
  data: Record<string, unknown> & { totalRcp: number };
}

const get = async <T>(pmta: Simulator, path: string): Promise<T> =>
  (await (await fetch(`${pmta.url}/${path}?format=json`)).json()) as T;

test('the monitor agrees with the records: what came in and did not go out is queued', async (t) => {
  const pmta = await start(t, { variant: { defaultMaxItems: 100_000 } });
  pmta.throttle({ provider: 'google', to: START + 20 * MINUTE });
  await pmta.advance(10 * MINUTE);
  const rows = read(pmta);
  const of = (type: string): Row[] => rows.filter((row) => row.type === type);
  const queued = of('r').length - of('d').length - of('b').length;
  const { status } = (await get<StatusAnswer>(pmta, 'status')).data;
  const { total } = status.traffic;
  assert.equal(total!.in.rcp, of('r').length);
  assert.equal(total!.out.rcp, of('d').length);
  assert.equal(total!.out.msg, of('d').length);
  assert.ok(total!.in.msg < total!.in.rcp, 'bulk messages have several recipients');
  const kilobytes = of('d').reduce((sum, row) => sum + Number(row.dlvSize), 0) / 1024;
  assert.ok(Math.abs(total!.out.kb - kilobytes) < 0.06);
  assert.equal(total!.bounceProcessed, of('rb').length + of('rs').length);
  assert.equal(total!.feedbackLoopProcessed, of('f').length);
  assert.equal(status.queue.smtp.rcp, queued);
  assert.equal(status.spool.totalRcp, queued);
  assert.equal(pmta.queued, queued);

  const sums = async (path: string): Promise<{ answer: ListAnswer; rows: ListRow[] }> => {
    const answer = await get<ListAnswer>(pmta, path);
    return { answer, rows: answer.data[path] as ListRow[] };
  };
  const sum = (list: ListRow[], member: 'rcp' | 'conn'): number => list.reduce((total, row) => total + row[member], 0);
  for (const path of ['queues', 'domains', 'vmtas']) {
    const { answer, rows: list } = await sums(path);
    assert.equal(sum(list, 'rcp'), queued, path);
    assert.equal(answer.data.totalRcp, queued, path);
    assert.equal(sum(list, 'conn'), status.conn.smtpOut.cur, path);
  }
  const jobs = await sums('jobs');
  const withJob = (type: string): number => of(type).filter((row) => row.jobId !== '').length;
  assert.equal(sum(jobs.rows, 'rcp'), withJob('r') - withJob('d') - withJob('b'));
  const { rows: queues } = await sums('queues');
  assert.deepEqual(
    Object.fromEntries(queues.filter(({ rcp }) => rcp > 0).map(({ name, rcp }) => [name, rcp])),
    Object.fromEntries(
      pmta
        .queues()
        .filter(({ recipients }) => recipients > 0)
        .map(({ queue, recipients }) => [queue, recipients])
        .sort((a, b) => Number(b[1]) - Number(a[1]))
    )
  );
});

test('a throttled queue shows in the monitor: backoff, errors, growth, and its end', async (t) => {
  const pmta = await start(t, { variant: { defaultMaxItems: 100_000 }, rate: 120 });
  type QueueAnswer = {
    name: string;
    rcp: number;
    mode: string;
    retryTime?: string;
    errors: Array<{ time: string; text: string }>;
  };
  const queue = async (): Promise<QueueAnswer> => {
    const { data } = await get<ListAnswer>(pmta, 'queues');
    return (data.queues as QueueAnswer[]).find(({ name }) => name === 'gmail.com/news-1')!;
  };
  await pmta.advance(2 * MINUTE);
  const before = await queue();
  assert.equal(before.mode, 'normal');
  pmta.throttle({ provider: 'google', pool: 'newsletter', to: pmta.now + 10 * MINUTE });
  await pmta.advance(8 * MINUTE);
  const during = await queue();
  assert.equal(during.mode, 'backoff');
  assert.ok(during.rcp > before.rcp + 150, `${before.rcp} to ${during.rcp}`);
  assert.match(during.errors[0]!.text, /421 4\.7\.(28|0) /);
  assert.ok(during.errors.length <= 10);
  assert.deepEqual(
    during.errors.map(({ time }) => time),
    during.errors
      .map(({ time }) => time)
      .sort()
      .reverse(),
    'newest first'
  );
  assert.ok(during.retryTime! > '2026-02-07 12:10:00');
  const throttled = read(pmta).filter((row) => row.type === 't' && /421 4\.7\.28/.test(row.dsnDiag!));
  assert.ok(throttled.length > 100);
  assert.ok(throttled.every((row) => row.vmtaPool === 'newsletter'));
  await pmta.advance(20 * MINUTE);
  const after = await queue();
  assert.equal(after.mode, 'normal');
  assert.ok(after.rcp < during.rcp / 2);
});

test('reset counters and restarts', async (t) => {
  const pmta = await start(t);
  const status = async () => (await get<StatusAnswer>(pmta, 'status')).data.status;
  await pmta.advance(3 * MINUTE);
  const first = await status();
  assert.equal(first.startupTime, '2026-02-07 12:00:00');
  assert.equal(first.timeNow, '2026-02-07 12:03:00');
  assert.ok(first.traffic.lastMin!.out.rcp > 0);
  pmta.resetCounters();
  const reset = await status();
  assert.equal(reset.traffic.total!.out.rcp, 0);
  assert.equal(reset.startupTime, '2026-02-07 12:00:00');
  assert.equal(reset.queue.smtp.rcp, first.queue.smtp.rcp);
  await pmta.advance(MINUTE);
  pmta.restart();
  const restarted = await status();
  assert.equal(restarted.startupTime, '2026-02-07 12:04:00');
  assert.equal(restarted.traffic.total!.in.rcp, 0);
  assert.equal(restarted.queue.smtp.rcp, pmta.queued);
});

test('many queues: VMTAs and domains by the thousand', async (t) => {
  const pmta = await start(t, { rate: 5000, smallDomains: 2000, vmtasPerPool: 30 });
  await pmta.advance(20_000);
  const answer = await get<ListAnswer & { data: { totalQueuesWithRcp: number; queues: ListRow[] } }>(pmta, 'queues');
  assert.ok(answer.data.totalQueuesWithRcp > 1000, `${answer.data.totalQueuesWithRcp} queues`);
  assert.equal(answer.data.queues.length, 10);
});
