import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';

import type { Frame } from '../frames/frame.ts';
import { runEvents } from './events.ts';
import { explainNoRecords, missingTypes } from './explain.ts';
import { noticesOf, rowsOf, seriesOf } from './test-frames.ts';
import { minute, startMs, testStore } from './test-store.ts';
import { validateQuery } from './validate.ts';

const store = await testStore();
const threeMinutes = { fromMs: startMs, toMs: startMs + 3 * minute, intervalMs: minute, maxDataPoints: 100 };
const before = { ...threeMinutes, fromMs: startMs - 3 * minute, toMs: startMs };

beforeEach(() => store.clear('events'));

function ask(fields: Record<string, unknown>, range = threeMinutes): Promise<Frame[]> {
  const query = validateQuery(fields, 'events');
  assert.ok(query.queryType === 'events');
  return runEvents(query, store.context({ range, nowMs: range.toMs }));
}

function stored(types: string, second = 0): Promise<void> {
  return store.insert(
    'events',
    types.split(' ').map((type, position) => ({ second, type, position, recipient_domain: 'a.example' }))
  );
}

const formats: Array<[string, object]> = [
  ['timeseries', { type: 'timeseries-multi', typeVersion: [0, 1] }],
  ['table', { type: 'table' }],
];

test('an empty store gives no data, and says how to fill it', async () => {
  for (const [format, type] of formats) {
    const [frame, ...others] = await ask({ format });
    assert.deepEqual(frame?.fields, [], 'a 0 would say that nothing was delivered, which nobody knows');
    assert.deepEqual(others, []);
    assert.deepEqual({ ...frame?.meta, ...type }, frame?.meta);
    assert.match(noticesOf([frame])[0] ?? '', /No accounting records are stored yet.*Save & test/);
    assert.match(frame?.meta?.executedQueryString ?? '', /^SELECT/);
  }
});

test('nothing to count in this range is 0, where such records are stored at another time', async () => {
  await stored('d b t', 3600);
  assert.deepEqual(rowsOf((await ask({ format: 'table', measure: 'deferred' }, afterwards()))[0]), [[0]]);
  const frames = await ask({ measure: 'deferred' }, afterwards());
  assert.deepEqual(
    seriesOf(frames)['']?.map(([, value]) => value),
    [0, 0, 0]
  );
  assert.deepEqual(noticesOf(frames), []);
});

test('a rate of nothing and the groups of nothing are absent', async () => {
  await stored('d b t', 3600);
  for (const [format] of formats) {
    for (const fields of [{ measure: 'bounce_rate' }, { measure: 'bounced', groupBy: ['vmta'] }]) {
      assert.deepEqual((await ask({ ...fields, format }, afterwards()))[0]?.fields, []);
    }
  }
});

test('a range before the first record gives no data, and says when the first was', async () => {
  await stored('d b t');
  for (const [format] of formats) {
    const frames = await ask({ format }, before);
    assert.deepEqual(frames[0]?.fields, []);
    assert.deepEqual(noticesOf(frames), ['The stored accounting begins 2026-03-02T00:00:00.000Z.']);
  }
});

test('records that PMTA does not write by default are named where a measure needs them', async () => {
  await stored('d b');
  for (const measure of ['deferred', 'deferral_rate', 'attempts']) {
    const frames = await ask({ measure }, afterwards());
    assert.deepEqual(frames[0]?.fields, []);
    assert.deepEqual(noticesOf(frames), [missingTypes(['t'])]);
  }
  assert.match(missingTypes(['t']), /^No `t` records are stored: .*acct-file.*`records d,b,t,tq`/);
  assert.match(missingTypes(['t', 'tq']), /^No `t` or `tq` records/);
});

test('deliveries and bounces are always written, so none of them is 0', async () => {
  await stored('d');
  const frames = await ask({ measure: 'bounced', format: 'table' });
  assert.deepEqual(rowsOf(frames[0]), [[0]]);
  assert.deepEqual(noticesOf(frames), []);
});

/** An hour after the stored records, more or less. */
function afterwards() {
  return { ...threeMinutes, fromMs: startMs + 120 * minute, toMs: startMs + 123 * minute };
}

test('while a backlog is read, an empty store says how much is left', async () => {
  await store.clear('events');
  const { notices } = await explainNoRecords('delivered', store.context({ lagBytes: 350_000_000 }));
  assert.match(notices[0]?.text ?? '', /being read: 350 MB are left/);
});
