import type { TrafficCount, TrafficWindow } from './snapshot.ts';

/** The part of a `/status` snapshot that traffic is computed from. */
export interface CounterSample {
  taken_ms: number;
  data: { started_ms: number | null; uptime_seconds: number | null; traffic: { total: TrafficWindow } };
}

/** What happened to PMTA's counters between two samples. */
export type CounterEvent = 'restart' | 'counter-reset';

export interface TrafficRates {
  /** Per second, averaged over the time between the samples; null for the first sample. */
  rates: TrafficWindow | null;
  event: CounterEvent | null;
}

/** PMTA prints its times in whole seconds, each cut off. */
const clockResolutionMs = 2000;

/**
 * Rates of traffic from the totals of two successive `/status` snapshots of one node. `lastMin` is no substitute: it
 * slides, so that sampling it counts messages twice or not at all.
 *
 * When counters began anew between the samples, the new value is what was counted since; what was counted between the
 * first sample and the reset is lost. It is divided by the whole time between the samples, not by the shorter time since
 * the reset, so that rates times their intervals still add up to what PMTA counted and no peak appears that never was.
 */
export function trafficRates(previous: CounterSample | null, current: CounterSample): TrafficRates {
  const seconds = previous === null ? 0 : (current.taken_ms - previous.taken_ms) / 1000;
  if (previous === null || seconds <= 0) {
    return { rates: null, event: null };
  }
  const before = previous.data.traffic.total;
  const after = current.data.traffic.total;
  const event = restarted(previous, current) ? 'restart' : decreased(before, after) ? 'counter-reset' : null;
  const rate = (direction: 'in' | 'out'): TrafficCount => ({
    recipients: increase(before[direction].recipients, after[direction].recipients, event) / seconds,
    messages: increase(before[direction].messages, after[direction].messages, event) / seconds,
    kilobytes: increase(before[direction].kilobytes, after[direction].kilobytes, event) / seconds,
  });
  return { rates: { in: rate('in'), out: rate('out') }, event };
}

/**
 * A start that only changed is not enough: where the zone is found by comparing clocks, it shifts by an hour when
 * daylight saving begins or ends. A restart between the samples also means that PMTA is not up longer than that.
 */
function restarted(previous: CounterSample, current: CounterSample): boolean {
  const { started_ms, uptime_seconds } = current.data;
  if (started_ms === null || previous.data.started_ms === null || started_ms === previous.data.started_ms) {
    return false;
  }
  return uptime_seconds === null || uptime_seconds * 1000 < current.taken_ms - previous.taken_ms + clockResolutionMs;
}

/** Kilobytes are left out: they are rounded, so that alone they prove nothing. */
function decreased(before: TrafficWindow, after: TrafficWindow): boolean {
  return (['in', 'out'] as const).some(
    (direction) =>
      after[direction].recipients < before[direction].recipients ||
      after[direction].messages < before[direction].messages
  );
}

/** A counter that did not decrease at a `counter-reset` is taken as it is: too little in the worst case, never a peak. */
function increase(before: number, after: number, event: CounterEvent | null): number {
  if (event === 'restart') {
    return after;
  }
  if (after >= before) {
    return after - before;
  }
  return event === 'counter-reset' ? after : 0;
}
