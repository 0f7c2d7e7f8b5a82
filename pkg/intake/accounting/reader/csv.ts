import { csvRecords } from '../../../pmta/accounting/csvRecords.ts';
import { type Header, HeaderError, isHeader, parseHeader } from '../../../pmta/accounting/header.ts';
import { type ChunkRecords, faultOf, GroupBuilder, reject } from './records.ts';

/**
 * Reads a CSV chunk record by record, for chunks that the engine's reader refuses as a whole: bad records come back with
 * their reason, the good ones as CSV that it takes.
 *
 * @param start offset of the chunk, from which those of its records count
 */
export function readCsvRecords(bytes: Buffer, header: Header, start: number): ChunkRecords {
  const good = new GroupBuilder();
  const rejects: ChunkRecords['rejects'] = [];
  let columns = header;
  let index = 0;
  for (const record of csvRecords(bytes)) {
    const place = { position: start + index++, start: record.start, end: record.end };
    const { fields } = record;
    if (isHeader(fields)) {
      const changed = columnsOf(bytes.subarray(record.start, record.end));
      if (changed) {
        columns = changed;
        continue;
      }
    }
    const reason = faultOf(fields[columns.indexOf('type')] ?? '', fields[columns.indexOf('timeLogged')] ?? '');
    if (reason) {
      rejects.push(reject({ bytes, start }, place, reason));
    } else {
      good.add(columns, place, fields, 'latin1');
    }
  }
  return { groups: good.build(), rejects };
}

/** The columns that a line names; undefined where it only begins like a header. */
function columnsOf(line: Buffer): Header | undefined {
  try {
    return parseHeader(line.toString('utf8'));
  } catch (error) {
    if (!(error instanceof HeaderError)) {
      throw error;
    }
    return undefined;
  }
}
