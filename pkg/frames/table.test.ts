import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeFrame } from './encodeFrame.ts';
import type { BigIntField, NumberField, StringField } from './frame.ts';
import { noDataFrame } from './noDataFrame.ts';
import { numericLong } from './numericLong.ts';
import { table } from './table.ts';

const domain: StringField = { name: 'recipient_domain', kind: 'string', values: ['example.com', 'example.net'] };
const rate: NumberField = { name: 'bounce_rate', kind: 'float64', values: [0.5, 0.25] };
const count: BigIntField = { name: 'attempts', kind: 'int64', values: [2, 4] };
const noDomain: StringField = { ...domain, values: [] };
const meta = { executedQueryString: 'q' };

test('a table has no type version, which Grafana would warn about', () => {
  const frame = table({ refId: 'A', name: 'top', fields: [domain, rate], meta });
  assert.deepEqual(frame, {
    refId: 'A',
    name: 'top',
    meta: { executedQueryString: 'q', preferredVisualisationType: 'table', type: 'table' },
    fields: [domain, rate],
  });
  encodeFrame(frame);
});

test('a caller may prefer another visualisation', () => {
  const frame = table({ refId: 'A', fields: [rate], meta: { preferredVisualisationType: 'graph' } });
  assert.equal(frame.meta?.preferredVisualisationType, 'graph');
});

test('labelled numbers carry type and version, texts before numbers', () => {
  const frame = numericLong({ refId: 'A', dimensions: [domain], numbers: [rate, count], meta });
  assert.deepEqual(frame.meta, { executedQueryString: 'q', type: 'numeric-long', typeVersion: [0, 1] });
  assert.deepEqual(frame.fields, [domain, rate, count]);
  encodeFrame(frame);
});

test('without rows both are "no data" and keep their meta', () => {
  const emptyTable = table({ refId: 'A', name: 'top', fields: [noDomain], meta });
  assert.deepEqual(emptyTable, noDataFrame('A', { ...meta, preferredVisualisationType: 'table', type: 'table' }));
  const noNumbers = numericLong({ refId: 'A', dimensions: [noDomain], numbers: [{ ...rate, values: [] }], meta });
  assert.deepEqual(noNumbers, noDataFrame('A', { ...meta, type: 'numeric-long', typeVersion: [0, 1] }));
  assert.deepEqual(noNumbers.fields, []);
  encodeFrame(emptyTable);
  encodeFrame(noNumbers);
});
