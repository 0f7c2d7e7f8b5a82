import { Field as ArrowField, RecordBatchReader, tableFromIPC } from 'apache-arrow';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeFrame } from '../../tests/protocol/decodeFrame.ts';
import { encodeFrame } from './encodeFrame.ts';
import type { Field, Frame } from './frame.ts';
import { FrameError } from './frameError.ts';

const time: Field = { name: 'time', kind: 'time', values: [1] };
const value: Field = { name: 'value', kind: 'float64', values: [1.5] };

function arrowFields(frame: Frame): ArrowField[] {
  return RecordBatchReader.from(encodeFrame(frame)).open().schema.fields;
}

function decodedValues(...fields: Field[]): unknown[] {
  return decodeFrame(encodeFrame({ fields })).fields.map(({ values }) => Array.from<unknown>(values));
}

test('the bytes are an Arrow file, not a stream', () => {
  const bytes = Buffer.from(encodeFrame({ fields: [value] }));
  assert.equal(bytes.toString('latin1', 0, 8), 'ARROW1\0\0');
  assert.equal(bytes.toString('latin1', bytes.length - 6), 'ARROW1');
});

test('each kind has the one Arrow type that Grafana reads for it', () => {
  const config = { type: { enum: { text: ['a'] } } };
  const fields = [
    time,
    value,
    ...(['float32', 'int8', 'int16', 'int32', 'uint8', 'uint16', 'uint32', 'int64', 'uint64'] as const).map(
      (kind): Field => ({ name: kind, kind, values: [1] })
    ),
    { name: 's', kind: 'string', values: ['x'] } as const,
    { name: 'b', kind: 'boolean', values: [true] } as const,
    { name: 'j', kind: 'json', values: ['{}'] } as const,
    { name: 'e', kind: 'enum', values: [0], config } as const,
  ];
  assert.deepEqual(
    arrowFields({ fields }).map(({ type, metadata }) => `${type} ${metadata.get('tstype')}`),
    [
      'Timestamp<NANOSECOND> time',
      'Float64 number',
      ...['Float32', 'Int8', 'Int16', 'Int32', 'Uint8', 'Uint16', 'Uint32', 'Int64', 'Uint64'].map(
        (type) => `${type} number`
      ),
      'Utf8 string',
      'Bool boolean',
      'Binary other',
      'Uint16 enum',
    ]
  );
});

test('nullable is what the field says, with nulls or without', () => {
  const fields: Field[] = [value, { ...value, nullable: true }, { ...value, nullable: true, values: [null] }];
  assert.deepEqual(
    arrowFields({ fields }).map(({ nullable }) => nullable),
    [false, true, true]
  );
});

test('metadata is written only where there is some', () => {
  const [bare, full] = arrowFields({ fields: [value, { ...value, labels: { host: 'é' }, config: { unit: 's' } }] });
  assert.deepEqual([...bare!.metadata], [['tstype', 'number']]);
  assert.deepEqual([...full!.metadata].slice(1), [
    ['labels', '{"host":"é"}'],
    ['config', '{"unit":"s"}'],
  ]);
  const schema = (frame: Frame) => [...RecordBatchReader.from(encodeFrame(frame)).open().schema.metadata];
  assert.deepEqual(schema({ fields: [] }), [
    ['name', ''],
    ['refId', ''],
  ]);
  assert.deepEqual(schema({ name: 'n', refId: 'A', meta: { type: 'table' }, fields: [] }), [
    ['name', 'n'],
    ['refId', 'A'],
    ['meta', '{"type":"table"}'],
  ]);
});

test('fields may share values, or lie side by side in one buffer', () => {
  const buffer = Float64Array.of(1, 2, 3, 4);
  const whole: Field = { ...value, values: buffer };
  assert.deepEqual(decodedValues(whole, whole), [
    [1, 2, 3, 4],
    [1, 2, 3, 4],
  ]);
  const parts = [buffer.subarray(0, 2), buffer.subarray(2), buffer.subarray(1, 3), buffer.subarray(0, 2)];
  assert.deepEqual(decodedValues(...parts.map((values): Field => ({ ...value, values }))), [
    [1, 2],
    [3, 4],
    [2, 3],
    [1, 2],
  ]);
});

test('fields of one name and different types keep their rows', () => {
  const fields: Field[] = [
    value,
    { name: 'value', kind: 'string', values: ['x'] },
    { ...value, nullable: true, values: [null] },
  ];
  assert.deepEqual(decodedValues(...fields), [[1.5], ['x'], [null]]);
  assert.equal(tableFromIPC(encodeFrame({ fields })).numRows, 1);
});

test('the bytes own their buffer, however small, so that they can be transferred', () => {
  const bytes = encodeFrame({ fields: [] });
  assert.equal(bytes.byteOffset, 0);
  assert.equal(bytes.buffer.byteLength, bytes.byteLength);
});

test('values that go in are not changed', () => {
  const values = Float64Array.of(NaN, -0, 5);
  encodeFrame({ fields: [{ ...value, values }] });
  assert.deepEqual(values, Float64Array.of(NaN, -0, 5));
});

test('values of an array-like object are read by index', () => {
  const values = { length: 2, 0: 7, 1: 8 };
  assert.deepEqual(decodedValues({ ...value, values }, { name: 'n', kind: 'int64', values }), [
    [7, 8],
    [7n, 8n],
  ]);
});

test('what Grafana would refuse does not leave', () => {
  assert.throws(() => encodeFrame({ fields: [{ ...value, values: [] }] }), FrameError);
  assert.throws(() => encodeFrame({ fields: [{ ...value, values: [null] }] }), FrameError);
});
