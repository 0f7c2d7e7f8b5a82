import { canonicalName } from '../../../pmta/accounting/fields.ts';
import type { Header } from '../../../pmta/accounting/header.ts';
import { jsonPieces } from '../../../pmta/accounting/jsonRecords.ts';
import { type ChunkRecords, faultOf, GroupBuilder, reject } from './records.ts';

/**
 * Reads JSON accounting: flat objects whose members are the columns of the CSV form, all texts. A member that is no text
 * is kept as its JSON, so that nothing is lost.
 */
export function readJsonRecords(bytes: Buffer, start: number): ChunkRecords {
  const rejects: ChunkRecords['rejects'] = [];
  const records: Array<{ position: number; fields: Map<string, string> }> = [];
  let position = start;
  for (const piece of jsonPieces(bytes)) {
    const raw = bytes.toString('utf8', piece.start, piece.end);
    const fields = fieldsOf(raw);
    const reason = fields
      ? faultOf(fields.get('type') ?? '', fields.get('timeLogged') ?? '')
      : 'cannot be read as a JSON object';
    if (fields && reason === '') {
      records.push({ position, fields });
    } else {
      rejects.push(reject(position, reason, raw));
    }
    position++;
  }
  const header: Header = [...new Set(records.flatMap(({ fields }) => [...fields.keys()]))];
  const good = new GroupBuilder();
  for (const record of records) {
    good.add(
      header,
      record.position,
      header.map((name) => record.fields.get(name) ?? ''),
      'utf8'
    );
  }
  return { groups: good.build(), rejects };
}

function fieldsOf(raw: string): Map<string, string> | undefined {
  let value: unknown;
  try {
    value = JSON.parse(raw);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return undefined;
  }
  return new Map(Object.entries(value).map(([name, member]) => [canonicalName(name), textOf(member)]));
}

function textOf(member: unknown): string {
  if (member === null || member === undefined) {
    return '';
  }
  return typeof member === 'string' ? member : JSON.stringify(member);
}
