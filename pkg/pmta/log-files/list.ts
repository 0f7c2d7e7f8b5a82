import { malformed, quote } from '../error.ts';
import type { Envelope } from '../envelope.ts';
import type { ToUtc } from '../normalize/listing.ts';
import { isTree, member, textOf } from '../tree.ts';
import type { LogFile } from './model.ts';
import { isPlainFileName } from './name.ts';
import { readSize } from './size.ts';

/**
 * Reads `/logs`. Only `data.log.files[]` is known from PMTA 5, and what its pages show of each file; other versions'
 * members are guessed by their likely names. Throws PmtaError `malformed` for an answer that holds no list at all.
 */
export function readLogFiles(envelope: Envelope, toUtc: ToUtc): { files: LogFile[]; notices: string[] } {
  const { data, node, resource, confirmed } = envelope;
  const rows = confirmed && data === '' ? [] : rowsOf(data);
  if (rows === null) {
    throw malformed(node, resource, 'has no data.log.files');
  }
  const named = rows.map((row) => ({ row, name: nameOf(row) }));
  const plain = named.filter(({ name }) => isPlainFileName(name));
  const files = plain.map(({ row, name }) => ({
    name,
    size: readSize(member(row, 'size')),
    time_ms: toUtc(member(row, 'date', 'time', 'modified')),
  }));
  const left = named.find(({ name }) => !isPlainFileName(name));
  return { files, notices: left === undefined ? [] : [describeLeft(rows.length - plain.length, left.name)] };
}

/** The list at whatever depth it stands: an array, or in XML one element that may or may not repeat. */
function rowsOf(value: unknown): unknown[] | null {
  if (Array.isArray(value)) {
    return value;
  }
  if (!isTree(value)) {
    return value === '' || value === null ? [] : null;
  }
  if (nameOf(value) !== '') {
    return [value];
  }
  const inner = member(value, 'log', 'logs', 'files', 'file');
  return inner === undefined ? null : rowsOf(inner);
}

function nameOf(row: unknown): string {
  const name = isTree(row) ? member(row, 'name', 'file') : row;
  // Names keep their blanks, unlike other texts: another name is another file.
  return typeof name === 'string' ? name : textOf(name);
}

function describeLeft(count: number, example: string): string {
  return (
    `/logs lists ${count} ${count === 1 ? 'name that is no plain file name' : 'names that are no plain file names'} ` +
    `(${quote(example)}), which cannot be asked for`
  );
}
