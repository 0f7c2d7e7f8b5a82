import { malformed } from '../error.ts';
import type { Envelope } from '../envelope.ts';
import type { Listing } from '../snapshot.ts';
import { elements, isTree, member, numberOf, textOf, type Tree } from '../tree.ts';
import { describeTruncation } from '../truncation.ts';

/** Translates PMTA's text of a local time to UTC milliseconds; null where it is none. */
export type ToUtc = (time: unknown) => number | null;

/** Reads one row; `where` names it in errors. */
export type ReadRow<Row> = (item: Tree, columns: RowColumns) => Row;

/** What the rows of all lists have in common. */
export interface RowColumns {
  name: string;
  recipients: number;
  kilobytes: number;
}

interface ListShape<Row> {
  plural: string;
  singular: string;
  /** Other names of `name` in rows. */
  names: string[];
  readRow: ReadRow<Row>;
}

/**
 * Reads a list with its totals, most recipients first. Throws PmtaError `malformed` when a row has no name or no count
 * of recipients, or when the answer holds nothing of a list: an unknown shape must not look like an empty one.
 */
export function readListing<Row extends RowCount>(envelope: Envelope, shape: ListShape<Row>): Listing<Row> {
  const { data, node, resource, format } = envelope;
  const items = elements(data, shape.plural, shape.singular);
  const total = numberOf(totalRows(data));
  const totalRecipients = numberOf(member(data, 'totalRcp'));
  const title = textOf(member(data, 'title'));
  const bare = envelope.confirmed && (data === '' || (isTree(data) && Object.keys(data).length === 0));
  const empty = bare || ((total ?? totalRecipients) === null ? title !== '' : !(total || totalRecipients));
  if (items === null && !empty) {
    throw malformed(node, resource, `has no data.${shape.plural}`);
  }
  const rows = (items ?? []).map((item, index) => {
    const where = `data.${shape.plural}[${index}]`;
    return readRow(envelope, shape, item, where);
  });
  rows.sort((a, b) => b.recipients - a.recipients);
  const listed = rows.filter((row) => row.recipients > 0).length;
  return {
    rows,
    total_recipients: totalRecipients,
    total_rows: total,
    truncated: describeTruncation({ listed, total, title, noun: shape.plural, format }),
  };
}

interface RowCount {
  recipients: number;
}

function readRow<Row>({ node, resource }: Envelope, shape: ListShape<Row>, item: unknown, where: string): Row {
  const name = member(item, 'name', ...shape.names);
  const recipients = numberOf(member(item, 'rcp'));
  if (!isTree(item) || name === undefined) {
    throw malformed(node, resource, `has no ${where}.name`);
  }
  if (recipients === null) {
    throw malformed(node, resource, `has no number in ${where}.rcp`);
  }
  return shape.readRow(item, { name: textOf(name), recipients, kilobytes: numberOf(member(item, 'kb')) ?? 0 });
}

/** `totalQueuesWithRcp` and its like. */
function totalRows(data: unknown): unknown {
  const name = isTree(data) ? Object.keys(data).find((key) => /^total\w+WithRcp$/i.test(key)) : undefined;
  return name === undefined ? undefined : member(data, name);
}
