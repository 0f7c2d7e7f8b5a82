import { parse } from 'csv-parse/sync';

import { type Header, isHeader, parseHeader } from '../../../pmta/accounting/header.ts';
import { type ChunkRecords, csvLine, faultOf, GroupBuilder, reject } from './records.ts';

/** Every byte is one character and comes out as it went in, whatever encoding the text has or pretends to have. */
const encoding = 'latin1';

/**
 * Reads a CSV chunk record by record, for chunks that the engine's reader refuses as a whole: bad records come back with
 * their reason, the good ones as CSV that it takes.
 */
export function readCsvRecords(bytes: Buffer, header: Header, start: number): ChunkRecords {
  const good = new GroupBuilder();
  const rejects: ChunkRecords['rejects'] = [];
  const text = (fields: readonly string[]) => Buffer.from(fields.join(','), encoding).toString('utf8');
  let columns = header;
  let index = 0;
  const take = (record: string[]) => {
    const position = start + index++;
    if (isHeader(record)) {
      columns = parseHeader(csvLine(record));
      return;
    }
    const reason = faultOf(record[columns.indexOf('type')] ?? '', record[columns.indexOf('timeLogged')] ?? '');
    if (reason) {
      rejects.push(reject(position, reason, text(record)));
    } else {
      good.add(columns, position, record, encoding);
    }
  };
  parse(bytes, {
    encoding,
    relax_quotes: true,
    relax_column_count: true,
    skip_empty_lines: true,
    skip_records_with_error: true,
    // Both are called in the order of the records, which is where their positions come from.
    on_record: (record: string[]) => {
      take(record);
      return null;
    },
    on_skip: (error, raw) => {
      rejects.push(reject(start + index++, `cannot be read as CSV: ${error?.code ?? ''}`, raw ?? ''));
    },
  });
  return { groups: good.build(), rejects };
}
