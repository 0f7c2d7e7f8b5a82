import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createClock, describeClockSkew } from './clock.ts';

const utc = (text: string) => Date.parse(`${text.replace(' ', 'T')}Z`);

test('auto finds the zone from both clocks, to a quarter of an hour', () => {
  const taken = utc('2026-02-07 11:59:50');
  const cases: Array<[string, number]> = [
    ['2026-02-07 12:00:00', 0],
    ['2026-02-07 13:00:20', 60],
    ['2026-02-07 17:44:00', 345],
    ['2026-02-07 04:00:00', -480],
    ['2026-02-08 01:59:50', 840],
  ];
  for (const [timeNow, minutes] of cases) {
    const clock = createClock('mta1', 'auto');
    clock.learn(timeNow, taken);
    assert.equal(clock.toUtc('2026-02-07 10:00:00', taken), utc('2026-02-07 10:00:00') - minutes * 60_000, timeNow);
  }
});

test('auto knows nothing before it learned, except what tells its zone', () => {
  const clock = createClock('mta1', 'auto');
  assert.equal(clock.mustLearn(0), true);
  assert.equal(clock.toUtc('2026-02-07 10:00:00', 0), null);
  assert.equal(clock.toUtc('2026-02-07 10:00:00Z', 0), utc('2026-02-07 10:00:00'));
  assert.equal(clock.toUtc('never', 0), null);
});

test('auto follows daylight saving, and asks again at each quarter of an hour', () => {
  const clock = createClock('mta1', 'auto');
  const before = utc('2026-03-29 00:59:00');
  clock.learn('2026-03-29 01:59:00', before);
  assert.equal(clock.mustLearn(before + 30_000), false);
  assert.equal(clock.mustLearn(before + 61_000), true);
  const after = utc('2026-03-29 01:00:10');
  assert.equal(clock.learn('2026-03-29 03:00:10', after), after);
  assert.equal(clock.toUtc('2026-03-29 03:05:00', after), utc('2026-03-29 01:05:00'));
});

test('a start stays where it is while daylight saving changes, and moves with its text', () => {
  const clock = createClock('mta1', 'auto');
  const winter = utc('2026-03-28 12:00:00');
  clock.learn('2026-03-28 13:00:00', winter);
  const started = clock.startToUtc('2026-03-01 09:00:00', winter);
  assert.equal(started, utc('2026-03-01 08:00:00'));
  const summer = utc('2026-03-30 12:00:00');
  clock.learn('2026-03-30 14:00:00', summer);
  assert.equal(clock.startToUtc('2026-03-01 09:00:00', summer), started);
  assert.equal(clock.startToUtc('2026-03-30 13:59:00', summer), utc('2026-03-30 11:59:00'));
});

test('a date that no zone explains is left as it is, so that it shows', () => {
  const clock = createClock('mta1', 'auto');
  const taken = utc('2026-02-07 12:00:00');
  const now = clock.learn('2026-02-04 12:00:00', taken);
  assert.equal(now, utc('2026-02-04 12:00:00'));
  assert.match(describeClockSkew('mta1', now, taken) ?? '', /3 d behind.*NTP/);
});

test('a named zone needs no learning and knows its past', () => {
  const clock = createClock('mta1', 'Europe/Berlin');
  const taken = utc('2026-07-07 12:00:00');
  assert.equal(clock.mustLearn(taken), false);
  assert.equal(clock.learn('2026-07-07 14:00:00', taken), taken);
  assert.equal(clock.toUtc('2026-01-07 12:00:00', taken), utc('2026-01-07 11:00:00'));
  assert.throws(() => createClock('mta1', 'Europe/Atlantis'), { code: 'settings', message: /Europe\/Berlin/ });
});

test('a difference of more than a minute is told with its remedy', () => {
  const ours = utc('2026-02-07 12:00:00');
  assert.equal(describeClockSkew('mta1', null, ours), null);
  assert.equal(describeClockSkew('mta1', ours + 60_000, ours), null);
  assert.equal(
    describeClockSkew('mta1', ours - 180_000, ours),
    "clock of mta1 is 3 min behind Grafana's: synchronise both clocks (NTP)"
  );
  assert.match(
    describeClockSkew('mta1', ours + 3_600_000, ours) ?? '',
    /60 min ahead of Grafana's: check the time zone/
  );
  assert.match(
    describeClockSkew('mta1', ours - 5 * 3_600_000, ours) ?? '',
    /5 h behind Grafana's: check the time zone/
  );
});
