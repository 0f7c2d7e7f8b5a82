/** What a panel asks for besides the query itself. */
export interface PanelRange {
  fromMs: number;
  toMs: number;
  intervalMs: number;
  maxDataPoints: number;
}

/** More than any screen has pixels and than alerting asks for (43,200), whatever a request says. */
const mostBuckets = 50_000;

/** Steps that people can read on a time axis, in seconds. */
const steps = [
  1, 2, 5, 10, 15, 20, 30, 60, 120, 300, 600, 900, 1200, 1800, 3600, 7200, 10800, 21600, 43200, 86400, 172800, 604800,
];

/**
 * Length of a time series' buckets, in seconds: the panel's interval, but at least `minSeconds` (what is stored has no
 * finer resolution) and never more whole buckets than the panel has room for.
 */
export function bucketSeconds({ fromMs, toMs, intervalMs, maxDataPoints }: PanelRange, minSeconds: number): number {
  const room = (toMs - fromMs) / 1000 / Math.min(Math.max(1, maxDataPoints), mostBuckets);
  const wanted = Math.max(intervalMs / 1000, room, minSeconds);
  return steps.find((step) => step >= wanted - 1e-9) ?? Math.ceil(wanted / 604800) * 604800;
}

/** Milliseconds as far as the store's times reach (1970 to 2106); beyond that they would wrap around. */
export function storedTime(milliseconds: number): number {
  return Math.min(Math.max(milliseconds, 0), 0xffffffff * 1000);
}

/** Starts of all buckets that lie wholly or partly in the range and have begun, as UTC milliseconds. */
export function bucketStarts({ fromMs, toMs }: PanelRange, seconds: number, nowMs: number): number[] {
  const length = seconds * 1000;
  const first = Math.floor(fromMs / length) * length;
  const last = Math.min(toMs - 1, nowMs);
  const starts: number[] = [];
  for (let start = first; start <= last; start += length) {
    starts.push(start);
  }
  return starts;
}
