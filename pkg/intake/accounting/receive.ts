import { HeaderError, headerLine } from '../../pmta/accounting/header.ts';
import { wholeJsonRecords } from '../../pmta/accounting/jsonRecords.ts';
import { beginsWithHeader, wholeRecords } from '../../pmta/accounting/records.ts';
import { type AccountingFormat, type Head, hashOf, readHead } from './head.ts';
import { bufferInput, type Input } from './input.ts';
import type { JournalEntry } from './journal.ts';
import { newEntry } from './newEntry.ts';
import { PieceGone, readOn, type Sink } from './readOn.ts';
import { hasTail } from './tail.ts';

/** A batch of accounting that was sent to us. */
export interface Batch {
  /** CSV with its header, or JSON. */
  bytes: Buffer;
  /** Name of the acct-file that it is from. */
  acctFile: string;
  /**
   * Of a sender that numbers its bytes: the name of its source, and where in it the first record of the batch begins. A
   * batch without is known by its content.
   */
  place?: { source: string; start: number } | undefined;
}

/** How many records of a batch went where. */
export interface Received {
  new: number;
  /** In the store before: the batch, or a part of it, was sent already, or came from another acct-file. */
  seen: number;
  rejected: number;
}

/**
 * Takes in a batch, each record once however often it is sent. Callers send one batch of a node at a time: a sender that
 * repeats what we are just taking in would find nothing of it in the journal. Throws HeaderError where the batch is no
 * accounting.
 */
export async function receive(batch: Batch, sink: Sink): Promise<Received> {
  const isBlank = batch.bytes.toString('latin1', 0, 100).trim() === '';
  const head = isBlank ? undefined : await headOf(batch.bytes);
  if (!head) {
    if (isBlank || beginsWithHeader(batch.bytes)) {
      return { new: 0, seen: 0, rejected: 0 };
    }
    throw new HeaderError('there is no whole record in it');
  }
  const total = countOf(batch.bytes.subarray(head.dataStart), head);
  const located = await locate(batch, head, sink);
  try {
    return await readAll(located, head.format, total, sink);
  } catch (error) {
    if (!(error instanceof PieceGone)) {
      throw error;
    }
    return readAll({ ...located, entry: begunAgain(located.entry) }, head.format, total, sink);
  }
}

interface Located {
  entry: JournalEntry;
  input: Input;
  /** Where the batch ends, by the offsets that the journal knows. */
  end: number;
}

async function readAll(
  { entry, input, end }: Located,
  format: AccountingFormat,
  total: number,
  sink: Sink
): Promise<Received> {
  let current = entry;
  while (current.doneEnd < end) {
    const options = { size: end, isClosed: true, mostPieces: 2 };
    const result = await readOn({ entry: current, input, format }, options, sink);
    if (result.bytes === 0) {
      break;
    }
    current = result.entry;
  }
  const stored = current.records - entry.records;
  const rejected = current.rejects - entry.rejects;
  return { new: stored, seen: Math.max(0, total - stored - rejected), rejected };
}

/** Where the batch stands among what was received, and its bytes by the offsets that the journal knows. */
async function locate(batch: Batch, head: Head, sink: Sink): Promise<Located> {
  const { bytes, acctFile, place } = batch;
  const at = { path: `${acctFile} (received)`, acctFile: `post:${acctFile}`, inode: '', seenSize: 0 };
  if (place) {
    const source = `post-${place.source}`;
    const shift = place.start - head.dataStart;
    const known = newestOf(source, sink);
    const entry = known ?? newEntry(source, { ...head, dataStart: place.start }, at);
    const header = head.header.length === 0 ? entry.header : headerLine(head.header);
    // What lies between was never sent to us, or not to this store; the sender has told what became of it.
    const doneEnd = entry.pendingEnds.length === 0 ? Math.max(entry.doneEnd, place.start) : entry.doneEnd;
    return { entry: { ...entry, header, doneEnd }, input: shifted(bytes, shift), end: bytes.length + shift };
  }
  const input = bufferInput(bytes);
  const source = `post-${head.fingerprint}`;
  const known = newestOf(source, sink);
  if (!known) {
    return { entry: newEntry(source, head, at), input, end: bytes.length };
  }
  // A sender that tries again may have more to send by then.
  if (known.pendingEnds.length > 0 || known.tail === '' || (await hasTail(input, known.doneEnd, known.tail))) {
    return { entry: known, input, end: bytes.length };
  }
  const other = `${source}-${hashOf(bytes)}`;
  return { entry: newestOf(other, sink) ?? newEntry(other, head, at), input, end: bytes.length };
}

/**
 * The entry of a source of which something was being stored when we were killed, and which is then sent in other parts: a
 * sender that has lost its place does that. Nobody can say whether it was stored, so it goes on as another acct-file, of
 * which events that are there already do not count again.
 */
function begunAgain(entry: JournalEntry): JournalEntry {
  const [, source = '', times = '1'] = /^(\S+)(?: (\d+))?$/.exec(entry.source) ?? [];
  const next = Number(times) + 1;
  return {
    ...entry,
    source: `${source} ${next}`,
    acctFile: `${entry.acctFile} ${next}`,
    pendingEnds: [],
    tail: '',
    records: 0,
    duplicates: 0,
    rejects: 0,
  };
}

function newestOf(source: string, { journal }: Sink): JournalEntry | undefined {
  let newest = journal.entry(source);
  for (let times = 2, next = newest; next; times++) {
    newest = next;
    next = journal.entry(`${source} ${times}`);
  }
  return newest;
}

function shifted(bytes: Buffer, shift: number): Input {
  const input = bufferInput(bytes);
  return {
    read: async (buffer, position) => (position < shift ? 0 : input.read(buffer, position - shift)),
    close: input.close,
  };
}

function countOf(bytes: Buffer, { format }: Head): number {
  const { records, end } = format === 'csv' ? wholeRecords(bytes) : wholeJsonRecords(bytes);
  const rest = bytes.subarray(end);
  return records + (format === 'csv' && rest.length > 0 ? 1 : 0);
}

/** The last record of a batch may have no line end, and be the first one too. */
async function headOf(bytes: Buffer): Promise<Head | undefined> {
  return readHead(bufferInput(bytes.at(-1) === lineFeed ? bytes : Buffer.concat([bytes, Buffer.of(lineFeed)])));
}

const lineFeed = 0x0a;
