import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkFrame } from './checkFrame.ts';
import type { Frame } from './frame.ts';
import { FrameError } from './frameError.ts';

function refusal(frame: unknown): string {
  try {
    checkFrame(frame as Frame);
  } catch (error) {
    assert.ok(error instanceof FrameError);
    return error.message;
  }
  return 'accepted';
}

test('the message names query, frame and field, and says what to do', () => {
  const fields = [
    { name: 'time', kind: 'time', values: [1] },
    { name: 'delivered', kind: 'float64', values: [1], labels: { code: 550 } },
  ];
  assert.equal(
    refusal({ name: 'rates', refId: 'A', fields }),
    'frame "rates" of query "A", field 1 "delivered": labels.code must be a string'
  );
  assert.equal(
    refusal({ refId: 'B', meta: { typeVersion: 1 }, fields: [] }),
    'frame of query "B": meta.typeVersion must be two whole numbers, as in [0, 1]'
  );
});

test('names from outside cannot break the line or flood it', () => {
  const message = refusal({ name: 'a\nb', fields: [{ name: 'x'.repeat(5000), kind: 'float64', values: [null] }] });
  assert.ok(message.startsWith('frame "a\\nb", field 0 "xxx'));
  assert.ok(message.length < 250);
});

test('all fields must have the same length', () => {
  const fields = [
    { name: 'a', kind: 'float64', values: [1, 2] },
    { name: 'b', kind: 'string', values: ['x'] },
  ];
  assert.match(refusal({ fields }), /field 1 "b": has 1 rows, field 0 has 2: all fields must have the same length/);
});

test('fields without rows are refused, because an alert rule would report "Normal"', () => {
  assert.match(
    refusal({ refId: 'A', fields: [{ name: 'a', kind: 'float64', values: [] }] }),
    /send noDataFrame\(\) instead/
  );
});

test('problems of meta, values and type are all found', () => {
  const field = { name: 'a', kind: 'float64', values: [1] };
  assert.match(refusal({ meta: { type: 'chart' }, fields: [] }), /^frame: meta.type must be one of/);
  assert.match(refusal({ fields: [{ ...field, values: ['1'] }] }), /field 0 "a": row 0 must be a number/);
  assert.match(
    refusal({ meta: { type: 'numeric-long' }, fields: [{ ...field, kind: 'string', values: ['a'] }] }),
    /number field is missing/
  );
  assert.match(refusal({ meta: { type: 'timeseries-wide' }, fields: [field] }), /^frame: a time field is missing/);
});

test('a frame without fields is "no data" and fine', () => {
  assert.equal(refusal({ fields: [] }), 'accepted');
  assert.equal(
    refusal({ refId: 'A', meta: { type: 'timeseries-multi', typeVersion: [0, 1] }, fields: [] }),
    'accepted'
  );
});
