import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Zone } from './zone.ts';

const at = (iso: string): number => Date.parse(iso) / 1000;

test('stamps carry the offset of their zone as PMTA writes it', () => {
  assert.equal(new Zone('UTC').stamp(at('2026-04-01T14:32:10Z')), '2026-04-01 14:32:10+0000');
  assert.equal(new Zone('Asia/Kolkata').stamp(at('2026-04-01T14:32:10Z')), '2026-04-01 20:02:10+0530');
  assert.equal(new Zone('America/New_York').stamp(at('2026-04-01T02:32:10Z')), '2026-03-31 22:32:10-0400');
});

test('daylight saving begins and ends at its instant', () => {
  const berlin = new Zone('Europe/Berlin');
  assert.equal(berlin.stamp(at('2026-03-29T00:59:59Z')), '2026-03-29 01:59:59+0100');
  assert.equal(berlin.stamp(at('2026-03-29T01:00:00Z')), '2026-03-29 03:00:00+0200');
  assert.equal(berlin.stamp(at('2026-10-25T00:59:59Z')), '2026-10-25 02:59:59+0200');
  assert.equal(berlin.stamp(at('2026-10-25T01:00:00Z')), '2026-10-25 02:00:00+0100');
});

test('local times, hours and weekdays are those of the zone', () => {
  const zone = new Zone('Asia/Kolkata');
  const instant = Date.parse('2026-02-07T20:00:00Z');
  assert.equal(zone.local(instant), '2026-02-08 01:30:00');
  assert.equal(zone.hour(instant), 1.5);
  assert.equal(zone.weekday(instant), 0);
});

test('an unknown zone is refused', () => {
  assert.throws(() => new Zone('Mars/Olympus'), RangeError);
});
