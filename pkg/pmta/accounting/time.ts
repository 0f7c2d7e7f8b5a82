const clock = String.raw`(?:[01]\d|2[0-3]):[0-5]\d:(?:[0-5]\d|60)`;
const zone = String.raw`(?: ?(?:Z|[+-](?:[01]\d|2[0-3]):?[0-5]\d))?`;
const month = '(?:0[1-9]|1[0-2])';
const day = String.raw`(?:0[1-9]|[12]\d|3[01])`;
const year = String.raw`(?:19[7-9]\d|20\d{2})`;
const seconds = String.raw`\d{9,10}`;
const iso = String.raw`${year}-${month}-${day}[ T]${clock}(?:\.\d+)?${zone}`;
const american = `${month}/${day}/${year} ${clock}${zone}`;

/**
 * The times that accounting records hold, for RE2 and for JavaScript: `2026-04-01 14:32:10+0000`, `1178807903`
 * (`iso-times no`) or, as the guide's text has it, `MM/DD/YYYY HH:MM:SS+0000`. Without an offset they are UTC. Whoever
 * reads times takes these and no others, or a record would be good or bad by who reads it.
 */
export const timePattern = `^ *(?:${seconds}|${iso}|${american}) *$`;

const accepted = new RegExp(timePattern);
const isoDate = /(\d{4})-(\d\d)-(\d\d)/;
const americanDate = /(\d\d)\/(\d\d)\/(\d{4})/;
const clockAndZone = /(\d\d):(\d\d):(\d\d)(?:\.\d+)? ?(?:([+-])(\d\d):?(\d\d))?/;
/** What the store's times can hold. */
const latest = 0xffff_ffff;

/** UTC seconds of a time in an accounting record, see `timePattern`; null for anything else. */
export function parseTime(text: string): number | null {
  if (!accepted.test(text)) {
    return null;
  }
  const time = clockAndZone.exec(text);
  const result = time ? dateOf(text) + secondsOf(time) : Number(text);
  return result > 0 && result <= latest ? result : null;
}

/** NaN for a day that its month does not have. */
function dateOf(text: string): number {
  const [, years, months, days] = isoDate.exec(text) ?? [];
  const [, otherMonths, otherDays, otherYears] = americanDate.exec(text) ?? [];
  const dayOfMonth = Number(days ?? otherDays);
  const date = new Date(Date.UTC(Number(years ?? otherYears), Number(months ?? otherMonths) - 1, dayOfMonth));
  return date.getUTCDate() === dayOfMonth ? date.getTime() / 1000 : NaN;
}

function secondsOf([, hours, minutes, secs, sign, offsetHours = '0', offsetMinutes = '0']: RegExpExecArray): number {
  const offset = Number(`${sign ?? '+'}1`) * (Number(offsetHours) * 3600 + Number(offsetMinutes) * 60);
  return Number(hours) * 3600 + Number(minutes) * 60 + Number(secs) - offset;
}
