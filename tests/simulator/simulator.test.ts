import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { parse } from 'csv-parse/sync';
import { RECORD_TYPES, type RecordType } from './model/events.ts';
import { startSimulator, type Simulator, type StartOptions } from './simulator.ts';

const START = Date.parse('2026-02-07T12:00:00Z');
const MINUTE = 60_000;
type Row = Record<string, string>;

function directory(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'simulator-'));
  t.after(() => rmSync(path, { recursive: true }));
  return path;
}

async function start(t: TestContext, options: Partial<StartOptions> = {}): Promise<Simulator> {
  const pmta = await startSimulator({ directory: directory(t), start: START, rate: 100, steady: true, ...options });
  t.after(() => pmta.stop());
  return pmta;
}

function read({ accountingDirectory }: Simulator, prefix = 'acct'): Row[] {
  return readdirSync(accountingDirectory)
    .filter((name) => name.startsWith(prefix))
    .sort()
    .flatMap((name) => parse(readFileSync(join(accountingDirectory, name)), { columns: true }) as Row[]);
}

const countBy = (rows: Row[], value: (row: Row) => string | undefined): Map<string, number> => {
  const counts = new Map<string, number>();
  for (const row of rows) {
    const key = value(row);
    if (key !== undefined) {
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
  }
  return counts;
};

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

test('equal options give identical bytes; another seed or start does not', async (t) => {
  const bytes = async (options: Partial<StartOptions>, slices: number[]): Promise<string> => {
    const pmta = await start(t, { scenario: 'incident', rate: 40, accounting: { maxBytes: 1 << 20 }, ...options });
    for (const slice of slices) {
      await pmta.advance(slice);
    }
    await pmta.stop();
    return readdirSync(pmta.accountingDirectory)
      .sort()
      .map((name) => name + readFileSync(join(pmta.accountingDirectory, name), 'utf8'))
      .join();
  };
  const once = await bytes({}, [20 * MINUTE]);
  assert.ok(once.length > 4_000_000);
  assert.ok(once === (await bytes({}, [7 * MINUTE, 1, 999, 13 * MINUTE - 1000])), 'slices change nothing');
  assert.ok(once !== (await bytes({ seed: '2' }, [20 * MINUTE])));
  assert.ok(once !== (await bytes({ start: START + 1000 }, [20 * MINUTE])));
});

test('the records of the files are the truth of `counts`, in every dimension', async (t) => {
  const pmta = await start(t);
  pmta.throttle({ provider: 'yahoo', pool: 'marketing', to: START + 5 * MINUTE });
  await pmta.advance(10 * MINUTE);
  pmta.deleteQueued({ pool: 'newsletter' });
  const rows = read(pmta);
  const { counts } = pmta;
  assert.equal(rows.length, counts.total);
  for (const type of RECORD_TYPES) {
    const ofType = rows.filter((row) => row.type === type);
    assert.equal(ofType.length, counts.byType[type], type);
    const expect = (
      dimension: { values(): string[]; of(value: string): Record<RecordType, number> },
      found: Map<string, number>,
      name: string
    ): void => {
      for (const value of new Set([...dimension.values(), ...found.keys()])) {
        assert.equal(found.get(value) ?? 0, dimension.of(value)[type], `${type} by ${name}: ${value}`);
      }
    };
    if (type !== 'f') {
      // Feedback reports redact the recipient, or leave it out.
      expect(
        counts.byDomain,
        countBy(ofType, (row) => row.rcpt!.split('@')[1]),
        'domain'
      );
    }
    if (['d', 'b', 't', 'tq'].includes(type)) {
      expect(
        counts.byQueue,
        countBy(ofType, (row) => row.queue),
        'queue'
      );
      expect(
        counts.byVmta,
        countBy(ofType, (row) => row.vmta),
        'vmta'
      );
    }
    if (['d', 'b', 't'].includes(type)) {
      expect(
        counts.byPool,
        countBy(ofType, (row) => row.vmtaPool),
        'pool'
      );
      expect(
        counts.byJob,
        countBy(ofType, (row) => row.jobId || undefined),
        'job'
      );
      expect(
        counts.byBounceCategory,
        countBy(ofType, (row) => row.bounceCat || undefined),
        'bounce category'
      );
    }
    expect(
      counts.byMinute,
      countBy(ofType, (row) => `${row.timeLogged!.slice(0, 16).replace(' ', 'T')}Z`),
      'minute'
    );
  }
  const delivered = rows.filter((row) => row.type === 'd');
  const sum = (value: (row: Row) => number): number => delivered.reduce((total, row) => total + value(row), 0);
  assert.equal(
    counts.deliveredBytes,
    sum((row) => Number(row.dlvSize))
  );
  const time = (text: string): number => Date.parse(text.replace(' ', 'T')) / 1000;
  assert.equal(
    counts.deliveredSeconds,
    sum((row) => time(row.timeLogged!) - time(row.timeQueued!))
  );
  const deleted = rows.filter((row) => row.dsnDiag === 'x-pmta;deleted by administrator');
  assert.ok(deleted.length > 0);
  assert.equal(deleted.length, counts.adminDeleted);
});

test('files tell their rows and bytes', async (t) => {
  const pmta = await start(t, { accounting: { maxBytes: 300_000 } });
  await pmta.advance(2 * MINUTE);
  assert.ok(pmta.files.length > 5);
  for (const { name, rows, bytes } of pmta.files) {
    const text = readFileSync(join(pmta.accountingDirectory, name), 'utf8');
    assert.equal(Buffer.byteLength(text), bytes);
    assert.equal(text.split('\r\n').length - 2, rows);
  }
});

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

test('history is written at once, in the files of its days', async (t) => {
  const pmta = await start(t, { historyMs: 2 * 86_400_000, rate: 0.3, timeZone: 'Europe/Berlin' });
  assert.equal(pmta.now, START);
  assert.deepEqual(
    pmta.files.map(({ name }) => name),
    ['05', '06', '07'].map((day) => `acct-2026-02-${day}-0000.csv`)
  );
  const rows = read(pmta);
  assert.equal(rows.length, pmta.counts.total);
  for (const { name } of pmta.files) {
    const day = name.slice(5, 15);
    const ofDay = parse(readFileSync(join(pmta.accountingDirectory, name)), { columns: true }) as Row[];
    assert.ok(ofDay.length > 0);
    assert.ok(
      ofDay.every((row) => row.timeLogged!.startsWith(day) && row.timeLogged!.endsWith('+0100')),
      name
    );
  }
  assert.ok(rows[0]!.timeLogged! < '2026-02-05 14:00');
  assert.ok(rows.at(-1)!.timeLogged! > '2026-02-07 12:30');
});

test('the rate is that of the records in the files, whatever their types', async (t) => {
  for (const layout of ['all', 'default'] as const) {
    const pmta = await start(t, { rate: 100, accounting: { layout } });
    await pmta.advance(20 * MINUTE);
    const rows = pmta.files.reduce((sum, file) => sum + file.rows, 0);
    assert.ok(Math.abs(rows / 1200 / 100 - 1) < 0.1, `${layout}: ${rows / 1200} a second`);
    await pmta.stop();
  }
});

test('three files: each record in one of them', async (t) => {
  const pmta = await start(t, { accounting: { layout: 'three-files' } });
  await pmta.advance(3 * MINUTE);
  const { byType } = pmta.counts;
  const rows = (prefix: string): Map<string, number> => countBy(read(pmta, prefix), (row) => row.type);
  const present = (...types: RecordType[]): Map<string, number> =>
    new Map(types.filter((type) => byType[type] > 0).map((type) => [type, byType[type]]));
  const sorted = (counts: Map<string, number>): Array<[string, number]> => [...counts].sort();
  assert.deepEqual(sorted(rows('acct-main')), sorted(present('d', 'r', 'rb', 'rs', 'f')));
  assert.deepEqual(sorted(rows('acct-tempfail')), sorted(present('t', 'tq')));
  assert.deepEqual(sorted(rows('acct-permfail')), sorted(present('b')));
});

test('rotation opens the next number, and closed files are moved where that is asked for', async (t) => {
  const moveTo = directory(t);
  const pmta = await start(t, { accounting: { moveTo } });
  await pmta.advance(MINUTE);
  pmta.rotate();
  await pmta.advance(MINUTE);
  assert.deepEqual(readdirSync(moveTo), ['acct-2026-02-07-0000.csv']);
  assert.deepEqual(readdirSync(pmta.accountingDirectory), ['acct-2026-02-07-0001.csv']);
  await pmta.stop();
  assert.deepEqual(readdirSync(pmta.accountingDirectory), []);
});

test('fifty thousand records a second are made and written, complete', async (t) => {
  const pmta = await start(t, { rate: 50_000 });
  await pmta.advance(3000);
  await pmta.stop();
  assert.ok(pmta.counts.total > 80_000, `${pmta.counts.total} records`);
  assert.equal(read(pmta).length, pmta.counts.total);
});

test('many queues: VMTAs and domains by the thousand', async (t) => {
  const pmta = await start(t, { rate: 5000, smallDomains: 2000, vmtasPerPool: 30 });
  await pmta.advance(20_000);
  const answer = await get<ListAnswer & { data: { totalQueuesWithRcp: number; queues: ListRow[] } }>(pmta, 'queues');
  assert.ok(answer.data.totalQueuesWithRcp > 1000, `${answer.data.totalQueuesWithRcp} queues`);
  assert.equal(answer.data.queues.length, 10);
});

test('on the real clock it moves by itself', async (t) => {
  const pmta = await startSimulator({ directory: directory(t), clock: 'real', rate: 500, steady: true });
  t.after(() => pmta.stop());
  while (pmta.counts.total < 200) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  assert.ok(pmta.now <= Date.now());
  await pmta.stop();
  const total = pmta.counts.total;
  assert.equal(read(pmta).length, total);
});

test('a port in use, an unwritable folder and an unknown field are refused', async (t) => {
  const pmta = await start(t);
  const folder = directory(t);
  const port = Number(new URL(pmta.url).port);
  await assert.rejects(startSimulator({ directory: folder, port }), { code: 'EADDRINUSE' });
  assert.deepEqual(readdirSync(folder), [], 'nothing is written before the port is known to be free');
  const file = join(pmta.accountingDirectory, pmta.files[0]!.name);
  await assert.rejects(startSimulator({ directory: join(file, 'below') }), { code: 'ENOTDIR' });
  await assert.rejects(
    startSimulator({ directory: folder, accounting: { extraFields: ['nonsense'] } }),
    /unknown accounting field "nonsense"/
  );
});
