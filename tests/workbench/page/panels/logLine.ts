import { type DataFrame, type Field, FieldType, LogLevel } from '@grafana/data';

export interface LogLine {
  id: string;
  timeMs: number;
  level: LogLevel;
  body: string;
  labels: Record<string, string>;
}

function labelsOf(value: unknown): Record<string, string> {
  if (typeof value !== 'object' || value === null) {
    return {};
  }
  return Object.fromEntries(
    Object.entries(value).map(([name, held]) => [name, typeof held === 'string' ? held : JSON.stringify(held)])
  );
}

function levelOf(severity: unknown): LogLevel {
  return LogLevel[String(severity).toLowerCase() as keyof typeof LogLevel] ?? LogLevel.unknown;
}

function linesOf(frame: DataFrame, frameIndex: number): LogLine[] {
  const named = (name: string, type: FieldType): Field | undefined =>
    frame.fields.find((field) => field.name === name) ?? frame.fields.find((field) => field.type === type);
  const time = named('timestamp', FieldType.time);
  const body = named('body', FieldType.string);
  if (!time || !body) {
    return [];
  }
  const severity = frame.fields.find((field) => field.name === 'severity');
  const id = frame.fields.find((field) => field.name === 'id');
  const labels = frame.fields.find((field) => field.name === 'labels');
  return Array.from({ length: frame.length }, (_, row) => ({
    id: String(id?.values[row] ?? `${frameIndex}:${row}`),
    timeMs: Number(time.values[row]),
    level: levelOf(severity?.values[row]),
    body: String(body.values[row]),
    labels: labelsOf(labels?.values[row]),
  }));
}

/** The lines of frames of the type `log-lines` (github.com/grafana/dataplane), in the order they came. */
export function logLines(frames: DataFrame[]): LogLine[] {
  return frames.flatMap(linesOf);
}
