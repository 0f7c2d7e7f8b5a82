import { timeValue } from '../../store/sql.ts';
import type { JournalTotals } from '../accounting/journal.ts';
import type { Row } from '../snapshots/rows.ts';
import type { AccountingState } from '../state.ts';

/** What the next row counts from. */
export interface StateSample {
  totals: JournalTotals;
  /** On a clock that nobody sets, milliseconds. */
  atMs: number;
}

/**
 * The row of one look at a node's intake.
 *
 * @param previous the look before; null for the first, whose row counts nothing in 0 seconds
 * @param atMs now, on the clock of the sample before
 * @param timeMs now, UTC milliseconds
 */
export function rowOfState(
  node: string,
  state: AccountingState,
  previous: StateSample | null,
  atMs: number,
  timeMs: number
): Row {
  const since = previous?.totals ?? state;
  return {
    node,
    time: timeValue(timeMs),
    files: state.files,
    lag_bytes: state.lagBytes,
    lag_seconds: state.lagSeconds,
    interval_seconds: previous ? (atMs - previous.atMs) / 1000 : 0,
    records: state.records - since.records,
    duplicates: state.duplicates - since.duplicates,
    rejects: state.rejects - since.rejects,
    lost_bytes: state.lostBytes,
    error: state.error,
  };
}
