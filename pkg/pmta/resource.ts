import type { SnapshotResource } from './snapshot.ts';

/** What PMTA's monitor is asked for in JSON or XML: what becomes snapshots, and the list of its log files. */
export type MonitorResource = SnapshotResource | 'logs';
