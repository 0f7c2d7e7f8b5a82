import { type DataFrame, FieldType } from '@grafana/data';

export type FrameKind = 'logs' | 'graph' | 'table';

/** How Explore shows a frame: what the frame prefers, else by its fields. */
export function kindOf(frame: DataFrame): FrameKind {
  const preferred = frame.meta?.preferredVisualisationType;
  if (preferred === 'logs' || preferred === 'graph' || preferred === 'table') {
    return preferred;
  }
  const has = (type: FieldType) => frame.fields.some((field) => field.type === type);
  return has(FieldType.time) && has(FieldType.number) && !has(FieldType.string) ? 'graph' : 'table';
}

/** Frames that have something to show; a frame without fields says "no data". */
export function byKind(frames: DataFrame[]): Record<FrameKind, DataFrame[]> {
  const sorted: Record<FrameKind, DataFrame[]> = { logs: [], graph: [], table: [] };
  for (const frame of frames) {
    if (frame.fields.length > 0 && frame.length > 0) {
      sorted[kindOf(frame)].push(frame);
    }
  }
  return sorted;
}
