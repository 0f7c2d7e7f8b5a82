/**
 * What PMTA's HTTP monitor says, normalised: the same shapes whether it answered in JSON (5.x) or XML (3.x, 4.x).
 * Times are UTC milliseconds, sizes are PMTA's kilobytes; `null` means that this PMTA does not say.
 */

export interface TrafficCount {
  recipients: number;
  messages: number;
  kilobytes: number;
}

export interface TrafficWindow {
  in: TrafficCount;
  out: TrafficCount;
}

export interface ConnectionCount {
  current: number;
  /** Limit of licence or configuration. */
  max: number;
  /** Highest since PMTA's start. */
  top: number;
}

export interface DeliveryQueue {
  recipients: number;
  domains: number;
  kilobytes: number;
}

/** `/status`. */
export interface Status {
  product: { name: string; version: string; variant: string };
  host_name: string;
  /** PMTA's own word, `running` as a rule. */
  state: string;
  shutting_down: boolean;
  /** PMTA's clock when it answered. */
  now_ms: number | null;
  started_ms: number | null;
  uptime_seconds: number | null;
  traffic: {
    /** Counts since PMTA's start or its last `reset counters`. */
    total: TrafficWindow;
    last_hour: TrafficWindow;
    last_minute: TrafficWindow;
    top_per_hour: TrafficWindow;
    top_per_minute: TrafficWindow;
  };
  connections: { in: ConnectionCount; out: ConnectionCount };
  resolver: { names_cached: number | null; queries_pending: number | null };
  /** By delivery method: smtp, pipe, discard, file, alias, bounceProcessor, feedbackLoopProcessor, httpDelivery, … */
  queues: Record<string, DeliveryQueue>;
  spool: {
    recipients: number | null;
    recipients_max: number | null;
    files_in_use: number | null;
    files_recycled: number | null;
    files_total: number | null;
    directories: number | null;
    initialized_percent: number | null;
  };
  ram_kilobytes: number | null;
  cpu_count: number | null;
}

/** An error that PMTA keeps beside a queue or domain; it stays listed for days, so always mind `time_ms`. */
export interface ListedError {
  time_ms: number | null;
  text: string;
}

export interface QueueRow {
  /** `domain/vmta` as PMTA names it. */
  queue: string;
  recipient_domain: string;
  vmta: string;
  recipients: number;
  kilobytes: number;
  connections: number;
  paused: boolean | null;
  /** `normal`, `backoff`, or empty where this PMTA does not say. */
  mode: string;
  backoff_reason: string;
  retry_ms: number | null;
  /** Newest first. */
  errors: ListedError[];
}

export interface DomainRow {
  recipient_domain: string;
  recipients: number;
  kilobytes: number;
  connections: number;
  /** Newest first. */
  errors: ListedError[];
}

export interface VmtaRow {
  vmta: string;
  recipients: number;
  kilobytes: number;
  connections: number;
  domains: number | null;
  percent_of_total: number | null;
}

export interface JobRow {
  job_id: string;
  recipients: number;
  kilobytes: number;
  connections: number | null;
  paused: boolean | null;
}

/** A list of PMTA's, which shows only the top N unless told otherwise. */
export interface Listing<Row> {
  rows: Row[];
  /** Over all rows, listed or not. */
  total_recipients: number | null;
  total_rows: number | null;
  /** Said where the list is not whole, with what to do: `top 10 of 1,428 queues: raise http-default-max-items`. */
  truncated: string | null;
}

export interface SnapshotData {
  status: Status;
  queues: Listing<QueueRow>;
  domains: Listing<DomainRow>;
  vmtas: Listing<VmtaRow>;
  jobs: Listing<JobRow>;
}

export type SnapshotResource = keyof SnapshotData;

/** One answer of one node's monitor. */
export interface Snapshot<R extends SnapshotResource> {
  node: string;
  resource: R;
  /** Our clock when the answer was complete, UTC milliseconds. */
  taken_ms: number;
  data: SnapshotData[R];
}
