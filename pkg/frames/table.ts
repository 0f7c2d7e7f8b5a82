import type { Field, Frame, FrameMeta } from './frame.ts';
import { noDataFrame } from './noDataFrame.ts';

export interface Table {
  refId: string;
  name?: string;
  fields: Field[];
  meta?: FrameMeta;
}

/**
 * A table for people, or "no data" where it has no rows. It carries no type version: Grafana then reads it without a
 * warning, and can still alert on it when it has one number field and otherwise only texts.
 */
export function table({ refId, name, fields, meta }: Table): Frame {
  // Explore would draw a table that has a time and a number as a graph too.
  const typed: FrameMeta = { preferredVisualisationType: 'table', ...meta, type: 'table' };
  return hasRows(fields) ? { refId, name, meta: typed, fields } : noDataFrame(refId, typed);
}

export function hasRows(fields: Field[]): boolean {
  return fields.some((field) => field.values.length > 0);
}
