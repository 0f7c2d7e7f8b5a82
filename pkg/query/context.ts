import type { MonitorSnapshot } from '../pmta/monitor.ts';
import type { SnapshotResource } from '../pmta/snapshot.ts';
import type { Result, Statement } from '../store/engine.ts';
import type { PanelRange } from './range.ts';

/** A node that can be asked what it says now. */
export interface LiveNode {
  name: string;
  get<R extends SnapshotResource>(resource: R, signal: AbortSignal): Promise<MonitorSnapshot<R>>;
}

/** All that a query needs from the rest of the backend. */
export interface QueryContext {
  refId: string;
  range: PanelRange;
  nowMs: number;
  /** Seconds between two polls. */
  pollSeconds: number;
  /** Accounting that is written and not stored yet, over all nodes. */
  lagBytes: number;
  /** Whether an alert rule asks: it must not see a bucket that is still filling. */
  fromAlert: boolean;
  signal: AbortSignal;
  /** Qualified name of a table of this data source. */
  table(name: string): string;
  /** Runs a SELECT on this data source's store; throws StoreError. */
  select(statement: Statement): Promise<Result>;
  /** Nodes with a monitor, in the order of the settings. */
  nodes: readonly LiveNode[];
}
