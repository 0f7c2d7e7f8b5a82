import { csvRecords } from './csvRecords.ts';
import { canonicalName } from './fields.ts';

/** Columns of one accounting file, in the file's order, by their canonical names. */
export type Header = string[];

/** Why a first line is not the header of an accounting file. */
export class HeaderError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'HeaderError';
  }
}

/** Reads a header line; throws HeaderError where it is none. */
export function parseHeader(line: string): Header {
  const [record] = csvRecords(Buffer.from(line));
  const header = (record?.fields ?? []).map((name) => canonicalName(Buffer.from(name, 'latin1').toString('utf8')));
  if (header[0] !== 'type' || !header.includes('timeLogged')) {
    throw new HeaderError(
      `the first line is not the header of a PMTA accounting file ("type,timeLogged,…"): ${JSON.stringify(line.slice(0, 80))}`
    );
  }
  return header;
}

/** Whether a record is a header line again, as PMTA may write after its configuration changed. */
export function isHeader(record: string[]): boolean {
  return canonicalName(record[0] ?? '') === 'type';
}

/** A header as the line that `parseHeader` reads. */
export function headerLine(header: Header): string {
  return header.map((name) => `"${name.replace(/"/g, '""')}"`).join(',');
}
