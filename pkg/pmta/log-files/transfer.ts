import type { IncomingMessage } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { setTimeout as rest } from 'node:timers/promises';
import { createGunzip } from 'node:zlib';
import type { TokenBucket } from './token-bucket.ts';

/** PMTA sent nothing for too long. */
export class IdleError extends Error {}

export interface Pace {
  /** Longest silence of the sender; the reader may take its time. */
  idleMs: number;
  bucket: TokenBucket;
  signal: AbortSignal;
}

/**
 * The chunks of a body as they come, no faster than the bucket lets through. Nothing is read ahead: while the reader
 * or the bucket rests, TCP makes the sender wait. Throws IdleError, or Node's error of the connection.
 */
export async function* pacedChunks(body: IncomingMessage, { idleMs, bucket, signal }: Pace): AsyncGenerator<Buffer> {
  const chunks = body[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  try {
    for (;;) {
      const timer = setTimeout(() => body.destroy(new IdleError()), idleMs);
      const next = await chunks.next().finally(() => clearTimeout(timer));
      if (next.done) {
        return;
      }
      const restMs = bucket.take(next.value.length, performance.now());
      if (restMs > 0) {
        await rest(restMs, undefined, { signal });
      }
      yield next.value;
    }
  } finally {
    body.destroy();
  }
}

/** The content of a body with `Content-Encoding: gzip`. Throws zlib's error, or the one of the chunks. */
export async function* gunzipped(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const gunzip = createGunzip();
  // The error reaches the reader through the stream; without this it would also count as unhandled.
  const done = pipeline(chunks, gunzip).catch(() => undefined);
  try {
    yield* gunzip as AsyncIterable<Buffer>;
  } finally {
    gunzip.destroy();
    await done;
  }
}
