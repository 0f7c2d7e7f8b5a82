const iso = /^(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2}:\d{2})(?:\.\d+)?\s?(Z|[+-]\d{2}:?\d{2})?$/;
const seconds = /^\d{9,10}$/;
const american = /^(\d{2})\/(\d{2})\/(\d{4}) (\d{2}:\d{2}:\d{2})(Z|[+-]\d{2}:?\d{2})?$/;

/**
 * UTC seconds of a time in an accounting record: `2026-04-01 14:32:10+0000`, `1178807903` (`iso-times no`) or, as the
 * guide's text has it, `MM/DD/YYYY HH:MM:SS+0000`; null for anything else. Without an offset it is taken for UTC.
 */
export function parseTime(text: string): number | null {
  if (seconds.test(text)) {
    return Number(text);
  }
  const isoParts = iso.exec(text);
  const parts = isoParts ?? american.exec(text);
  if (!parts) {
    return null;
  }
  const date = isoParts ? parts[1] : `${parts[3]}-${parts[1]}-${parts[2]}`;
  const time = isoParts ? parts[2] : parts[4];
  const zone = (isoParts ? parts[3] : parts[5]) ?? 'Z';
  const milliseconds = Date.parse(`${date}T${time}${zone.length === 5 ? `${zone.slice(0, 3)}:${zone.slice(3)}` : zone}`);
  return Number.isNaN(milliseconds) ? null : milliseconds / 1000;
}
