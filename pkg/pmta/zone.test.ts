import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createZone } from './zone.ts';

const utc = (text: string) => Date.parse(`${text.replace(' ', 'T')}Z`);
const read = (zone: string, wall: string, near = wall) => createZone(zone).toUtc(utc(wall), utc(near));

test('offsets of the season, east and west, and of odd sizes', () => {
  assert.equal(read('Europe/Berlin', '2026-02-07 12:00:00'), utc('2026-02-07 11:00:00'));
  assert.equal(read('Europe/Berlin', '2026-07-07 12:00:00'), utc('2026-07-07 10:00:00'));
  assert.equal(read('America/New_York', '2026-07-07 12:00:00'), utc('2026-07-07 16:00:00'));
  assert.equal(read('Asia/Kathmandu', '2026-07-07 12:00:00'), utc('2026-07-07 06:15:00'));
  assert.equal(read('UTC', '2026-07-07 12:00:00'), utc('2026-07-07 12:00:00'));
});

test('both sides of a change', () => {
  assert.equal(read('Europe/Berlin', '2026-03-29 01:59:59'), utc('2026-03-29 00:59:59'));
  assert.equal(read('Europe/Berlin', '2026-03-29 03:00:00'), utc('2026-03-29 01:00:00'));
  assert.equal(read('Europe/Berlin', '2026-10-25 01:59:59'), utc('2026-10-24 23:59:59'));
  assert.equal(read('Europe/Berlin', '2026-10-25 03:00:00'), utc('2026-10-25 02:00:00'));
  assert.equal(read('Australia/Lord_Howe', '2026-04-05 12:00:00'), utc('2026-04-05 01:30:00'));
});

test('an hour that is skipped is read with the offset before', () => {
  assert.equal(read('Europe/Berlin', '2026-03-29 02:30:00'), utc('2026-03-29 01:30:00'));
});

test('of an hour that is repeated, the reading nearest to the reference', () => {
  assert.equal(read('Europe/Berlin', '2026-10-25 02:30:00', '2026-10-25 00:31:00'), utc('2026-10-25 00:30:00'));
  assert.equal(read('Europe/Berlin', '2026-10-25 02:30:00', '2026-10-25 01:29:00'), utc('2026-10-25 01:30:00'));
  assert.equal(read('America/New_York', '2026-11-01 01:15:00', '2026-11-01 05:20:00'), utc('2026-11-01 05:15:00'));
});

test('every quarter of an hour of a year reads back', () => {
  const zone = createZone('America/St_Johns');
  const format = new Intl.DateTimeFormat('sv-SE', {
    timeZone: 'America/St_Johns',
    dateStyle: 'short',
    timeStyle: 'medium',
  });
  for (let ms = utc('2026-01-01 00:00:00'); ms < utc('2027-01-01 00:00:00'); ms += 900_000) {
    assert.equal(zone.toUtc(utc(format.format(ms)), ms), ms);
  }
});

test('a name that is no zone throws', () => {
  assert.throws(() => createZone('Europe/Atlantis'), RangeError);
});
