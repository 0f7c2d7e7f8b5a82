import type { Field } from './frame.ts';

interface FieldType {
  /** Type of the field in Grafana's frontend, and `tstype` in Arrow metadata. */
  frontend: 'time' | 'number' | 'string' | 'boolean' | 'enum' | 'other';
  /** Type of a value in Grafana's backend, `typeInfo.frame` of frame JSON. */
  backend: string;
}

function number(backend: string): FieldType {
  return { frontend: 'number', backend };
}

/** What Grafana calls each kind of field (grafana-plugin-sdk-go `data/field_type.go`, `data/frame_json.go`). */
export const fieldTypes: Record<Field['kind'], FieldType> = {
  time: { frontend: 'time', backend: 'time.Time' },
  float64: number('float64'),
  float32: number('float32'),
  int8: number('int8'),
  int16: number('int16'),
  int32: number('int32'),
  int64: number('int64'),
  uint8: number('uint8'),
  uint16: number('uint16'),
  uint32: number('uint32'),
  uint64: number('uint64'),
  string: { frontend: 'string', backend: 'string' },
  boolean: { frontend: 'boolean', backend: 'bool' },
  json: { frontend: 'other', backend: 'json.RawMessage' },
  enum: { frontend: 'enum', backend: 'enum' },
};

/** Numbers in Grafana's sense: what can be drawn, reduced and alerted on; an enum is none. */
export function isNumeric(field: Field): boolean {
  return fieldTypes[field.kind].frontend === 'number';
}
