import { HeaderError, headerLine } from '../../pmta/accounting/header.ts';
import { wholeJsonRecords } from '../../pmta/accounting/jsonRecords.ts';
import { beginsWithHeader, wholeRecords } from '../../pmta/accounting/records.ts';
import { type Head, hashOf, readHead } from './head.ts';
import { bufferInput, type Input } from './input.ts';
import type { JournalEntry } from './journal.ts';
import { newEntry } from './newEntry.ts';
import { readOn, type Sink } from './readOn.ts';
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
  const { entry, input, end } = await locate(batch, head, sink);
  const total = countOf(batch.bytes.subarray(head.dataStart), head);
  let current = entry;
  for (;;) {
    const options = { size: end, isClosed: true, mostPieces: 2 };
    const result = await readOn({ entry: current, input, format: head.format }, options, sink);
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
async function locate(
  batch: Batch,
  head: Head,
  sink: Sink
): Promise<{ entry: JournalEntry; input: Input; end: number }> {
  const { bytes, acctFile, place } = batch;
  const at = { path: `${acctFile} (received)`, acctFile: `post:${acctFile}`, inode: '', seenSize: 0 };
  if (place) {
    const source = `post-${place.source}`;
    const shift = place.start - head.dataStart;
    const known = sink.journal.entry(source);
    const entry = known ?? newEntry(source, { ...head, dataStart: place.start }, at);
    const header = head.header.length === 0 ? entry.header : headerLine(head.header);
    // What lies between was never sent to us, or not to this store; the sender has told what became of it.
    const doneEnd = entry.pendingEnds.length === 0 ? Math.max(entry.doneEnd, place.start) : entry.doneEnd;
    return { entry: { ...entry, header, doneEnd }, input: shifted(bytes, shift), end: bytes.length + shift };
  }
  const input = bufferInput(bytes);
  const source = `post-${head.fingerprint}`;
  const known = sink.journal.entry(source);
  if (!known) {
    return { entry: newEntry(source, head, at), input, end: bytes.length };
  }
  // A sender that tries again may have more to send by then.
  if (known.pendingEnds.length > 0 || known.tail === '' || (await hasTail(input, known.doneEnd, known.tail))) {
    return { entry: known, input, end: bytes.length };
  }
  const other = `${source}-${hashOf(bytes)}`;
  return { entry: sink.journal.entry(other) ?? newEntry(other, head, at), input, end: bytes.length };
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
