import { isNumeric } from './fieldType.ts';
import type { Field, Frame, FrameType, TimeField } from './frame.ts';
import { seriesKey } from './seriesKey.ts';

/** A problem of the frame, or of one of its fields. */
export interface Problem {
  text: string;
  field?: number;
}

type Rule = (fields: Field[]) => Problem | undefined;

/**
 * The rules of Grafana's data plane for each type (github.com/grafana/dataplane, docs/contract): alerting and
 * expressions take the type at its word, so that a frame which breaks them ends in an error or in lost fields.
 */
const rules: Record<FrameType, Rule[]> = {
  'timeseries-multi': [only('time', 'number'), times, exactlyOneNumber],
  'timeseries-wide': [only('time', 'number'), times, someNumber, uniqueSeries],
  'timeseries-long': [only('time', 'number', 'string'), times, someNumber],
  'numeric-multi': [oneRow, exactlyOneNumber],
  'numeric-wide': [oneRow, someNumber, uniqueSeries],
  'numeric-long': [someNumber],
  'log-lines': [logColumns],
  table: [],
};

/** What breaks the rules of the type that the frame claims in its meta; a frame without fields is "no data". */
export function dataplaneProblem({ meta, fields }: Frame): Problem | undefined {
  if (meta?.type === undefined || fields.length === 0) {
    return undefined;
  }
  for (const rule of rules[meta.type]) {
    const problem = rule(fields);
    if (problem !== undefined) {
      return { ...problem, text: `${problem.text} (${meta.type})` };
    }
  }
  return undefined;
}

/** Grafana ignores the other fields of a time series without a word. */
function only(...accepted: Array<'time' | 'number' | 'string'>): Rule {
  return (fields) => {
    const field = fields.findIndex(
      (field) => !accepted.some((kind) => field.kind === kind || (kind === 'number' && isNumeric(field)))
    );
    return field < 0
      ? undefined
      : { field, text: `must be a ${accepted.join(' or ')} field: move it to labels or to a table` };
  };
}

function times(fields: Field[]): Problem | undefined {
  const first = fields.findIndex((field) => field.kind === 'time');
  const time = fields[first];
  if (time?.kind !== 'time') {
    return { text: 'a time field is missing' };
  }
  const second = fields.findIndex((field, index) => field.kind === 'time' && index > first);
  if (second >= 0) {
    return { field: second, text: 'there must be one time field: leave this one out' };
  }
  if (time.nullable === true) {
    return { field: first, text: 'the time field must not be nullable: leave rows without a time out' };
  }
  const row = descent(time.values);
  return row < 0
    ? undefined
    : { field: first, text: `row ${row} is earlier than the row before: order the rows by time, oldest first` };
}

/** The first row that is earlier than the one before it, or -1. */
function descent(values: TimeField['values']): number {
  for (let row = 1; row < values.length; row++) {
    if ((values[row] ?? 0) < (values[row - 1] ?? 0)) {
      return row;
    }
  }
  return -1;
}

function someNumber(fields: Field[]): Problem | undefined {
  return fields.some(isNumeric) ? undefined : { text: 'a number field is missing' };
}

function exactlyOneNumber(fields: Field[]): Problem | undefined {
  const count = fields.filter(isNumeric).length;
  return count === 1 ? undefined : { text: `there must be one number field, not ${count}: send a frame for each` };
}

function oneRow(fields: Field[]): Problem | undefined {
  const rows = fields[0]?.values.length ?? 0;
  return rows === 1 ? undefined : { text: `there must be one row, not ${rows}: use numeric-long` };
}

function uniqueSeries(fields: Field[]): Problem | undefined {
  const seen = new Set<string>();
  for (const [index, field] of fields.entries()) {
    if (isNumeric(field)) {
      const key = seriesKey(field.name, field.labels);
      if (seen.has(key)) {
        return { field: index, text: 'another field has the same name and labels: give each series labels of its own' };
      }
      seen.add(key);
    }
  }
  return undefined;
}

const logFields: Record<string, { kind: Field['kind']; required: boolean }> = {
  timestamp: { kind: 'time', required: true },
  body: { kind: 'string', required: true },
  severity: { kind: 'string', required: false },
  id: { kind: 'string', required: false },
  labels: { kind: 'json', required: false },
};

/** Explore finds the parts of a log line by name and kind, and shows no line at all where it finds none. */
function logColumns(fields: Field[]): Problem | undefined {
  for (const [name, { kind, required }] of Object.entries(logFields)) {
    const index = fields.findIndex((field) => field.name === name);
    const field = fields[index];
    if (field === undefined) {
      if (required) {
        return { text: `the ${kind} field "${name}" is missing` };
      }
    } else if (field.kind !== kind) {
      return { field: index, text: `must be a ${kind} field, not ${field.kind}` };
    } else if (required && field.nullable === true) {
      return { field: index, text: 'must not be nullable: fill in a value or leave the row out' };
    }
  }
  return undefined;
}
