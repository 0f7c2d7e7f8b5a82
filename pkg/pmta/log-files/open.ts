import type { IncomingMessage } from 'node:http';
import { sniff } from '../envelope.ts';
import { PmtaError, quote } from '../error.ts';
import type { OpenAnswer } from '../exchange.ts';
import { webPage } from '../failure.ts';
import type { MonitorHttp } from '../http.ts';
import { parseContentRange } from './content-range.ts';
import type { LogFileStream } from './model.ts';
import { createTokenBucket, type TokenBucket } from './token-bucket.ts';
import { gunzipped, IdleError, pacedChunks } from './transfer.ts';

export interface FileRequest {
  node: string;
  /** A plain file name that `/logs` listed. */
  name: string;
  from: number;
  bytesPerSecond: number;
  /** Longest wait for the headers, and then for each chunk. */
  idleMs: number;
  signal: AbortSignal;
}

/** A body and what its headers say of it. */
interface Body {
  stream: IncomingMessage;
  /** Which byte of the file it begins with. */
  start: number;
  /** Bytes of the file that it brings; null where that is not known before its end. */
  length: number | null;
  encoded: boolean;
}

/**
 * Asks for a file from a byte on. A PMTA that does not heed ranges sends the whole file, whose beginning is dropped
 * here. Throws PmtaError, RangeError for a wrong rate or offset, or the signal's reason.
 */
export async function openFile(http: Pick<MonitorHttp, 'openFile'>, request: FileRequest): Promise<LogFileStream> {
  const { name, from, idleMs, signal } = request;
  if (!Number.isSafeInteger(from) || from < 0) {
    throw new RangeError(`a file is read from a whole number of bytes, not ${from}`);
  }
  const bucket = createTokenBucket(request.bytesPerSecond);
  const leave = new AbortController();
  const scope = AbortSignal.any([signal, leave.signal]);
  // Parts of an encoded body are parts of the encoding, which are of no use.
  const plain = { 'Accept-Encoding': 'identity' };
  const partial = { ...plain, Range: `bytes=${from}-` };

  let answer = await http.openFile(name, partial, idleMs, scope);
  let ranged = answer.status !== 200;
  if (isNothingNew(answer, from)) {
    return { name, ranged, totalBytes: from, bytes: nothing(), close: () => undefined };
  }
  if (answer.status === 416 || (answer.status === 206 && from > 0 && isEncoded(answer, request))) {
    // The offset means something else to them than to us: beyond a file that became shorter, or within an encoding.
    answer.body?.destroy();
    answer = await http.openFile(name, plain, idleMs, scope);
    ranged = false;
  }
  const { body, totalBytes } = readHead(answer, request);
  if (totalBytes === from) {
    body.stream.destroy();
    return { name, ranged, totalBytes, bytes: nothing(), close: () => undefined };
  }
  return {
    name,
    ranged,
    totalBytes,
    bytes: fileBytes(body, request, bucket, scope),
    close: () => {
      leave.abort();
      body.stream.destroy();
    },
  };
}

function isNothingNew({ status, headers }: OpenAnswer, from: number): boolean {
  if (status !== 416) {
    return false;
  }
  const total = parseContentRange(headers['content-range'])?.total ?? from;
  return total === from;
}

/** Whether the body is the encoding of the file. A file that is gzip itself may be labelled so, and is left as it is. */
function isEncoded({ headers, body }: OpenAnswer, { node, name }: FileRequest): boolean {
  const encoding = headers['content-encoding']?.trim().toLowerCase() ?? '';
  if (encoding === '' || encoding === 'identity') {
    return false;
  }
  if (encoding !== 'gzip' && encoding !== 'x-gzip') {
    body?.destroy();
    throw new PmtaError(
      'malformed',
      node,
      `${node} sends ${quote(name)} encoded as ${quote(encoding)}: switch compression off in the proxy before PMTA`
    );
  }
  return !/\.gz$/i.test(name);
}

function readHead(answer: OpenAnswer, request: FileRequest): { body: Body; totalBytes: number | null } {
  const { status, headers, body: stream } = answer;
  const { node, name, from } = request;
  const encoded = isEncoded(answer, request);
  if (stream !== null && status === 200) {
    const length = encoded ? null : lengthOf(headers['content-length']);
    return { body: { stream, start: 0, length, encoded }, totalBytes: length };
  }
  const range = parseContentRange(headers['content-range']);
  if (stream === null || range === null || range.part === null || range.part.start !== from) {
    stream?.destroy();
    throw new PmtaError(
      'malformed',
      node,
      `${node} sends another part of ${quote(name)} than was asked for (from byte ${from}, HTTP ${status}, ` +
        `Content-Range ${quote(headers['content-range'] ?? '')}): check the proxy before PMTA`
    );
  }
  const { start, end } = range.part;
  const length = encoded ? null : end - start + 1;
  return { body: { stream, start, length, encoded }, totalBytes: encoded ? null : range.total };
}

function lengthOf(header: string | undefined): number | null {
  return header !== undefined && /^\d{1,15}$/.test(header) ? Number(header) : null;
}

async function* nothing(): AsyncGenerator<Buffer> {
  return;
}

async function* fileBytes(
  body: Body,
  request: FileRequest,
  bucket: TokenBucket,
  scope: AbortSignal
): AsyncGenerator<Buffer> {
  const { node, name, from, idleMs, signal } = request;
  const chunks = pacedChunks(body.stream, { idleMs, bucket, signal: scope });
  let position = body.start;
  try {
    for await (const chunk of body.encoded ? gunzipped(chunks) : chunks) {
      if (position === 0) {
        assertFile(node, chunk);
      }
      const fresh = chunk.subarray(Math.max(0, from - position));
      position += chunk.length;
      if (fresh.length > 0) {
        yield fresh;
      }
    }
  } catch (error) {
    signal.throwIfAborted();
    throw describe(error, request, Math.max(position, from));
  }
  if (body.length !== null && position < body.start + body.length) {
    throw interrupted(request, position, 'ended early');
  }
  if (position < from) {
    throw new PmtaError(
      'shrunk',
      node,
      `${quote(name)} of ${node} has ${position} bytes, of which ${from} were read before: it is another file of that ` +
        'name, so read it from its beginning'
    );
  }
}

/** Pages and messages come with 200 like files do; neither must become records. */
function assertFile(node: string, first: Buffer): void {
  const text = first.toString('latin1', 0, 4096);
  if (sniff(text) === 'html') {
    throw webPage(node, '/getFile');
  }
  if (/^\s*(?:\{\s*"(?:data|status|message|CSRFToken)"\s*:|<rsp\b)/.test(text)) {
    throw new PmtaError(
      'fail',
      node,
      `${node} answered /getFile with a message instead of the file: check pmtahttp.log on the PMTA host`
    );
  }
}

function describe(error: unknown, request: FileRequest, position: number): PmtaError {
  if (error instanceof PmtaError) {
    return error;
  }
  if (error instanceof IdleError) {
    return interrupted(request, position, `sent nothing for ${request.idleMs / 1000} s`);
  }
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code.startsWith('Z_') && code !== 'Z_BUF_ERROR') {
    const { node, name } = request;
    return new PmtaError(
      'malformed',
      node,
      `${node} sends ${quote(name)} in a gzip that cannot be read (${code}): check the proxy before PMTA`
    );
  }
  return interrupted(request, position, `broke off${code === '' ? '' : ` (${code})`}`);
}

function interrupted({ node, name }: FileRequest, position: number, what: string): PmtaError {
  return new PmtaError(
    'interrupted',
    node,
    `transfer of ${quote(name)} from ${node} ${what} at byte ${position}: it goes on from there when it is asked for ` +
      'again; if this repeats, check the network and pmtahttp.log on the PMTA host'
  );
}
