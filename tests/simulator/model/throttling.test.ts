import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MINUTE, queueNamed, run, START } from './fixture.ts';
import type { AccountingEvent } from './events.ts';
import type { Queue } from './queue.ts';

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
