import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MINUTE, queueNamed, run, START } from './fixture.ts';

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
