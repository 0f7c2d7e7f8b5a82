import type { BigIntField, Frame, FrameMeta, NumberField, StringField } from './frame.ts';
import { noDataFrame } from './noDataFrame.ts';
import { hasRows } from './table.ts';

export interface Numbers {
  refId: string;
  name?: string;
  /** A row's texts are the labels of its numbers; no two rows may have the same ones where a rule alerts on them. */
  dimensions: StringField[];
  /** An alert rule can use one only: it knows a number by its labels, which all numbers of a row share. */
  numbers: Array<NumberField | BigIntField>;
  meta?: FrameMeta;
}

/** Labelled numbers, a row each, which alert rules use without a reducer; "no data" where there is no row. */
export function numericLong({ refId, name, dimensions, numbers, meta }: Numbers): Frame {
  const typed: FrameMeta = { ...meta, type: 'numeric-long', typeVersion: [0, 1] };
  const fields = [...dimensions, ...numbers];
  return hasRows(fields) ? { refId, name, meta: typed, fields } : noDataFrame(refId, typed);
}
