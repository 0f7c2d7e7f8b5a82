import { type Header, headerLine, HeaderError, parseHeader } from '../../pmta/accounting/header.ts';
import { wholeJsonRecords } from '../../pmta/accounting/jsonRecords.ts';
import { beginsWithHeader, wholeRecords } from '../../pmta/accounting/records.ts';
import { lastTime } from '../../pmta/accounting/timeRange.ts';
import type { Chunk, ChunkResult } from './chunk.ts';
import type { AccountingFormat } from './head.ts';
import type { Input } from './input.ts';
import type { Journal, JournalEntry } from './journal.ts';
import { eventKey } from './overlap.ts';
import { type Piece, readPiece, readSamePiece } from './pieces.ts';
import type { Reject } from './reader/records.ts';
import { isPending, tailOf, withPending } from './tail.ts';

/** Where accounting is read to. */
export interface Sink {
  node: string;
  journal: Journal;
  /**
   * Records of one acct-file are stored at a time: whether an event is new can only be said when no other is just bringing
   * it.
   */
  inTurn<T>(acctFile: string, task: () => Promise<T>): Promise<T>;
  /** Stores a chunk, each record once; `count` is how many there are. */
  store(chunk: Chunk, count: number): Promise<ChunkResult>;
  keepRejects(path: string, source: string, rejects: readonly Reject[]): Promise<void>;
}

/** A source, opened. */
export interface OpenSource {
  entry: JournalEntry;
  input: Input;
  format: AccountingFormat;
}

export interface ReadOnOptions {
  /** Size of the file now. */
  size: number;
  /** Nothing will be written behind the end. */
  isClosed: boolean;
  /** Pieces that are inserted side by side. */
  mostPieces: number;
  /** Bytes of a piece; as many as suit the engine where that is not said. */
  pieceBytes?: number | undefined;
}

export interface ReadOnResult {
  entry: JournalEntry;
  /** Bytes that went in; 0 when there was no whole record. */
  bytes: number;
  /** When the last record was logged, UTC seconds; null where that is not known. */
  lastSecond: number | null;
}

/** What was begun to be read is not there any more, so nobody can say whether it went in. */
export class PieceGone extends Error {
  constructor(path: string) {
    super(`${path} does not hold any more what was being read of it`);
    this.name = 'PieceGone';
  }
}

/**
 * Reads the next pieces of a source into the store: what is to be done goes into the journal, then the rows go in, then
 * the journal says that it is done. What was interrupted before is repeated exactly as it was.
 */
export async function readOn(source: OpenSource, options: ReadOnOptions, sink: Sink): Promise<ReadOnResult> {
  const isRepeated = source.entry.pendingEnds.length > 0;
  // Before its turn: a download may be slow.
  const pieces = isRepeated ? await samePieces(source) : await nextPieces(source, options);
  const last = pieces.at(-1);
  if (!last) {
    return { entry: source.entry, bytes: 0, lastSecond: null };
  }
  return sink.inTurn(source.entry.acctFile, () => storePieces(pieces, last, source, options, sink));
}

async function storePieces(
  pieces: readonly Piece[],
  last: Piece,
  source: OpenSource,
  options: ReadOnOptions,
  sink: Sink
): Promise<ReadOnResult> {
  const { entry } = source;
  if (entry.pendingEnds.length === 0) {
    const pendingEnds = pieces.map(({ start, bytes }) => start + bytes.length);
    const tail = withPending(entry.tail, last.bytes);
    await sink.journal.write({ ...entry, seenSize: options.size, tail, pendingEnds });
  }
  let header: Header = entry.header === '' ? [] : parseHeader(entry.header);
  const inserts: Array<Promise<ChunkResult>> = [];
  for (const piece of pieces) {
    const part = partOf(piece, header, source.format);
    header = part.header;
    inserts.push(insertPart(part, piece, source, sink));
  }
  // All must have ended before anything is thrown, or the next try would run beside them.
  const settled = await Promise.allSettled(inserts);
  const results = settled.map((result) => {
    if (result.status === 'rejected') {
      throw result.reason;
    }
    return result.value;
  });
  const rejects = results.flatMap((result) => result.rejects);
  await sink.keepRejects(entry.path, entry.source, rejects);
  const sum = (value: (result: ChunkResult) => number) => results.reduce((total, result) => total + value(result), 0);
  const columns = source.format === 'csv' ? header : [...new Set(results.flatMap((result) => result.header))];
  const doneEnd = last.start + last.bytes.length;
  const done: JournalEntry = {
    ...entry,
    header: columns.length === 0 ? entry.header : headerLine(columns),
    doneEnd,
    tail: tailOf(last.bytes),
    pendingEnds: [],
    seenSize: options.size,
    records: entry.records + sum(({ records }) => records),
    duplicates: entry.duplicates + sum(({ duplicates }) => duplicates),
    rejects: entry.rejects + rejects.length,
  };
  await sink.journal.write(done);
  const lastSecond = source.format === 'csv' ? lastTime(last.bytes, header) : null;
  return { entry: done, bytes: doneEnd - entry.doneEnd, lastSecond };
}

async function nextPieces({ entry, input, format }: OpenSource, options: ReadOnOptions): Promise<Piece[]> {
  const pieces: Piece[] = [];
  let start = entry.doneEnd;
  while (pieces.length < options.mostPieces) {
    const piece = await readPiece(input, start, format, options.isClosed, options.pieceBytes);
    if (!piece) {
      break;
    }
    pieces.push(piece);
    start += piece.bytes.length;
  }
  return pieces;
}

async function samePieces({ entry, input }: OpenSource): Promise<Piece[]> {
  const pieces: Piece[] = [];
  let start = entry.doneEnd;
  for (const end of entry.pendingEnds) {
    const piece = await readSamePiece(input, start, end);
    if (!piece) {
      throw new PieceGone(entry.path);
    }
    pieces.push(piece);
    start = end;
  }
  const last = pieces.at(-1);
  if (last && !isPending(entry.tail, last.bytes)) {
    throw new PieceGone(entry.path);
  }
  return pieces;
}

/** The records of a piece and their columns: a header line in front of them is none of them. */
interface Part {
  header: Header;
  start: number;
  bytes: Buffer;
}

function partOf({ start, bytes }: Piece, header: Header, format: AccountingFormat): Part {
  if (format === 'csv' && beginsWithHeader(bytes)) {
    const line = wholeRecords(bytes, 1).end;
    try {
      const columns = parseHeader(bytes.toString('utf8', 0, line));
      return { header: columns, start: start + line, bytes: bytes.subarray(line) };
    } catch (error) {
      if (!(error instanceof HeaderError)) {
        throw error;
      }
      // It only begins like one; as a record it will be rejected with its text.
    }
  }
  return { header, start, bytes };
}

async function insertPart(part: Part, piece: Piece, { entry, format }: OpenSource, sink: Sink): Promise<ChunkResult> {
  if (part.bytes.length === 0) {
    return { records: 0, duplicates: 0, rejects: [], header: part.header };
  }
  const whole = format === 'csv' ? wholeRecords : wholeJsonRecords;
  // A closed file's last record may have no line end.
  const { records, end } = whole(part.bytes);
  const count = records + (end < part.bytes.length ? 1 : 0);
  const chunk = {
    node: sink.node,
    source: entry.source,
    acctFile: entry.acctFile,
    format,
    ...part,
    token: `${sink.node}:${entry.source}:${piece.start}-${piece.start + piece.bytes.length}`,
    eventKey: (header: Header) => eventKey(entry.acctFile, header, sink.journal.entries()),
  };
  return sink.store(chunk, count);
}
