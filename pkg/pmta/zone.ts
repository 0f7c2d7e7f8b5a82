/** Offsets of civil time change at whole quarters of an hour only, so one value serves each quarter. */
export const quarterHourMs = 15 * 60_000;

const dayMs = 86_400_000;
const keptOffsets = 10_000;

/** A time zone with its daylight saving rules. */
export interface Zone {
  /**
   * UTC milliseconds of a local time. An hour that is repeated in autumn gives the reading nearest to `nearMs`; one that
   * is skipped in spring is read with the offset before the change.
   */
  toUtc(wallMs: number, nearMs: number): number;
}

/** Looks up an IANA zone; throws RangeError for a name that is none. */
export function createZone(name: string): Zone {
  const format = new Intl.DateTimeFormat('en-US', { timeZone: name, timeZoneName: 'longOffset' });
  const offsets = new Map<number, number>();

  function offsetAt(utcMs: number): number {
    const quarter = Math.floor(utcMs / quarterHourMs);
    let offset = offsets.get(quarter);
    if (offset === undefined) {
      if (offsets.size >= keptOffsets) {
        offsets.clear();
      }
      offset = parseOffset(format.format(quarter * quarterHourMs));
      offsets.set(quarter, offset);
    }
    return offset;
  }

  return {
    toUtc(wallMs, nearMs) {
      const before = offsetAt(wallMs - dayMs);
      const after = offsetAt(wallMs + dayMs);
      const readings = [before, after].map((offset) => ({ utcMs: wallMs - offset, offset }));
      const valid = readings.filter(({ utcMs, offset }) => offsetAt(utcMs) === offset).map(({ utcMs }) => utcMs);
      const [first = wallMs - before, second = first] = valid;
      return Math.abs(second - nearMs) < Math.abs(first - nearMs) ? second : first;
    },
  };
}

/** Offset of a text that ends in `GMT`, `GMT+05:30` or `GMT-03:00`. */
function parseOffset(text: string): number {
  const match = /GMT([+-])(\d\d):(\d\d)/.exec(text);
  if (match === null) {
    return 0;
  }
  const offset = (Number(match[2]) * 60 + Number(match[3])) * 60_000;
  return match[1] === '-' ? -offset : offset;
}
