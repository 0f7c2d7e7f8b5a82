import { parse } from 'csv-parse/sync';

import { recordTypes } from '../../pmta/accounting/fields.ts';
import { type Header, isHeader, parseHeader } from '../../pmta/accounting/header.ts';

/** A record that cannot be stored. */
export interface Reject {
  position: number;
  reason: string;
  raw: string;
}

/** Records under one header; a file may change its header in the middle. */
export interface RecordGroup {
  header: Header;
  /** Of the first record; the others count up from it. */
  position: number;
  records: string[][];
}

/** As much of a bad record as is kept. */
const rawLimit = 4096;

const timePatterns = [
  /^\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}:\d{2}(\.\d+)?\s?(Z|[+-]\d{2}:?\d{2})?$/,
  /^\d{9,10}$/,
  /^\d{2}\/\d{2}\/\d{4} \d{2}:\d{2}:\d{2}([+-]\d{2}:?\d{2})?$/,
];

/**
 * Reads a chunk record by record, for chunks that the engine's reader refuses as a whole. Good records come back
 * grouped by header, bad ones with their reason.
 */
export function readRecords(
  bytes: Buffer,
  header: Header,
  start: number
): { groups: RecordGroup[]; rejects: Reject[] } {
  const records = parse(bytes, {
    relax_quotes: true,
    relax_column_count: true,
    skip_empty_lines: true,
    skip_records_with_error: true,
  }) as string[][];
  const rejects: Reject[] = [];
  const groups: RecordGroup[] = [];
  let current: RecordGroup = { header, position: start, records: [] };
  for (const [index, record] of records.entries()) {
    const position = start + index;
    if (isHeader(record)) {
      groups.push(current);
      current = { header: parseHeader(writeRecords([record]).toString('utf8')), position: position + 1, records: [] };
      continue;
    }
    const reason = fault(record, current.header);
    if (reason) {
      rejects.push({ position, reason, raw: record.join(',').slice(0, rawLimit) });
      groups.push(current);
      current = { header: current.header, position: position + 1, records: [] };
    } else {
      current.records.push(record);
    }
  }
  groups.push(current);
  return { groups: merge(groups), rejects };
}

/** Groups that follow each other under the same header become one: positions stay unique as long as they only rise. */
function merge(groups: RecordGroup[]): RecordGroup[] {
  const merged: RecordGroup[] = [];
  for (const group of groups.filter(({ records }) => records.length > 0)) {
    const last = merged.at(-1);
    if (last && last.header === group.header) {
      last.records.push(...group.records);
    } else {
      merged.push(group);
    }
  }
  return merged;
}

function fault(record: string[], header: Header): string {
  const type = record[header.indexOf('type')] ?? '';
  if (!(recordTypes as readonly string[]).includes(type)) {
    return `unknown record type ${JSON.stringify(type.slice(0, 20))}`;
  }
  const time = record[header.indexOf('timeLogged')] ?? '';
  if (!timePatterns.some((pattern) => pattern.test(time))) {
    return `timeLogged is not a time: ${JSON.stringify(time.slice(0, 40))}`;
  }
  return '';
}

/** Records as CSV without header, every field quoted. */
export function writeRecords(records: string[][]): Buffer {
  return Buffer.from(
    records.map((record) => `${record.map((field) => `"${field.replace(/"/g, '""')}"`).join(',')}\n`).join('')
  );
}
