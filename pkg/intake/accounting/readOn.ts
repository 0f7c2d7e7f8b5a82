import { type Header, headerLine, HeaderError, parseHeader } from '../../pmta/accounting/header.ts';
import { wholeJsonRecords } from '../../pmta/accounting/jsonRecords.ts';
import { beginsWithHeader, wholeRecords } from '../../pmta/accounting/records.ts';
import { lastTime } from '../../pmta/accounting/timeRange.ts';
import type { Chunk, ChunkResult } from './chunk.ts';
import type { AccountingFormat } from './head.ts';
import type { Input } from './input.ts';
import type { Journal, JournalEntry } from './journal.ts';
import { eventKey } from './overlap.ts';
import { type Piece, readPiece, readSamePiece, releasePiece } from './pieces.ts';
import type { Reject } from './reader/records.ts';
import { isPending, tailOf, withPending } from './tail.ts';

/** Pieces that are being stored at a time: as many as the embedded engine takes. */
const sideBySide = 2;

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
  /** Pieces after which another source may have its turn. */
  mostPieces: number;
  /** Ends the reading after what is being stored. */
  signal?: AbortSignal | undefined;
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
  const { entry } = source;
  const isRepeated = entry.pendingEnds.length > 0;
  // Before its turn: a download may be slow.
  const pieces = isRepeated ? await samePieces(source) : await nextPieces(source, entry.doneEnd, 1, options);
  if (pieces.length === 0) {
    return { entry, bytes: 0, lastSecond: null };
  }
  return sink.inTurn(entry.acctFile, () => storePieces(pieces, isRepeated, source, options, sink));
}

/** A piece that is being stored. */
interface Storing {
  piece: Piece;
  part: Part;
  result: Promise<ChunkResult>;
}

/** Stores pieces and reads more behind them, so that there is always one to be stored while another one is. */
async function storePieces(
  pieces: Piece[],
  isRepeated: boolean,
  source: OpenSource,
  options: ReadOnOptions,
  sink: Sink
): Promise<ReadOnResult> {
  const storing: Storing[] = [];
  let { entry } = source;
  let header: Header = entry.header === '' ? [] : parseHeader(entry.header);
  let lastSecond: number | null = null;
  let left = isRepeated ? 0 : options.mostPieces - pieces.length;
  for (let added = pieces; ;) {
    if (added.length > 0 && !isRepeated) {
      entry = {
        ...entry,
        seenSize: options.size,
        ...pendingOf([...storing.map(({ piece }) => piece), ...added], entry),
      };
      await finishing(storing, sink.journal.write(entry));
    }
    for (const piece of added) {
      const part = partOf(piece, header, source.format);
      header = part.header;
      const result = insertPart(part, piece, source, sink);
      // Whoever waits for it hears of it; until then another may fail first.
      result.catch(() => undefined);
      storing.push({ piece, part, result });
    }
    const first = storing[0];
    if (!first) {
      break;
    }
    const result = await finishing(storing, first.result);
    storing.shift();
    await finishing(storing, sink.keepRejects(entry.path, entry.source, result.rejects));
    entry = doneEntry(entry, first, result, options.size, source.format);
    lastSecond = (source.format === 'csv' ? lastTime(first.piece.bytes, first.part.header) : null) ?? lastSecond;
    const end = endOf(storing.at(-1)?.piece ?? first.piece);
    releasePiece(first.piece);
    const room = options.signal?.aborted ? 0 : Math.min(left, sideBySide - storing.length);
    added = await finishing(storing, nextPieces(source, end, room, options));
    left = added.length < room ? 0 : left - added.length;
  }
  entry = { ...entry, pendingEnds: [] };
  await sink.journal.write(entry);
  return { entry, bytes: entry.doneEnd - source.entry.doneEnd, lastSecond };
}

function endOf({ start, bytes }: Piece): number {
  return start + bytes.length;
}

/** What comes of a task; should it fail, not before all that is being stored has ended: the next try must be alone. */
async function finishing<T>(storing: readonly Storing[], task: Promise<T>): Promise<T> {
  try {
    return await task;
  } catch (error) {
    await Promise.allSettled(storing.map(({ result }) => result));
    throw error;
  }
}

function pendingOf(pieces: readonly Piece[], { tail }: JournalEntry): Pick<JournalEntry, 'pendingEnds' | 'tail'> {
  const last = pieces.at(-1);
  return {
    pendingEnds: pieces.map(endOf),
    tail: last ? withPending(tail, last.bytes) : tail,
  };
}

function doneEntry(
  entry: JournalEntry,
  { piece, part }: Storing,
  result: ChunkResult,
  size: number,
  format: AccountingFormat
): JournalEntry {
  const columns = format === 'csv' ? part.header : result.header;
  return {
    ...entry,
    header: columns.length === 0 ? entry.header : headerLine(columns),
    doneEnd: endOf(piece),
    tail: tailOf(piece.bytes),
    seenSize: size,
    records: entry.records + result.records,
    duplicates: entry.duplicates + result.duplicates,
    rejects: entry.rejects + result.rejects.length,
  };
}

async function nextPieces(
  { input, format }: OpenSource,
  from: number,
  most: number,
  options: ReadOnOptions
): Promise<Piece[]> {
  const pieces: Piece[] = [];
  let start = from;
  while (pieces.length < most) {
    const piece = await readPiece(input, start, format, options.isClosed, options.pieceBytes);
    if (!piece) {
      break;
    }
    pieces.push(piece);
    start = endOf(piece);
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
    token: `${sink.node}:${entry.source}:${piece.start}-${endOf(piece)}`,
    eventKey: (header: Header) => eventKey(entry.acctFile, header, sink.journal.entries()),
  };
  return sink.store(chunk, count);
}
