/** A time as PMTA prints it. */
export interface TimeText {
  /** The printed digits as if they were UTC. */
  wallMs: number;
  /** Offset from UTC where it is printed too, else null: local time of the PMTA host. */
  offsetMs: number | null;
}

/**
 * Reads `2026-02-07 17:06:02`, as the HTTP monitor prints times, also with a zone (`+0100`, `Z`) or as UNIX seconds.
 * Null for anything else and for dates that do not exist.
 */
export function parseTimeText(text: string): TimeText | null {
  if (/^\d{9,11}$/.test(text)) {
    return { wallMs: Number(text) * 1000, offsetMs: 0 };
  }
  const match = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(?:\.\d+)?\s*(?:(Z)|([+-])(\d\d):?(\d\d))?$/.exec(text);
  if (match === null) {
    return null;
  }
  const [, date, time, utc, sign, hours, minutes] = match;
  const wallMs = Date.parse(`${date}T${time}Z`);
  if (Number.isNaN(wallMs) || !new Date(wallMs).toISOString().startsWith(`${date}T${time}`)) {
    return null;
  }
  if (sign === undefined) {
    return { wallMs, offsetMs: utc === undefined ? null : 0 };
  }
  const offset = (Number(hours) * 60 + Number(minutes)) * 60_000;
  return { wallMs, offsetMs: sign === '-' ? -offset : offset };
}
