import type { WireFormat } from './envelope.ts';

/** What a list says of itself. */
export interface ListExtent {
  /** Rows that are listed with recipients; only such rows count in PMTA's totals. */
  listed: number;
  /** PMTA's total of rows with recipients; null where it does not say. */
  total: number | null;
  /** PMTA's title, such as `Top 10 queues by number of recipients`. */
  title: string;
  /** Plural of what is listed. */
  noun: string;
  format: WireFormat;
}

const thousands = new Intl.NumberFormat('en-US');

/** Says that a list is not whole and what to do about it; null for a whole one. */
export function describeTruncation({ listed, total, title, noun, format }: ListExtent): string | null {
  const top = /^top\s+(\d+)\s/i.exec(title)?.[1];
  const full = total === null ? top !== undefined && listed >= Number(top) : listed < total;
  if (!full) {
    return null;
  }
  const advice = `raise http-default-max-items in PMTA's configuration${format === 'xml' ? ' (PMTA 5.0 or later)' : ''}`;
  const of = total === null ? `${noun}, of which there may be more` : `of ${thousands.format(total)} ${noun}`;
  return `top ${thousands.format(listed)} ${of}: ${advice}`;
}
