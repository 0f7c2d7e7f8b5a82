/** What the name of an accounting file says. */
export interface AccountingFileName {
  /** Name of the configured `<acct-file>`: `acct` of `acct-2026-02-07-0003.csv`. */
  family: string;
  /** Day on which PMTA opened it, in the zone of its host: `2026-02-07`. */
  date: string;
  /** Number among the files of that day, from 0. */
  sequence: number;
  format: 'csv' | 'json';
  /** Suffix that a rotation other than PMTA's own added, such as `.1` or `-20260207`; else empty. */
  rotation: string;
  /** Compressed by gzip. */
  compressed: boolean;
}

const pattern =
  /^(.+)-(\d{4}-\d{2}-\d{2})-(\d{4,9})\.(csv|json|jsonl|ndjson)((?:\.\d{1,3}|[-.]\d{8}(?:[-.]?\d{1,6})?)?)(\.gz)?$/i;

/**
 * Reads `acct-2026-02-07-0003.csv`, with or without folder, and with what operators' rotation and compression add.
 * Null for a file that is no accounting file, such as pmta.log.
 */
export function parseAccountingFileName(path: string): AccountingFileName | null {
  const match = pattern.exec(path.replace(/^.*[/\\]/s, ''));
  if (match === null) {
    return null;
  }
  const [, family = '', date = '', sequence = '', extension = '', rotation = '', gz] = match;
  const day = new Date(`${date}T00:00:00Z`);
  if (Number.isNaN(day.getTime()) || !day.toISOString().startsWith(date)) {
    return null;
  }
  const format = extension.toLowerCase() === 'csv' ? 'csv' : 'json';
  return { family, date, sequence: Number(sequence), format, rotation, compressed: gz !== undefined };
}

/** As far as this module needs to know a file. */
interface ListedFile {
  name: string;
  /** When it was last written, UTC milliseconds; null where that is not known. */
  time_ms: number | null;
}

type Named<F> = F & { accounting: AccountingFileName };

/**
 * The accounting files that PMTA will not write to again, oldest first.
 *
 * PMTA writes one file of a family at a time and never goes back to an earlier one, so all but the newest are closed.
 * The newest is the one with the highest date and number, since /logs tells times to the second or not at all. Two
 * exceptions:
 * - A file that was written later than the newest by name may be the open one too: while a host's clock was ahead, PMTA
 *   gave its files dates that those of today do not reach. Taking it for closed would lose what is yet to be written.
 * - A compressed file is closed even when it is the newest: PMTA does not compress, so somebody did it after the close.
 *
 * A file that lies there both plain and compressed is being compressed; the plain one is whole, so it alone is listed.
 */
export function closedFiles<F extends ListedFile>(files: readonly F[]): Array<Named<F>> {
  const named = files.flatMap((file) => {
    const accounting = parseAccountingFileName(file.name);
    return accounting === null ? [] : [{ ...file, accounting }];
  });
  const families = Map.groupBy(named, ({ accounting }) => `${accounting.format} ${accounting.family}`);
  return [...families.values()].flatMap(closedOfFamily).sort(byAge);
}

function closedOfFamily<F extends ListedFile>(files: Array<Named<F>>): Array<Named<F>> {
  const plain = new Set(files.filter(({ accounting }) => !accounting.compressed).map(identity));
  const once = files.filter((file) => !file.accounting.compressed || !plain.has(identity(file))).sort(byAge);
  const newest = once.at(-1);
  const latest = Math.max(...once.map(({ time_ms }) => time_ms ?? -Infinity));
  return once.filter((file) => {
    const lastWritten = file.time_ms === latest && (newest?.time_ms ?? Infinity) < latest;
    return file.accounting.compressed || (file !== newest && !lastWritten);
  });
}

function identity({ accounting }: Named<ListedFile>): string {
  const { date, sequence, rotation } = accounting;
  return `${date} ${sequence} ${rotation}`;
}

/** Oldest first; a name without rotation suffix was taken again after the ones with it were made. */
function byAge(a: Named<ListedFile>, b: Named<ListedFile>): number {
  return (
    compare(a.accounting.date, b.accounting.date) ||
    a.accounting.sequence - b.accounting.sequence ||
    Number(a.accounting.rotation === '') - Number(b.accounting.rotation === '') ||
    (a.time_ms ?? 0) - (b.time_ms ?? 0) ||
    compare(a.name, b.name)
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
