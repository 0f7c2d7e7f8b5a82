import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Zone } from '../zone.ts';
import { diurnal } from './injection.ts';
import { Traffic, type TrafficOptions } from './traffic.ts';
import type { AccountingEvent, RecordType } from './events.ts';
import type { Queue } from './queue.ts';

const START = Date.parse('2026-02-07T12:00:00Z');
const MINUTE = 60_000;

interface Run {
  traffic: Traffic;
  events: Array<AccountingEvent & { attempts: number }>;
  count: (type: RecordType, of?: (event: AccountingEvent) => boolean) => number;
}

function run(options: Partial<TrafficOptions> = {}): Run {
  const events: Run['events'] = [];
  const defaults = {
    seed: '1',
    start: START,
    recipientsPerSecond: 40,
    steady: true,
    smallDomains: 20,
    vmtasPerPool: 2,
  };
  const traffic = new Traffic(
    { ...defaults, hostName: 'mta1.example.com', zone: new Zone('UTC'), ...options },
    (event) => events.push({ ...event, attempts: event.recipient?.attempts ?? 0 })
  );
  const count: Run['count'] = (type, of = () => true) =>
    events.filter((event) => event.type === type && of(event)).length;
  return { traffic, events, count };
}

const queueNamed = (traffic: Traffic, name: string): Queue =>
  [...traffic.spool.allQueues()].find((queue) => queue.name === name)!;

/** What entered and did not leave is queued, in sum and in each queue and job. */
function assertBalanced({ traffic, events }: Run): void {
  const { spool } = traffic;
  let recipients = 0;
  let bytes = 0;
  const byQueue = new Map<Queue, number>();
  const byJob = new Map<string, number>();
  for (const { type, recipient } of events) {
    const change = type === 'r' ? 1 : type === 'd' || type === 'b' ? -1 : 0;
    if (change !== 0) {
      const { queue, message } = recipient!;
      recipients += change;
      bytes += change * message.size;
      byQueue.set(queue, (byQueue.get(queue) ?? 0) + change);
      byJob.set(message.jobId, (byJob.get(message.jobId) ?? 0) + change);
    }
  }
  assert.equal(spool.recipients, recipients);
  assert.equal(spool.bytes, bytes);
  for (const queue of spool.allQueues()) {
    assert.equal(queue.recipients, byQueue.get(queue), queue.name);
    assert.equal(spool.listed.has(queue), queue.listed, queue.name);
  }
  byJob.delete('');
  for (const [jobId, queued] of byJob) {
    assert.equal(spool.jobs.get(jobId)?.recipients ?? 0, queued, jobId);
  }
}

test('the same seed gives the same events however time is sliced; another seed does not', () => {
  const texts = (seed: string, slices: number[]): string[] => {
    const { traffic, events } = run({ seed });
    traffic.throttle({ provider: 'yahoo', from: START + MINUTE, to: START + 3 * MINUTE });
    let now = START;
    for (const slice of slices) {
      now += slice;
      traffic.advanceTo(now);
    }
    return events.map(
      ({ type, time, recipient, reply, exchanger }) =>
        `${type} ${time} ${recipient?.address} ${recipient?.message.orig} ${reply?.diagnostic} ${exchanger?.ip}`
    );
  };
  const whole = texts('1', [6 * MINUTE]);
  assert.ok(whole.length > 20_000);
  assert.deepEqual(whole, texts('1', [...Array.from({ length: 999 }, () => 333), 6 * MINUTE - 999 * 333]));
  assert.notDeepEqual(whole, texts('2', [6 * MINUTE]));
});

test('recipients balance through throttling, pauses, deletes and a restart', () => {
  const all = run();
  const { traffic } = all;
  traffic.throttle({ provider: 'google', from: START + MINUTE, to: START + 8 * MINUTE });
  traffic.advanceTo(START + 3 * MINUTE);
  assertBalanced(all);
  traffic.pause('hotmail.com/mkt-1', true);
  traffic.advanceTo(START + 6 * MINUTE);
  assertBalanced(all);
  traffic.deleteQueued({ pool: 'newsletter' });
  traffic.pause('hotmail.com/mkt-1', false);
  traffic.restart();
  traffic.advanceTo(START + 30 * MINUTE);
  assertBalanced(all);
});

test('a throttled provider defers, its queues back off and grow, others go on; afterwards they drain', () => {
  const { traffic, events, count } = run({ recipientsPerSecond: 100 });
  const queue = (name: string): Queue => queueNamed(traffic, name);
  traffic.advanceTo(START + 5 * MINUTE);
  const before = queue('yahoo.rollup/mkt-1').recipients;
  const episode = { provider: 'yahoo', pool: 'marketing', from: START + 5 * MINUTE, to: START + 25 * MINUTE } as const;
  traffic.throttle(episode);
  traffic.advanceTo(episode.to - MINUTE);

  for (const name of ['yahoo.rollup/mkt-1', 'yahoo.rollup/mkt-2']) {
    assert.equal(queue(name).mode, 'backoff', name);
    assert.match(queue(name).backoffReason, /\/\^4.*421 4\.7\.0 \[TSS0\d\]/, 'the reason is the pattern and the reply');
    assert.ok(queue(name).recipients > before + 500, `${name} grew to ${queue(name).recipients}`);
    assert.match(
      queue(name).errors[0]!.text,
      /^Error: "421 4\.7\.0 \[TSS0\d\].*" while connected from .* to .*yahoodns/
    );
  }
  assert.equal(queue('yahoo.rollup/news-1').mode, 'normal');
  assert.equal(queue('gmail.com/mkt-1').mode, 'normal');
  const throttled = (event: AccountingEvent): boolean => /\[TSS0\d\]/.test(event.reply?.diagnostic ?? '');
  assert.ok(count('t', throttled) > 500, `${count('t', throttled)} deferrals`);
  assert.ok(count('tq', throttled) > 0);
  assert.ok(events.filter(throttled).every((event) => event.queue?.vmta.pool === 'marketing'));
  const tries = events.filter((event) => event.type === 't' && throttled(event));
  assert.ok(
    tries.some((event) => event.attempts > 3),
    'the same recipients are tried again and again'
  );

  traffic.advanceTo(episode.to + 20 * MINUTE);
  const late = events.filter((event) => throttled(event) && event.time * 1000 >= episode.to);
  assert.deepEqual(late, [], 'no throttling after the end');
  for (const name of ['yahoo.rollup/mkt-1', 'yahoo.rollup/mkt-2']) {
    assert.equal(queue(name).mode, 'normal');
    assert.equal(queue(name).held.length, 0);
    assert.ok(queue(name).recipients < before + 200, `${name} drained to ${queue(name).recipients}`);
    assert.deepEqual(
      queue(name).modeChanges.map(({ text }) => text.slice(0, 7)),
      ['normal', 'backoff']
    );
  }
});

test('a queue that leaves backoff drains by and by, not at once', () => {
  const { traffic, events } = run({ recipientsPerSecond: 100 });
  const to = START + 20 * MINUTE;
  traffic.throttle({ provider: 'google', vmta: 'mkt-1', from: START, to });
  traffic.advanceTo(to);
  const held = queueNamed(traffic, 'gmail.com/mkt-1').held.length;
  assert.ok(held > 3000, `held ${held}`);
  traffic.advanceTo(to + 20 * MINUTE);
  const perSecond = new Map<number, number>();
  for (const { type, time, queue } of events) {
    if (type === 'd' && time * 1000 >= to && queue?.name === 'gmail.com/mkt-1') {
      perSecond.set(time, (perSecond.get(time) ?? 0) + 1);
    }
  }
  assert.ok(Math.max(...perSecond.values()) < held / 2, `at most ${Math.max(...perSecond.values())} in one second`);
});

test('a paused queue delivers nothing, grows, stays listed, and drains after it is resumed', () => {
  const { traffic, events } = run();
  const name = 'gmail.com/mkt-1';
  traffic.advanceTo(START + MINUTE);
  traffic.pause(name, true);
  traffic.advanceTo(START + 5 * MINUTE);
  const paused = { from: START / 1000 + 60, to: START / 1000 + 300 };
  const delivered = (from: number, to: number): number =>
    events.filter(({ type, time, queue }) => type === 'd' && queue?.name === name && time > from && time <= to).length;
  assert.equal(delivered(paused.from, paused.to), 0);
  const queue = queueNamed(traffic, name);
  assert.ok(queue.recipients > 100);
  assert.ok(traffic.spool.listed.has(queue));
  traffic.pause(name, false);
  traffic.advanceTo(START + 15 * MINUTE);
  assert.equal(queue.held.length, 0);
  assert.ok(delivered(paused.to, paused.to + 600) > 100);
});

test('a queue that was paused in backoff returns to normal after it is resumed', () => {
  const { traffic } = run();
  const name = 'gmail.com/mkt-1';
  traffic.throttle({ provider: 'google', from: START, to: START + 10 * MINUTE });
  traffic.advanceTo(START + 5 * MINUTE);
  traffic.pause(name, true);
  traffic.advanceTo(START + 15 * MINUTE);
  assert.equal(queueNamed(traffic, name).mode, 'backoff');
  traffic.pause(name, false);
  traffic.advanceTo(START + 25 * MINUTE);
  assert.equal(queueNamed(traffic, name).mode, 'normal');
  assert.equal(queueNamed(traffic, name).held.length, 0);
});

test('an administrator deletes what is selected and nothing else, and each is a bounce of its own kind', () => {
  const { traffic, events } = run();
  traffic.advanceTo(START + MINUTE);
  traffic.pause('gmail.com/mkt-1', true);
  traffic.advanceTo(START + 3 * MINUTE);
  const queue = queueNamed(traffic, 'gmail.com/mkt-1');
  const queued = queue.recipients;
  assert.ok(queued > 50);
  events.length = 0;
  assert.equal(traffic.deleteQueued({ queue: queue.name }), queued);
  assert.equal(queue.recipients, 0);
  assert.equal(events.length, queued);
  for (const { type, reply, queue: of, exchanger } of events) {
    assert.deepEqual(
      { type, reply, of: of?.name, exchanger },
      {
        type: 'b',
        reply: {
          status: '5.0.0 (undefined status)',
          diagnostic: 'x-pmta;deleted by administrator',
          category: 'other',
        },
        of: 'gmail.com/mkt-1',
        exchanger: null,
      }
    );
  }
  const [job] = [...traffic.spool.jobs.keys()];
  traffic.deleteQueued({ jobId: job! });
  assert.equal(traffic.spool.jobs.has(job!), false);
});

test('what cannot be delivered expires: no answer, or deferred to the end', () => {
  const { traffic, events } = run({ recipientsPerSecond: 15 });
  traffic.advanceTo(START + 100 * MINUTE);
  const bounces = events.filter(({ type }) => type === 'b');
  const dead = bounces.filter(({ reply }) => reply?.category === 'no-answer-from-host');
  assert.ok(dead.length > 0);
  for (const { recipient, reply, time } of dead) {
    assert.equal(recipient?.domain.name, 'unreachable.example.net');
    assert.equal(reply?.status, '4.4.1 (no answer from host)');
    assert.ok(time - recipient!.queued >= 3600);
  }
  const expired = bounces.filter(({ reply }) => reply?.category === 'message-expired');
  assert.ok(expired.length > 0);
  for (const { recipient, reply, time, attempts } of expired) {
    assert.equal(reply?.status, '4.4.7 (delivery time expired)');
    assert.ok(attempts > 1);
    assert.ok(time - recipient!.queued >= 3600);
  }
  const queueTransient = events.filter(({ type }) => type === 'tq');
  assert.ok(queueTransient.length > 0);
  assert.ok(queueTransient.every(({ recipient }) => recipient === null));
});

test('a domain that does not exist bounces at once, without a connection', () => {
  const { traffic, events } = run();
  traffic.advanceTo(START + 10 * MINUTE);
  const bounces = events.filter(({ recipient, type }) => type !== 'r' && recipient?.domain.name === 'gmial.example');
  assert.ok(bounces.length > 0);
  for (const { type, reply, exchanger } of bounces) {
    assert.equal(type, 'b');
    assert.equal(reply?.category, 'bad-domain');
    assert.equal(exchanger, null);
  }
});

test('greylisting defers the first attempt only', () => {
  const { traffic, events } = run();
  traffic.advanceTo(START + 20 * MINUTE);
  const greylisted = events.filter(({ reply }) => reply?.diagnostic.includes('Greylisted'));
  assert.ok(greylisted.length > 20);
  assert.ok(greylisted.every(({ type, attempts }) => type === 't' && attempts === 1));
  const delivered = events.filter(({ type, recipient }) => type === 'd' && recipient?.domain.trouble === 'greylisting');
  assert.ok(delivered.length > 0);
  assert.ok(delivered.every(({ attempts }) => attempts >= 2));
});

test('bounce categories have the published mix, and every type of record occurs', () => {
  const { traffic, events, count } = run({ recipientsPerSecond: 150 });
  traffic.advanceTo(START + 20 * MINUTE);
  for (const type of ['d', 'b', 't', 'tq', 'r', 'rb', 'rs', 'f'] as const) {
    assert.ok(count(type) > 0, type);
  }
  const remote = events.filter(({ type, exchanger }) => type === 'b' && exchanger !== null);
  const share = (category: string): number =>
    remote.filter(({ reply }) => reply?.category === category).length / remote.length;
  for (const [category, published] of [
    ['spam-related', 0.3],
    ['policy-related', 0.21],
    ['bad-mailbox', 0.175],
    ['quota-issues', 0.087],
  ] as const) {
    assert.ok(Math.abs(share(category) - published) < 0.06, `${category} ${share(category)}`);
  }
  assert.ok(
    remote.every(({ reply }) => /^5\.\d+\.\d+ \(.+\)$/.test(reply!.status) && reply!.diagnostic.startsWith('smtp;5'))
  );
});

test('campaigns start and end, each with a job of its own', () => {
  const { traffic, events } = run({ recipientsPerSecond: 5 });
  traffic.advanceTo(START + 360 * MINUTE);
  const spans = new Map<string, { from: number; to: number }>();
  for (const { type, recipient, time } of events) {
    const jobId = recipient?.message.jobId ?? '';
    if (type === 'r' && jobId !== '') {
      const span = spans.get(jobId) ?? { from: time, to: time };
      span.to = time;
      spans.set(jobId, span);
    }
  }
  assert.ok(spans.size >= 8, `${spans.size} jobs`);
  const ended = [...spans.values()].filter(({ to }) => to < START / 1000 + 300 * 60);
  assert.ok(ended.length >= 4);
  assert.ok([...spans.values()].every(({ from, to }) => to - from <= 151 * 60));
  assert.ok([...spans.keys()].every((jobId) => /^(promo|news)-20260207-\d{3}$/.test(jobId)));
});

test('a restart forgets counters, errors and modes, and keeps what is queued', () => {
  const { traffic } = run();
  traffic.throttle({ provider: 'google', from: START, to: START + 60 * MINUTE });
  traffic.advanceTo(START + 5 * MINUTE);
  const { spool } = traffic;
  const queued = spool.recipients;
  assert.ok([...spool.listed].some(({ mode, errors }) => mode === 'backoff' && errors.length > 0));
  traffic.restart();
  assert.equal(spool.recipients, queued);
  assert.equal(spool.startedAt, START + 5 * MINUTE);
  assert.equal(spool.counters.total.inRecipients, 0);
  assert.ok([...spool.listed].every(({ mode, errors }) => mode === 'normal' && errors.length === 0));
});

test('the load of a week has the mean that was asked for, with nights below and mornings above', () => {
  const zone = new Zone('Europe/Berlin');
  const monday = Date.parse('2026-02-02T00:00:00+01:00');
  let sum = 0;
  for (let minute = 0; minute < 7 * 1440; minute++) {
    sum += diurnal(monday + minute * MINUTE, zone);
  }
  assert.ok(Math.abs(sum / (7 * 1440) - 1) < 0.01, `mean ${sum / (7 * 1440)}`);
  assert.ok(diurnal(Date.parse('2026-02-03T03:00:00+01:00'), zone) < 0.4);
  assert.ok(diurnal(Date.parse('2026-02-03T09:30:00+01:00'), zone) > 1.5);
});

test('no address of a simulated record can be a real machine or mailbox', () => {
  const { traffic, events } = run();
  traffic.advanceTo(START + 2 * MINUTE);
  const documentation = /^(192\.0\.2|198\.51\.100|203\.0\.113)\.\d+$/;
  for (const { exchanger, recipient, queue } of events) {
    assert.ok(exchanger === null || documentation.test(exchanger.ip), exchanger?.ip);
    assert.ok(queue === null || documentation.test(queue.vmta.sourceIp), queue?.vmta.sourceIp);
    assert.ok(recipient === null || /^reader_\d+_@/.test(recipient.address), recipient?.address);
  }
});
