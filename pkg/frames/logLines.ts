import type { Field, Frame, FrameMeta, TimeField } from './frame.ts';
import { noDataFrame } from './noDataFrame.ts';

export interface LogLines {
  refId: string;
  /** Milliseconds since the epoch (or nanoseconds as BigInt64Array); Explore sorts by itself. */
  timestamps: TimeField['values'];
  bodies: readonly string[];
  /** Grafana's level names (error, warning, info, debug, …); null lets Explore guess from the body. */
  severities?: ReadonlyArray<string | null>;
  /** Unique and the same in each answer, so that Explore knows a line again. */
  ids?: readonly string[];
  labels?: ReadonlyArray<Record<string, string>>;
  meta?: FrameMeta;
}

/**
 * Log lines for Explore and the logs panel, or "no data" where there are none. They carry no type version: no version of
 * this type can be alerted on, and with one Grafana would log a warning before it says so.
 */
export function logLines({ refId, timestamps, bodies, severities, ids, labels, meta }: LogLines): Frame {
  const typed: FrameMeta = { ...meta, type: 'log-lines', preferredVisualisationType: 'logs' };
  if (timestamps.length === 0) {
    return noDataFrame(refId, typed);
  }
  const fields: Field[] = [
    { name: 'timestamp', kind: 'time', values: timestamps },
    { name: 'body', kind: 'string', values: bodies },
  ];
  if (severities !== undefined) {
    fields.push({ name: 'severity', kind: 'string', nullable: true, values: severities });
  }
  if (ids !== undefined) {
    fields.push({ name: 'id', kind: 'string', values: ids });
  }
  if (labels !== undefined) {
    fields.push({ name: 'labels', kind: 'json', values: labels.map((entry) => JSON.stringify(entry)) });
  }
  return { refId, meta: typed, fields };
}
