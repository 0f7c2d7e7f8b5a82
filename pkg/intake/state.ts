import type { FollowState } from './accounting/follow.ts';
import type { JournalTotals } from './accounting/journal.ts';

/** What polling one node's monitor has come to. */
export interface PollState {
  /** When the last poll ended, UTC milliseconds; null before the first. */
  lastMs: number | null;
  error: string;
}

/** How the accounting of one node comes in, over all ways. */
export interface AccountingState extends JournalTotals {
  files: number;
  /** Bytes that are written and not yet in the store. */
  lagBytes: number;
  /** How long ago the last record that was read was logged, while there are more to read; null where not known. */
  lagSeconds: number | null;
  /** Over the last ten seconds. */
  recordsPerSecond: number;
  problems: string[];
  /** The first of the problems, or why nothing comes in at all. */
  error: string;
}

/** State of the intake of one node, for health checks, `GET intake` and metrics. */
export interface NodeIntake {
  node: string;
  poll: PollState;
  accounting: AccountingState;
  /**
   * Whether the counters of `accounting` are those of the journal. Before it is open they are 0, from which nothing must
   * be counted on; a node without accounting has none.
   */
  isCounted: boolean;
  /** When the last batch of accounting was posted for it, UTC milliseconds; null where none is known. */
  receivedMs: number | null;
  /** What could not be measured of its host, where that is this machine. */
  hostProblems: readonly string[];
}

/** Before anything was read. */
export const emptyAccounting: AccountingState = {
  files: 0,
  lagBytes: 0,
  lagSeconds: 0,
  records: 0,
  duplicates: 0,
  rejects: 0,
  lostBytes: 0,
  recordsPerSecond: 0,
  problems: [],
  error: '',
};

/**
 * One state of all ways by which a node's accounting comes in.
 *
 * @param failure why none comes in; empty where that is not so
 */
export function accountingState(
  ways: readonly FollowState[],
  totals: JournalTotals,
  recordsPerSecond: number,
  failure: string,
  nowMs: number
): AccountingState {
  const problems = [...new Set([...(failure ? [failure] : []), ...ways.flatMap((way) => way.problems)])];
  const lagBytes = ways.reduce((sum, way) => sum + way.lagBytes, 0);
  const seconds = ways.flatMap(({ lagBytes: lag, lastSecond }) => (lag > 0 && lastSecond !== null ? [lastSecond] : []));
  const behind = seconds.length > 0 ? Math.max(0, Math.round(nowMs / 1000 - Math.min(...seconds))) : null;
  return {
    ...totals,
    files: ways.reduce((sum, way) => sum + way.files, 0),
    lagBytes,
    lagSeconds: lagBytes === 0 ? 0 : behind,
    recordsPerSecond,
    problems,
    error: problems[0] ?? '',
  };
}
