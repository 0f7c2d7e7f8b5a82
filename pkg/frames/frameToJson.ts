import { fieldTypes } from './fieldType.ts';
import type { Field, Frame, FrameMeta } from './frame.ts';
import { splitMilliseconds } from './nanoseconds.ts';

/** Rows whose number JSON cannot hold; each list is left out where it is empty. */
export interface Entities {
  NaN?: number[];
  Inf?: number[];
  NegInf?: number[];
}

/** A frame as Grafana's frontend reads it (format: grafana-plugin-sdk-go `data/frame_json.go`). */
export interface FrameJson {
  schema: {
    name?: string;
    refId?: string;
    meta?: FrameMeta;
    fields: Array<{
      name?: string;
      type: string;
      typeInfo: { frame: string; nullable?: true };
      labels?: Record<string, string>;
      config?: Field['config'];
    }>;
  };
  data: {
    /** Column by column; times in milliseconds. */
    values: unknown[][];
    /** For each field null or its special numbers, whose values are null. */
    entities?: Array<Entities | null>;
    /** For each field null or, row by row, the nanoseconds that the milliseconds leave out. */
    nanos?: Array<number[] | null>;
  };
}

interface Column {
  values: unknown[];
  entities?: Entities;
  nanos?: number[];
}

/**
 * The frame for JSON.stringify, as Grafana's own backend writes it: for streams, and for whoever stands in for Grafana.
 * It is not checked, because a stream may begin with a frame that has no rows yet. A json field must hold valid JSON.
 */
export function frameToJson(frame: Frame): FrameJson {
  const columns = frame.fields.map(column);
  return {
    // Readers need the schema before the data.
    schema: {
      ...(frame.name && { name: frame.name }),
      ...(frame.refId && { refId: frame.refId }),
      ...(frame.meta && { meta: { typeVersion: [0, 0], ...frame.meta } }),
      fields: frame.fields.map((field) => ({
        ...(field.name && { name: field.name }),
        type: fieldTypes[field.kind].frontend,
        typeInfo: { frame: fieldTypes[field.kind].backend, ...(field.nullable && { nullable: true }) },
        ...(field.labels && { labels: field.labels }),
        ...(field.config && { config: field.config }),
      })),
    },
    data: {
      values: columns.map(({ values }) => values),
      ...(columns.some(({ entities }) => entities) && { entities: columns.map(({ entities }) => entities ?? null) }),
      ...(columns.some(({ nanos }) => nanos) && { nanos: columns.map(({ nanos }) => nanos ?? null) }),
    },
  };
}

function column(field: Field): Column {
  switch (field.kind) {
    case 'time':
      return timeColumn(field.values);
    case 'float64':
    case 'float32':
      return floatColumn(field.values);
    case 'int64':
    case 'uint64':
      // JSON.stringify knows no bigint; beyond 2^53 a browser would round what it reads anyway.
      return { values: Array.from(field.values, (value) => (value === null ? null : Number(value))) };
    case 'json':
      return { values: Array.from(field.values, (text) => (text === null ? null : JSON.parse(text))) };
    default:
      return { values: Array.from<unknown>(field.values) };
  }
}

function timeColumn(times: ArrayLike<number | bigint | null>): Column {
  const nanos = new Array<number>(times.length).fill(0);
  const values = Array.from(times, (time, row) => {
    if (time === null) {
      return null;
    }
    const [milliseconds, nanoseconds] = splitMilliseconds(time);
    nanos[row] = nanoseconds;
    return milliseconds;
  });
  return nanos.some((rest) => rest !== 0) ? { values, nanos } : { values };
}

function floatColumn(numbers: ArrayLike<number | null>): Column {
  const entities: Entities = {};
  const values = Array.from(numbers, (value, row) => {
    if (value === null || Number.isFinite(value)) {
      return value;
    }
    const entity = Number.isNaN(value) ? 'NaN' : value > 0 ? 'Inf' : 'NegInf';
    (entities[entity] ??= []).push(row);
    return null;
  });
  return Object.keys(entities).length > 0 ? { values, entities } : { values };
}
