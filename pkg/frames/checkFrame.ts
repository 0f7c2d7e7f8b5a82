import { dataplaneProblem } from './checkDataplane.ts';
import { metadataProblem, metaProblem } from './checkMetadata.ts';
import { valuesProblem } from './checkValues.ts';
import type { Frame } from './frame.ts';
import { FrameError } from './frameError.ts';

/**
 * Refuses, with a FrameError, what Grafana's decoder would refuse (and with it the answers to all other queries of the
 * request) or would spoil in silence. NaN and infinities are fine in float fields.
 */
export function checkFrame(frame: Frame): void {
  refuse(frame, metaProblem(frame));
  const rows = frame.fields[0]?.values.length;
  for (const [index, field] of frame.fields.entries()) {
    refuse(frame, metadataProblem(field), index);
    if (field.values.length !== rows) {
      refuse(
        frame,
        `has ${field.values.length} rows, field 0 has ${rows}: all fields must have the same length`,
        index
      );
    }
    refuse(frame, valuesProblem(field), index);
  }
  if (rows === 0) {
    // An alert rule would reduce the empty series to a number and report "Normal" instead of "No data".
    refuse(frame, 'has fields but no rows: send noDataFrame() instead');
  }
  const problem = dataplaneProblem(frame);
  refuse(frame, problem?.text, problem?.field);
}

function refuse(frame: Frame, problem: string | undefined, field?: number): void {
  if (problem !== undefined) {
    throw new FrameError(frame, problem, field);
  }
}
