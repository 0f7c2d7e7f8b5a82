/**
 * A data frame as Grafana knows it, column by column. Typed arrays are used as they are (no copy), so a caller gives up
 * what it passes.
 */

interface FieldBase {
  name: string;
  /** Null slots are allowed; Grafana's alerting refuses nullable time fields. */
  nullable?: boolean;
  /** Values must be strings: anything else fails the whole response in Grafana's decoder. */
  labels?: Record<string, string>;
  config?: FieldConfig;
}

/** Milliseconds since the epoch (UTC), or nanoseconds as BigInt64Array. */
export interface TimeField extends FieldBase {
  kind: 'time';
  values: ArrayLike<number | null> | BigInt64Array;
}

export type NumberKind = 'float64' | 'float32' | 'int8' | 'int16' | 'int32' | 'uint8' | 'uint16' | 'uint32';

export interface NumberField extends FieldBase {
  kind: NumberKind;
  values: ArrayLike<number | null>;
}

export interface BigIntField extends FieldBase {
  kind: 'int64' | 'uint64';
  values: ArrayLike<number | bigint | null>;
}

export interface StringField extends FieldBase {
  kind: 'string';
  values: ArrayLike<string | null>;
}

export interface BooleanField extends FieldBase {
  kind: 'boolean';
  values: ArrayLike<boolean | null>;
}

/** Values are JSON texts. */
export interface JsonField extends FieldBase {
  kind: 'json';
  values: ArrayLike<string | null>;
}

/** Values are indices into `config.type.enum.text`. */
export interface EnumField extends FieldBase {
  kind: 'enum';
  values: ArrayLike<number | null>;
}

export type Field = TimeField | NumberField | BigIntField | StringField | BooleanField | JsonField | EnumField;

/** Grafana's FieldConfig, as far as a backend can send it (grafana-plugin-sdk-go `data/field_config.go`). */
export interface FieldConfig {
  displayName?: string;
  displayNameFromDS?: string;
  description?: string;
  filterable?: boolean;
  unit?: string;
  /** A whole number of 0–65535: 1.5 fails the whole response. */
  decimals?: number;
  min?: number;
  max?: number;
  /** Milliseconds. */
  interval?: number;
  noValue?: string;
  links?: Array<{ title: string; url: string; targetBlank?: boolean; internal?: Record<string, unknown> }>;
  mappings?: Array<Record<string, unknown>>;
  thresholds?: { mode: 'absolute' | 'percentage'; steps: Array<{ value: number | null; color: string }> };
  color?: Record<string, unknown>;
  type?: { enum: { text: string[]; color?: string[] } };
  custom?: Record<string, unknown>;
}

/** Without `inspect`: Grafana's decoder reads it as a number, so the words that the frontend knows fail the response. */
export interface Notice {
  severity: 'info' | 'warning' | 'error';
  text: string;
  link?: string;
}

/** Dataplane types (github.com/grafana/dataplane); `table` and `log-lines` carry no version, which spares a warning. */
export type FrameType =
  | 'timeseries-wide'
  | 'timeseries-long'
  | 'timeseries-multi'
  | 'numeric-wide'
  | 'numeric-long'
  | 'numeric-multi'
  | 'table'
  | 'log-lines';

/** Grafana's FrameMeta, as far as a backend can send it (grafana-plugin-sdk-go `data/frame_meta.go`). */
export interface FrameMeta {
  type?: FrameType;
  typeVersion?: [number, number];
  notices?: Notice[];
  stats?: Array<{ displayName: string; value: number; unit?: string }>;
  executedQueryString?: string;
  preferredVisualisationType?: 'graph' | 'table' | 'logs';
  channel?: string;
  uniqueRowIdFields?: number[];
  custom?: Record<string, unknown>;
}

export interface Frame {
  name?: string;
  refId?: string;
  meta?: FrameMeta;
  fields: Field[];
}
