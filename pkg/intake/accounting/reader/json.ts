import { canonicalName } from '../../../pmta/accounting/fields.ts';
import type { Header } from '../../../pmta/accounting/header.ts';
import { jsonPieces, separatorsEnd } from '../../../pmta/accounting/jsonRecords.ts';
import { type ChunkRecords, faultOf, GroupBuilder, type Place, reject } from './records.ts';

/** Of one statement. Records of many shapes would otherwise make a table in which each has all columns of all others. */
const mostColumns = 500;

interface JsonRecord {
  place: Place;
  fields: Map<string, string>;
}

/**
 * Reads JSON accounting: flat objects whose members are the columns of the CSV form, all texts. A member that is no text
 * is kept as its JSON, so that nothing is lost.
 *
 * @param start offset of the chunk, from which those of its records count
 */
export function readJsonRecords(bytes: Buffer, start: number): ChunkRecords {
  const rejects: ChunkRecords['rejects'] = [];
  const records: JsonRecord[] = [];
  let position = start;
  let end = 0;
  for (const piece of jsonPieces(bytes)) {
    const fields = fieldsOf(bytes.toString('utf8', piece.start, piece.end));
    const reason = fields ? faultOf(fields.get('type') ?? '', fields.get('timeLogged') ?? '') : notJson;
    if (fields && reason === '') {
      records.push({ place: { position, ...piece }, fields });
    } else {
      rejects.push(reject({ bytes, start }, piece, reason));
    }
    position++;
    end = piece.end;
  }
  // An object that is never closed, cut off with the file or because it grew too long.
  const rest = separatorsEnd(bytes, end);
  if (rest < bytes.length) {
    rejects.push(reject({ bytes, start }, { start: rest, end: bytes.length }, notJson));
  }
  return { groups: grouped(records), rejects };
}

const notJson = 'cannot be read as a JSON object';

/** Puts records under common headers: PMTA's all go under one. */
function grouped(records: readonly JsonRecord[]): ChunkRecords['groups'] {
  const good = new GroupBuilder();
  let columns = new Set<string>();
  let waiting: JsonRecord[] = [];
  const flush = () => {
    const header: Header = [...columns];
    for (const { place, fields } of waiting) {
      good.add(
        header,
        place,
        header.map((name) => fields.get(name) ?? ''),
        'utf8'
      );
    }
    columns = new Set();
    waiting = [];
  };
  for (const record of records) {
    const names = [...record.fields.keys()].filter((name) => !columns.has(name));
    if (waiting.length > 0 && columns.size + names.length > mostColumns) {
      flush();
    }
    for (const name of record.fields.keys()) {
      columns.add(name);
    }
    waiting.push(record);
  }
  flush();
  return good.build();
}

function fieldsOf(raw: string): Map<string, string> | undefined {
  let value: unknown;
  try {
    value = JSON.parse(raw);
    if (hasNumber(value)) {
      value = exactJson.parse(raw, (_name, member, { source }) =>
        typeof member === 'number' && source !== undefined ? exactJson.rawJSON(source) : member
      );
    }
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return undefined;
  }
  const fields = new Map<string, string>();
  for (const [key, member] of Object.entries(value)) {
    const name = canonicalName(key);
    // Of two spellings of one name, one may be empty.
    fields.set(name, fields.get(name) || textOf(member));
  }
  return fields;
}

/** A part of the runtime's JSON that TypeScript does not know yet. */
const exactJson = JSON as unknown as {
  parse(text: string, reviver: (name: string, member: unknown, context: { source?: string }) => unknown): unknown;
  /** A value that JSON.stringify writes as this text. */
  rawJSON(text: string): unknown;
};

/** PMTA writes texts alone; a number may have more digits than JavaScript's numbers hold. */
function hasNumber(value: unknown): boolean {
  return (
    typeof value === 'number' || (typeof value === 'object' && value !== null && Object.values(value).some(hasNumber))
  );
}

function textOf(member: unknown): string {
  if (member === null) {
    return '';
  }
  return typeof member === 'string' ? member : JSON.stringify(member);
}
