import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MINUTE, run, START } from './fixture.ts';

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
