const QUARTER_HOUR_MS = 900_000;

/** Wall-clock texts of one IANA time zone, as PMTA prints them; daylight saving included. */
export class Zone {
  readonly name: string;
  private readonly format: Intl.DateTimeFormat;
  private readonly offsets = new Map<number, number>();
  private readonly stamps = new Map<number, string>();

  /** @throws RangeError for a name that is no IANA zone */
  constructor(name: string) {
    this.name = name;
    this.format = new Intl.DateTimeFormat('en-US', { timeZone: name, timeZoneName: 'longOffset' });
  }

  /** Offset from UTC in minutes at an instant (UTC ms). */
  offsetMinutes(ms: number): number {
    // Zones change their offset only on quarter hours, so one look-up serves a whole quarter.
    const quarter = Math.floor(ms / QUARTER_HOUR_MS);
    let offset = this.offsets.get(quarter);
    if (offset === undefined) {
      const text = this.format.formatToParts(ms).find((part) => part.type === 'timeZoneName')?.value ?? 'GMT';
      const [, sign, hours, minutes] = /GMT([+-])(\d\d):(\d\d)/.exec(text) ?? [];
      offset = sign === undefined ? 0 : (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
      this.offsets.set(quarter, offset);
    }
    return offset;
  }

  /** `2026-02-07 17:06:02`: the form of the HTTP monitor, which tells no zone. */
  local(ms: number): string {
    const text = new Date(ms + this.offsetMinutes(ms) * 60_000).toISOString();
    return `${text.slice(0, 10)} ${text.slice(11, 19)}`;
  }

  /** `2026-02-07 17:06:02+0530`: the form of the accounting files. @param seconds UTC seconds */
  stamp(seconds: number): string {
    let text = this.stamps.get(seconds);
    if (text === undefined) {
      const offset = this.offsetMinutes(seconds * 1000);
      const size = Math.abs(offset);
      const digits = String(Math.floor(size / 60) * 100 + (size % 60)).padStart(4, '0');
      text = `${this.local(seconds * 1000)}${offset < 0 ? '-' : '+'}${digits}`;
      if (this.stamps.size > 20_000) {
        this.stamps.clear();
      }
      this.stamps.set(seconds, text);
    }
    return text;
  }

  /** Hour of the day with its fraction, 0 ≤ h < 24. */
  hour(ms: number): number {
    return ((ms / 60_000 + this.offsetMinutes(ms)) / 60) % 24;
  }

  /** Day of the week, 0 = Sunday. */
  weekday(ms: number): number {
    return new Date(ms + this.offsetMinutes(ms) * 60_000).getUTCDay();
  }
}
