import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MINUTE, run, START, type Run } from './fixture.ts';
import type { Queue } from './queue.ts';

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
