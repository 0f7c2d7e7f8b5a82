import { recordTypes } from '../../../pmta/accounting/fields.ts';
import type { Header } from '../../../pmta/accounting/header.ts';
import { parseTime } from '../../../pmta/accounting/time.ts';

/** A record that cannot be stored. */
export interface Reject {
  position: number;
  reason: string;
  /** Its beginning. */
  raw: string;
}

/** Records under one header, as CSV that every reader takes. */
export interface RecordGroup {
  header: Header;
  /** Of the first record; the others count up from it. */
  position: number;
  bytes: Buffer;
  /** Where each record ends in `bytes`. */
  ends: Uint32Array;
}

/** What a chunk holds when it is read record by record. */
export interface ChunkRecords {
  groups: RecordGroup[];
  rejects: Reject[];
}

/** As much of a bad record as is kept. */
export const rawLimit = 4096;

/** Why a record cannot be stored; empty where it can. */
export function faultOf(type: string, timeLogged: string): string {
  if (!(recordTypes as readonly string[]).includes(type)) {
    return `unknown record type ${JSON.stringify(type.slice(0, 20))}`;
  }
  if (parseTime(timeLogged) === null) {
    return `timeLogged is not a time: ${JSON.stringify(timeLogged.slice(0, 40))}`;
  }
  return '';
}

/** A bad record, with as much of its text as is kept. */
export function reject(position: number, reason: string, raw: string): Reject {
  return { position, reason, raw: raw.slice(0, rawLimit) };
}

/**
 * Collects good records under the headers that they came under. Records that follow each other under the same header
 * make one group, also with bad ones between: positions stay unique as long as they only rise.
 */
export class GroupBuilder {
  private readonly groups: Array<{ header: Header; position: number; records: Buffer[] }> = [];

  /** @param fields one a column of the header, or fewer or more */
  add(header: Header, position: number, fields: readonly string[], encoding: BufferEncoding): void {
    let last = this.groups.at(-1);
    if (last?.header !== header) {
      last = { header, position, records: [] };
      this.groups.push(last);
    }
    last.records.push(Buffer.from(csvLine(fields), encoding));
  }

  build(): RecordGroup[] {
    return this.groups.map(({ header, position, records }) => {
      const ends = new Uint32Array(records.length);
      let end = 0;
      for (const [index, record] of records.entries()) {
        end += record.length;
        ends[index] = end;
      }
      return { header, position, bytes: Buffer.concat(records), ends };
    });
  }
}

/** One record as CSV, every field quoted. */
export function csvLine(fields: readonly string[]): string {
  return `${fields.map((field) => `"${field.replace(/"/g, '""')}"`).join(',')}\n`;
}
