import type { FileHandle } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';

/** Bytes of accounting that are read from front to back: of a file, of what is compressed in it, of a download. */
export interface Input {
  /** Fills the buffer from `position` on; fewer bytes than asked for mean that there are no more for now. */
  read(buffer: Buffer, position: number): Promise<number>;
  close(): Promise<void>;
}

/** What is in a file. */
export interface FileInput extends Input {
  /**
   * Whether nothing will come behind what was read last: a plain file was deleted, a compressed one ended as such files
   * end. One that is just being compressed or copied also ends, in the middle of a record.
   */
  isEnded(): Promise<boolean>;
}

/** A file that may be growing. */
export function fileInput(handle: FileHandle): FileInput {
  return {
    async read(buffer, position) {
      let filled = 0;
      while (filled < buffer.length) {
        const { bytesRead } = await handle.read(buffer, filled, buffer.length - filled, position + filled);
        if (bytesRead === 0) {
          break;
        }
        filled += bytesRead;
      }
      return filled;
    },
    isEnded: async () => (await handle.stat()).nlink === 0,
    close: () => handle.close(),
  };
}

/** What is inside a gzip file. One that is not whole ends where its whole part ends. */
export function gzipInput(handle: FileHandle): FileInput {
  let isWhole = false;
  const open = async () => {
    const compressed = handle.createReadStream({ start: 0, autoClose: false });
    const plain = createGunzip();
    isWhole = false;
    plain.on('end', () => (isWhole = true));
    compressed.on('error', (error) => plain.destroy(error));
    return { stream: compressed.pipe(plain), position: 0 };
  };
  // Where it breaks off is its end for now: it is being compressed or copied.
  const inner = streamInput(open, { isEnd: (error) => (error as NodeJS.ErrnoException).code === 'Z_BUF_ERROR' });
  return {
    read: (buffer, position) => inner.read(buffer, position),
    isEnded: async () => isWhole,
    async close() {
      await inner.close();
      await handle.close();
    },
  };
}

/** A batch that is in memory. */
export function bufferInput(bytes: Buffer): Input {
  return {
    read: async (buffer, position) => (position >= bytes.length ? 0 : bytes.copy(buffer, 0, position)),
    close: async () => undefined,
  };
}

/** A stream that was opened at `position` or before it. */
export interface OpenedStream {
  stream: Readable;
  position: number;
}

/** What errors of a stream mean; an error that means neither is thrown. */
export interface StreamErrors {
  /** More can be had by opening it again. */
  isInterruption?: (error: unknown) => boolean;
  /** It is the end. */
  isEnd?: (error: unknown) => boolean;
}

const never = () => false;

/**
 * What can only be read forwards. Reading on is free; reading from an earlier position opens the stream again, and so does
 * an interruption, as long as each time brings more than the time before.
 *
 * @param open opens it at the position or before it, if it can
 */
export function streamInput(open: (position: number) => Promise<OpenedStream>, errors: StreamErrors = {}): Input {
  const { isInterruption = never, isEnd = never } = errors;
  let current: { stream: Readable; chunks: AsyncIterator<Buffer>; position: number; rest: Buffer } | undefined;
  /** How far any stream has come. */
  let reached = -1;

  async function seek(position: number): Promise<NonNullable<typeof current>> {
    if (!current || current.position > position) {
      current?.stream.destroy();
      const { stream, position: start } = await open(position);
      current = {
        stream,
        chunks: stream[Symbol.asyncIterator]() as AsyncIterator<Buffer>,
        position: start,
        rest: none,
      };
    }
    return current;
  }

  /** Fills the buffer until it is full, or the stream ends or breaks. */
  async function fill(buffer: Buffer, position: number, filled: { bytes: number }): Promise<void> {
    const at = await seek(position + filled.bytes);
    while (filled.bytes < buffer.length) {
      if (at.rest.length === 0) {
        const { done, value } = await at.chunks.next();
        if (done) {
          return;
        }
        at.rest = value;
      }
      const skip = Math.min(at.rest.length, Math.max(0, position + filled.bytes - at.position));
      const taken = skip > 0 ? 0 : at.rest.copy(buffer, filled.bytes);
      filled.bytes += taken;
      at.position += skip + taken;
      at.rest = at.rest.subarray(skip + taken);
    }
  }

  return {
    async read(buffer, position) {
      const filled = { bytes: 0 };
      for (;;) {
        try {
          await fill(buffer, position, filled);
          return filled.bytes;
        } catch (error) {
          if (isEnd(error)) {
            return filled.bytes;
          }
          const now = current?.position ?? -1;
          current?.stream.destroy();
          current = undefined;
          if (!isInterruption(error) || now <= reached) {
            throw error;
          }
          reached = now;
        }
      }
    },
    async close() {
      current?.stream.destroy();
      current = undefined;
    },
  };
}

const none = Buffer.alloc(0);
