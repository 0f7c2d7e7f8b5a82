import { HttpError } from './http.ts';

const unitMs: Record<string, number> = {
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/** UTC milliseconds of `1700000000000`, `now` or `now-6h`; HTTP 400 on anything else. */
export function parseTime(value: unknown, nowMs: number): number {
  const text = String(value);
  if (/^\d+$/.test(text)) {
    return Number(text);
  }
  const [matched, count, unit] = /^now(?:-(\d+)([smhdw]))?$/.exec(text) ?? [];
  if (matched === undefined) {
    throw new HttpError(400, `bad request data: "${text}" is no time; give milliseconds, "now" or "now-6h"`);
  }
  return unit === undefined ? nowMs : nowMs - Number(count) * (unitMs[unit] ?? 0);
}
