import {
  Binary,
  Bool,
  type Data,
  Float32,
  Float64,
  Int16,
  Int32,
  Int64,
  Int8,
  makeData,
  TimestampNanosecond,
  Uint16,
  Uint32,
  Uint64,
  Uint8,
  Utf8,
} from 'apache-arrow';
import { booleanBits, validity } from './bitmap.ts';
import type { BigIntField, EnumField, Field, NumberField } from './frame.ts';
import { toNanoseconds } from './nanoseconds.ts';
import { textColumn } from './textColumn.ts';

/**
 * The values of a field as an Arrow column of the one type that Grafana reads for this kind (grafana-plugin-sdk-go
 * `data/arrow.go`). Typed arrays that fit already are used as they are.
 */
export function arrowColumn(field: Field): Data {
  const column = { length: field.values.length, ...validity(field.values) };
  switch (field.kind) {
    case 'time':
      return makeData({ ...column, type: new TimestampNanosecond(), data: toNanoseconds(field.values) });
    case 'string': {
      const { bytes, offsets } = textColumn(field.values);
      return makeData({ ...column, type: new Utf8(), data: bytes, valueOffsets: offsets });
    }
    case 'json': {
      const { bytes, offsets } = textColumn(field.values);
      return makeData({ ...column, type: new Binary(), data: bytes, valueOffsets: offsets });
    }
    case 'boolean':
      return makeData({ ...column, type: new Bool(), data: booleanBits(field.values) });
    case 'int64':
      return makeData({ ...column, type: new Int64(), data: bigints(field, BigInt64Array) });
    case 'uint64':
      return makeData({ ...column, type: new Uint64(), data: bigints(field, BigUint64Array) });
    case 'float64':
      return makeData({ ...column, type: new Float64(), data: numbers(field, Float64Array) });
    case 'float32':
      return makeData({ ...column, type: new Float32(), data: numbers(field, Float32Array) });
    case 'int8':
      return makeData({ ...column, type: new Int8(), data: numbers(field, Int8Array) });
    case 'int16':
      return makeData({ ...column, type: new Int16(), data: numbers(field, Int16Array) });
    case 'int32':
      return makeData({ ...column, type: new Int32(), data: numbers(field, Int32Array) });
    case 'uint8':
      return makeData({ ...column, type: new Uint8(), data: numbers(field, Uint8Array) });
    case 'uint16':
    case 'enum':
      return makeData({ ...column, type: new Uint16(), data: numbers(field, Uint16Array) });
    case 'uint32':
      return makeData({ ...column, type: new Uint32(), data: numbers(field, Uint32Array) });
  }
}

function numbers<T>({ values }: NumberField | EnumField, TypedArray: new (values: ArrayLike<number>) => T): T {
  // null converts to 0, and the validity bitmap marks the row.
  return values instanceof TypedArray ? values : new TypedArray(values as ArrayLike<number>);
}

function bigints<T>({ values }: BigIntField, TypedArray: new (values: ArrayLike<bigint>) => T): T {
  return values instanceof TypedArray ? values : new TypedArray(Array.from(values, (value) => BigInt(value ?? 0)));
}
