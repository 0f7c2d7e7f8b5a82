import type { Frame, FrameMeta } from './frame.ts';

/**
 * "No data" as Grafana knows it: one frame without fields. It keeps type, notices and the executed query for the
 * inspector, and makes an alert rule report "No data", where a frame with fields and no rows would report "Normal".
 */
export function noDataFrame(refId: string, meta: FrameMeta = {}): Frame {
  return { refId, meta, fields: [] };
}
