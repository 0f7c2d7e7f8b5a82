import { type Data, type Field as ArrowField, RecordBatchReader, Vector } from 'apache-arrow';
import type { Field, FieldConfig, Frame, FrameMeta } from '../../pkg/frames/frame.ts';

const MAGIC = 'ARROW1';

/** The Arrow types that Grafana reads (grafana-plugin-sdk-go `data/arrow.go`), as far as frames have a kind for them. */
const kinds: Record<string, Field['kind']> = {
  'Timestamp<NANOSECOND>': 'time',
  Float64: 'float64',
  Float32: 'float32',
  Int8: 'int8',
  Int16: 'int16',
  Int32: 'int32',
  Int64: 'int64',
  Uint8: 'uint8',
  Uint16: 'uint16',
  Uint32: 'uint32',
  Uint64: 'uint64',
  Utf8: 'string',
  Bool: 'boolean',
  Binary: 'json',
};

/**
 * The frame in one Arrow file, as Grafana's backend would decode it, for tests and stand-ins of Grafana. Times come back
 * as nanoseconds (BigInt64Array), or, where the column has nulls, as milliseconds with their microseconds as a fraction.
 * Throws on what Grafana refuses: the stream format, other Arrow types, metadata that is not JSON; and on nulls in a
 * field that is not nullable, which Grafana would turn into zeros.
 */
export function decodeFrame(bytes: Uint8Array): Frame {
  const ends = [bytes.subarray(0, MAGIC.length), bytes.subarray(-MAGIC.length)];
  if (ends.some((end) => new TextDecoder().decode(end) !== MAGIC)) {
    throw new Error('not an Arrow file');
  }
  const reader = RecordBatchReader.from(bytes).open();
  // The reader forgets its schema once it has read the last batch.
  const { fields, metadata } = reader.schema;
  const [batch, ...others] = [...reader];
  if (others.length > 0) {
    throw new Error('more than one record batch');
  }
  const meta = parsed<FrameMeta>(metadata, 'meta');
  return {
    name: metadata.get('name') ?? '',
    refId: metadata.get('refId') ?? '',
    ...(meta && { meta }),
    fields: fields.map((field, index) => decodeField(field, batch?.data.children[index])),
  };
}

function decodeField(arrow: ArrowField, data: Data | undefined): Field {
  const labels = parsed<Record<string, string>>(arrow.metadata, 'labels');
  const config = parsed<FieldConfig>(arrow.metadata, 'config');
  const type = kinds[String(arrow.type)];
  if (type === undefined) {
    throw new Error(`field "${arrow.name}": Grafana does not read ${arrow.type}`);
  }
  if (!arrow.nullable && data !== undefined && data.nullCount > 0) {
    throw new Error(`field "${arrow.name}": null in a field that is not nullable`);
  }
  const kind = type === 'uint16' && arrow.metadata.get('tstype') === 'enum' ? 'enum' : type;
  return {
    name: arrow.name,
    kind,
    ...(arrow.nullable && { nullable: true }),
    values: data === undefined ? [] : decodeValues(kind, data),
    ...(labels && { labels }),
    ...(config && { config }),
  } as Field;
}

function decodeValues(kind: Field['kind'], data: Data): ArrayLike<unknown> {
  const vector = new Vector([data]);
  // Arrow's buffers are padded beyond the last row.
  const values: ArrayLike<bigint> = data.values?.subarray(0, data.length);
  switch (kind) {
    case 'time':
      return data.nullCount === 0
        ? values
        : Array.from(values, (ns, row) => (vector.isValid(row) ? milliseconds(ns) : null));
    case 'json':
      return Array.from(vector, (text) => (text === null ? null : new TextDecoder().decode(text)));
    case 'string':
    case 'boolean':
      return Array.from(vector);
    default:
      return data.nullCount === 0 ? values : Array.from(vector);
  }
}

function milliseconds(ns: bigint): number {
  return Number(ns / 1000n) / 1000;
}

function parsed<T>(metadata: Map<string, string>, key: string): T | undefined {
  const text = metadata.get(key);
  return text === undefined ? undefined : JSON.parse(text);
}
