import { recordTypes } from '../../../pmta/accounting/fields.ts';
import type { Header } from '../../../pmta/accounting/header.ts';
import { parseTime } from '../../../pmta/accounting/time.ts';

/** A record that cannot be stored. */
export interface Reject {
  /** Byte of its source at which it begins. */
  position: number;
  reason: string;
  /** Its beginning. */
  raw: string;
}

/** Where a record stands. */
export interface Place {
  /** Its number, counted from the offset of its chunk; rises by at least one a record. */
  position: number;
  /** First byte, and the byte behind the last, in the chunk. */
  start: number;
  end: number;
}

/** Records under one header, as CSV that every reader takes. */
export interface RecordGroup {
  header: Header;
  /** Of the first record; the others count up from it. */
  position: number;
  bytes: Buffer;
  /** Where each record ends in `bytes`. */
  ends: Uint32Array;
  /** Where each record begins and ends in the chunk. */
  chunkStarts: Float64Array;
  chunkEnds: Float64Array;
}

/** What a chunk holds when it is read record by record. */
export interface ChunkRecords {
  groups: RecordGroup[];
  rejects: Reject[];
}

/** Bytes that are kept of a bad record. */
const rawLimit = 4096;

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

/**
 * A bad record of a chunk, with as much of its text as is kept.
 *
 * @param chunk its bytes, and the offset at which they stand in the source
 */
export function reject(
  chunk: { bytes: Buffer; start: number },
  { start, end }: Pick<Place, 'start' | 'end'>,
  reason: string
): Reject {
  const raw = chunk.bytes.toString('utf8', start, Math.min(end, start + rawLimit)).replace(/\r?\n$/, '');
  return { position: chunk.start + start, reason, raw };
}

/**
 * Collects good records under the headers that they came under. Records that follow each other under the same header
 * make one group, also with bad ones between: positions stay unique as long as they only rise.
 */
export class GroupBuilder {
  private readonly groups: Array<{ header: Header; places: Place[]; records: Buffer[] }> = [];

  /** @param fields one a column of the header, or fewer or more */
  add(header: Header, place: Place, fields: readonly string[], encoding: BufferEncoding): void {
    let last = this.groups.at(-1);
    if (last?.header !== header) {
      last = { header, places: [], records: [] };
      this.groups.push(last);
    }
    last.places.push(place);
    last.records.push(Buffer.from(csvLine(fields), encoding));
  }

  build(): RecordGroup[] {
    return this.groups.map(({ header, places, records }) => {
      const ends = new Uint32Array(records.length);
      let end = 0;
      for (const [index, record] of records.entries()) {
        end += record.length;
        ends[index] = end;
      }
      return {
        header,
        position: places[0]?.position ?? 0,
        bytes: Buffer.concat(records),
        ends,
        chunkStarts: Float64Array.from(places, ({ start }) => start),
        chunkEnds: Float64Array.from(places, (place) => place.end),
      };
    });
  }
}

/** One record as CSV, every field quoted. */
function csvLine(fields: readonly string[]): string {
  return `${fields.map((field) => `"${field.replaceAll('"', '""')}"`).join(',')}\n`;
}
