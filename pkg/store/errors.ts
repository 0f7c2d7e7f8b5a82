/** Why the store could not do what was asked. */
export type StoreErrorCode =
  | 'opening'
  | 'locked'
  | 'unwritable'
  | 'damaged'
  | 'unsupported'
  | 'timeout'
  | 'cancelled'
  | 'memory'
  | 'too-many-rows'
  | 'regex'
  | 'disk-full'
  /** No ClickHouse server answers at the URL, or it stopped answering. */
  | 'unreachable'
  | 'tls'
  /** The server knows the user not, or lets it not do this. */
  | 'denied'
  | 'read-only'
  | 'too-many-parts'
  /** The server answers but cannot do its work now, or not with this configuration of its own. */
  | 'unavailable'
  /** The statement or the data is refused: sent again, it will be refused again. */
  | 'query';

/** An error of the store whose message is meant for the user; the engine's own words are kept in `cause`. */
export class StoreError extends Error {
  readonly code: StoreErrorCode;

  constructor(code: StoreErrorCode, message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'StoreError';
    this.code = code;
  }
}

/** Codes of ClickHouse's `ErrorCodes.cpp`. */
const codes: Record<number, [StoreErrorCode, string]> = {
  158: ['too-many-rows', 'The query returns too many rows: narrow the time range, add filters or group by less.'],
  396: ['too-many-rows', 'The query returns too many rows: narrow the time range, add filters or group by less.'],
  159: ['timeout', 'The query ran out of time: narrow the time range or add filters.'],
  160: ['timeout', 'The query would run out of time: narrow the time range or add filters.'],
  241: ['memory', 'The query needs more memory than it may use: narrow the time range, add filters or group by less.'],
  243: ['disk-full', 'The disk of the store is full: free space below data_path.'],
  394: ['cancelled', 'The query was cancelled.'],
  427: ['regex', 'A regular expression is not valid RE2 (no look-around, no back-references).'],
};

/** Turns what an engine threw into a StoreError; idempotent. */
export function toStoreError(error: unknown): StoreError {
  if (error instanceof StoreError) {
    return error;
  }
  const message = error instanceof Error ? error.message : String(error);
  const system = systemError((error as NodeJS.ErrnoException | null)?.code, error);
  if (system) {
    return system;
  }
  const code = codeOf(message);
  // What the engine says of bad data quotes it, and a stranger's reply may speak of full disks too.
  const isFull = !isDataCode(code) && /\berrno: 28\b|No space left on device/.test(message);
  const known = codes[code] ?? (isFull ? codes[243] : undefined);
  if (known) {
    return new StoreError(known[0], known[1], error);
  }
  return new StoreError('query', `The store refused the query: ${firstLine(message)}`, error);
}

/**
 * What an embedded engine threw at an insert. It is 'query' only where the data is at fault, because the caller then gives
 * up on the data; everything else is a state of this machine and passes.
 */
export function toInsertError(error: unknown): StoreError {
  const known = toStoreError(error);
  if (known.code !== 'query' || isDataCode(codeOf(error instanceof Error ? error.message : ''))) {
    return known;
  }
  return new StoreError('unavailable', `The store cannot take in records now: ${known.message}`, error);
}

/** Codes of ClickHouse that speak of the data of an insert: sent again, it is refused again. */
const dataCodes = new Set([6, 25, 26, 27, 32, 33, 38, 41, 69, 70, 72, 117, 130, 131, 321, 349, 395, 407, 467]);

/** Whether an error's code says that the data of an insert is at fault. */
export function isDataCode(code: number): boolean {
  return dataCodes.has(code);
}

/** Of the files that the embedded engine reads inserts from. */
function systemError(code: string | undefined, cause: unknown): StoreError | undefined {
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new StoreError('disk-full', 'The disk of the store is full: free space below data_path.', cause);
  }
  return code && /^E[A-Z]+$/.test(code)
    ? new StoreError('unavailable', `The store cannot use its disk (${code}): check data_path.`, cause)
    : undefined;
}

/** Every message of the engine begins with `Code: 159. DB::Exception: …`; not all errors carry the code otherwise. */
function codeOf(message: string): number {
  return Number(/\bCode: (\d+)\. /.exec(message)?.[1] ?? 0);
}

/** At most 300 characters of a text's first line, for an error message. */
export function firstLine(text: string): string {
  const line = text.replace(/^Query failed: /, '').split('\n', 1)[0] ?? '';
  return line.length > 300 ? `${line.slice(0, 300)}…` : line;
}
