import { PmtaError } from './error.ts';
import { parseTimeText } from './time-text.ts';
import { textOf } from './tree.ts';
import { createZone, quarterHourMs, type Zone } from './zone.ts';

/** Translates the local times that a node's monitor prints. */
export interface MonitorClock {
  /**
   * Reads PMTA's own time of `/status`, which arrived at `takenMs` of our clock, and finds the zone by it where the
   * setting is `auto`. UTC milliseconds, or null where the text is no time.
   */
  learn(timeNow: unknown, takenMs: number): number | null;
  /** UTC milliseconds of a printed time; null for what is none, and while the zone is not known. */
  toUtc(time: unknown, takenMs: number): number | null;
  /** The same for PMTA's start, which stays where it was first put while its text stays the same. */
  startToUtc(time: unknown, takenMs: number): number | null;
  /** The zone is not known, or an hour may have been put forward or back since it was found: `learn` again. */
  mustLearn(nowMs: number): boolean;
}

const hourMs = 3_600_000;

/** Creates the clock of a node; throws PmtaError `settings` when its time zone does not exist. */
export function createClock(node: string, timeZone: string): MonitorClock {
  const reader = timeZone === 'auto' || timeZone === '' ? createOffsetReader() : createZoneReader(node, timeZone);
  let start: { text: string; utcMs: number } | null = null;
  return {
    ...reader,
    // With `auto` the offset is that of today, so that without this the start would jump by an hour twice a year, which
    // looks like a restart.
    startToUtc(time, takenMs) {
      const text = textOf(time);
      if (start?.text === text) {
        return start.utcMs;
      }
      const utcMs = reader.toUtc(time, takenMs);
      start = utcMs === null ? null : { text, utcMs };
      return utcMs;
    },
  };
}

type Reader = Pick<MonitorClock, 'learn' | 'toUtc' | 'mustLearn'>;

function createZoneReader(node: string, timeZone: string): Reader {
  let zone: Zone;
  try {
    zone = createZone(timeZone);
  } catch {
    throw new PmtaError(
      'settings',
      node,
      `time zone of ${node} does not exist: enter \`auto\` or a name such as Europe/Berlin`
    );
  }
  const toUtc: Reader['toUtc'] = (time, takenMs) => {
    const parsed = parseTimeText(textOf(time));
    if (parsed === null) {
      return null;
    }
    return parsed.offsetMs === null ? zone.toUtc(parsed.wallMs, takenMs) : parsed.wallMs - parsed.offsetMs;
  };
  return { toUtc, learn: toUtc, mustLearn: () => false };
}

/**
 * Finds the offset by comparing PMTA's time with ours, rounded to a quarter of an hour. What this cannot know needs a
 * named zone: a clock that is wrong by more than half of that shifts all its times, and errors from before daylight
 * saving began or ended are an hour off.
 */
function createOffsetReader(): Reader {
  let offsetMs: number | null = null;
  let learnedQuarter = -1;
  const toUtc: Reader['toUtc'] = (time) => {
    const parsed = parseTimeText(textOf(time));
    const offset = parsed?.offsetMs ?? offsetMs;
    return parsed === null || offset === null ? null : parsed.wallMs - offset;
  };
  return {
    toUtc,
    learn(timeNow, takenMs) {
      learnedQuarter = Math.floor(takenMs / quarterHourMs);
      const parsed = parseTimeText(textOf(timeNow));
      if (parsed !== null) {
        offsetMs = parsed.offsetMs ?? offsetBetween(parsed.wallMs, takenMs);
      }
      return toUtc(timeNow, takenMs);
    },
    // Offsets change at whole quarters of an hour.
    mustLearn: (nowMs) => Math.floor(nowMs / quarterHourMs) !== learnedQuarter,
  };
}

function offsetBetween(wallMs: number, utcMs: number): number {
  const offset = Math.round((wallMs - utcMs) / quarterHourMs) * quarterHourMs;
  // Farther than any zone: not a zone but a wrong date, which shows as a clock difference when it is left in.
  return offset < -12 * hourMs || offset > 14 * hourMs ? 0 : offset;
}

/** Says that PMTA's clock differs from ours by more than a minute, and what to do; null where it does not. */
export function describeClockSkew(node: string, pmtaNowMs: number | null, ourNowMs: number): string | null {
  const skewMs = pmtaNowMs === null ? 0 : pmtaNowMs - ourNowMs;
  const size = Math.abs(skewMs);
  if (size <= 60_000) {
    return null;
  }
  const fromQuarter = Math.abs(size - Math.round(size / quarterHourMs) * quarterHourMs);
  const zoneIsWrong = size < 27 * hourMs && size > quarterHourMs / 2 && fromQuarter <= 60_000;
  const remedy = zoneIsWrong ? 'check the time zone in the settings of this node' : 'synchronise both clocks (NTP)';
  return `clock of ${node} is ${duration(size)} ${skewMs < 0 ? 'behind' : 'ahead of'} Grafana's: ${remedy}`;
}

function duration(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  return minutes < 120
    ? `${minutes} min`
    : minutes < 48 * 60
      ? `${Math.round(minutes / 60)} h`
      : `${Math.round(minutes / 1440)} d`;
}
