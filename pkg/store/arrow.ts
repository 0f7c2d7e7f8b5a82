import { type Data, DataType, type Table, tableFromIPC, type Vector } from 'apache-arrow';

import type { Result, ResultColumn } from './engine.ts';

/** Settings under which an engine writes Arrow that `readArrow` understands. */
export const arrowSettings = {
  output_format_arrow_string_as_string: 1,
  output_format_arrow_low_cardinality_as_dictionary: 0,
  output_format_arrow_compression_method: 'none',
} as const;

/** Reads an engine's Arrow answer; 64-bit integers become numbers, so SQL casts where that would lose digits. */
export function readArrow(bytes: Uint8Array): Result {
  const table: Table = tableFromIPC(bytes);
  const columns = table.schema.fields.map(({ name }, index) => ({ name, values: valuesOf(table, index) }));
  return { rows: table.numRows, columns };
}

function valuesOf(table: Table, index: number): ResultColumn['values'] {
  const vector = table.getChildAt(index) as Vector;
  if (DataType.isUtf8(vector.type)) {
    return stringsOf(vector);
  }
  if (DataType.isFloat(vector.type) && vector.nullCount === 0) {
    return vector.toArray() as Float64Array;
  }
  if (DataType.isInt(vector.type) || DataType.isFloat(vector.type) || DataType.isBool(vector.type)) {
    return Array.from(vector as Iterable<number | bigint | boolean | null>, (value) =>
      value === null ? null : Number(value)
    );
  }
  throw new Error(`SQL must cast to a number or a string, got ${String(vector.type)}`);
}

/** Reading through `Vector.get` costs several times as much as decoding each chunk's bytes directly. */
function stringsOf(vector: Vector): Array<string | null> {
  const strings: Array<string | null> = [];
  for (const chunk of vector.data as readonly Data[]) {
    const offsets = chunk.valueOffsets as Int32Array;
    const bytes = chunk.values as Uint8Array;
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (let row = 0; row < chunk.length; row++) {
      strings.push(chunk.getValid(row) ? buffer.toString('utf8', offsets[row], offsets[row + 1]) : null);
    }
  }
  return strings;
}

/** A column's numbers; throws where the statement did not select it as one. */
export function numbers(result: Result, name: string): ArrayLike<number | null> {
  return column(result, name).values as ArrayLike<number | null>;
}

/** A column's strings; throws where the statement did not select it. */
export function strings(result: Result, name: string): ArrayLike<string | null> {
  return column(result, name).values as ArrayLike<string | null>;
}

function column(result: Result, name: string): ResultColumn {
  const found = result.columns.find((candidate) => candidate.name === name);
  if (!found) {
    throw new Error(`the statement did not select ${name}`);
  }
  return found;
}
