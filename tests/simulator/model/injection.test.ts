import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Zone } from '../zone.ts';
import { diurnal } from './injection.ts';
import { MINUTE, run, START } from './fixture.ts';

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
