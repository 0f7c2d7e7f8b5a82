import { once } from 'node:events';
import { createReadStream, readdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { createGzip } from 'node:zlib';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Variant } from './variant.ts';

/** How a file is sent. */
export type TransferVariant = Pick<
  Variant,
  'honoursRange' | 'fileEncoding' | 'fileBytesPerSecond' | 'breakFileAfter' | 'stallFileAfter'
>;

/** Chunks in a slow transfer are small, so that it is slow throughout. */
const SLOW_CHUNKS_PER_SECOND = 20;
const CHUNK_BYTES = 65_536;

/**
 * Sends one file of /logs, or the part of it that a Range header asks for; of the file only what the client takes is in
 * memory. Answers the status code at once, and goes on sending.
 */
export function sendFile(
  directory: string,
  name: string,
  variant: TransferVariant,
  request: IncomingMessage,
  response: ServerResponse
): number {
  // A name with path parts would leave the folder.
  const known = name === basename(name) && readdirSync(directory).includes(name);
  if (!known) {
    response.writeHead(404, { 'content-type': 'text/plain' }).end('File not found');
    return 404;
  }
  const path = join(directory, name);
  const { size } = statSync(path);
  const gzip = variant.fileEncoding === 'gzip';
  // What encodes on the fly knows no offsets in its output.
  const ranges = variant.honoursRange && !gzip;
  const range = ranges ? /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '') : null;
  const start = Number(range?.[1] ?? 0);
  // The file may grow while it is sent: what was promised in content-length is what is sent.
  const end = Math.min(range?.[2] ? Number(range[2]) : size - 1, size - 1);
  if (range !== null && start >= size) {
    response.writeHead(416, { 'content-range': `bytes */${size}` }).end();
    return 416;
  }
  const code = range === null ? 200 : 206;
  response.writeHead(code, {
    'content-type': contentType(name),
    ...(ranges ? { 'accept-ranges': 'bytes' } : {}),
    ...(range === null ? {} : { 'content-range': `bytes ${start}-${end}/${size}` }),
    ...(gzip ? { 'content-encoding': 'gzip' } : { 'content-length': end - start + 1 }),
  });
  if (size === 0 || request.method === 'HEAD') {
    response.end();
    return code;
  }
  const rate = variant.fileBytesPerSecond;
  const highWaterMark = rate === 0 ? CHUNK_BYTES : Math.min(CHUNK_BYTES, Math.ceil(rate / SLOW_CHUNKS_PER_SECOND));
  const stream = createReadStream(path, { start, end, highWaterMark });
  const body = gzip ? stream.pipe(createGzip()) : stream;
  response.once('close', () => {
    stream.destroy();
    body.destroy();
  });
  transfer(body as AsyncIterable<Buffer>, variant, response).catch(() => response.destroy());
  return code;
}

async function transfer(
  body: AsyncIterable<Buffer>,
  variant: TransferVariant,
  response: ServerResponse
): Promise<void> {
  const { fileBytesPerSecond, breakFileAfter, stallFileAfter } = variant;
  const last = Math.min(breakFileAfter || Infinity, stallFileAfter || Infinity);
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  const { signal } = gone;
  let sent = 0;
  for await (const chunk of body) {
    const part = chunk.subarray(0, last - sent);
    sent += part.length;
    if (sent === last) {
      await new Promise((done) => response.write(part, done));
      // A stall ends when the client has had enough.
      if (last === breakFileAfter) {
        response.destroy();
      }
      return;
    }
    if (!response.write(part)) {
      await once(response, 'drain', { signal });
    }
    if (fileBytesPerSecond > 0) {
      await wait((part.length / fileBytesPerSecond) * 1000, undefined, { signal });
    }
  }
  response.end();
}

function contentType(name: string): string {
  return name.endsWith('.gz') ? 'application/gzip' : name.endsWith('.json') ? 'application/json' : 'text/csv';
}
