/** What a Content-Range header says. */
export interface ContentRange {
  /** First and last byte that follow; null in an answer 416. */
  part: { start: number; end: number } | null;
  /** Bytes of the whole; null where it is not known. */
  total: number | null;
}

/** Reads a Content-Range header (RFC 9110, 14.4) such as `bytes 5-14/100`. Null for what is none. */
export function parseContentRange(header: string | undefined): ContentRange | null {
  const match = /^bytes\s+(?:(\d{1,15})-(\d{1,15})|\*)\/(?:(\d{1,15})|\*)$/i.exec(header?.trim() ?? '');
  if (match === null) {
    return null;
  }
  const [, start, end, size] = match;
  const total = size === undefined ? null : Number(size);
  if (start === undefined) {
    return total === null ? null : { part: null, total };
  }
  const part = { start: Number(start), end: Number(end) };
  return part.start <= part.end && (total === null || part.end < total) ? { part, total } : null;
}
