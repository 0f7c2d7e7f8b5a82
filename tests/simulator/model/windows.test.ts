import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TrafficCounters } from './windows.ts';

const START = Date.parse('2026-02-07T12:00:00Z');

/** Delivers one recipient a second for some seconds. */
function deliver(counters: TrafficCounters, from: number, seconds: number): number {
  let now = from;
  for (let i = 0; i < seconds; i++) {
    counters.delivered(2048);
    now += 1000;
    counters.roll(now);
  }
  return now;
}

test('the minute slides: it keeps the last sixty seconds, the total keeps all', () => {
  const counters = new TrafficCounters();
  counters.roll(START);
  let now = deliver(counters, START, 90);
  assert.equal(counters.total.outRecipients, 90);
  assert.equal(counters.lastMinute.outRecipients, 60);
  assert.equal(counters.lastHour.outRecipients, 90);
  assert.equal(counters.lastMinute.outBytes, 60 * 2048);
  now += 30_000;
  counters.roll(now);
  assert.equal(counters.lastMinute.outRecipients, 30);
  counters.roll(now + 3_600_000);
  assert.equal(counters.lastMinute.outRecipients, 0);
  assert.equal(counters.lastHour.outRecipients, 0);
  assert.equal(counters.total.outRecipients, 90);
});

test('tops keep the highest minute', () => {
  const counters = new TrafficCounters();
  counters.roll(START);
  const now = deliver(counters, START, 60);
  counters.roll(now + 600_000);
  assert.equal(counters.lastMinute.outRecipients, 0);
  assert.equal(counters.topPerMinute.outRecipients, 60);
});

test('a message with many recipients counts once as a message', () => {
  const counters = new TrafficCounters();
  counters.received(12, 1, 4096);
  assert.equal(counters.total.inRecipients, 12);
  assert.equal(counters.total.inMessages, 1);
  assert.equal(counters.total.inBytes, 4096);
});

test('a reset begins everything anew', () => {
  const counters = new TrafficCounters();
  counters.roll(START);
  const now = deliver(counters, START, 60);
  counters.reset();
  assert.equal(counters.total.outRecipients, 0);
  assert.equal(counters.lastHour.outRecipients, 0);
  assert.equal(counters.topPerMinute.outRecipients, 0);
  deliver(counters, now, 10);
  assert.equal(counters.total.outRecipients, 10);
  assert.equal(counters.lastMinute.outRecipients, 10);
});
