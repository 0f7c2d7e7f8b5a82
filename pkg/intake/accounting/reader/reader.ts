import { Worker } from 'node:worker_threads';

import type { Header } from '../../../pmta/accounting/header.ts';
import type { AccountingFormat } from '../head.ts';
import type { ChunkRecords } from './records.ts';

/** Reads chunks record by record, in a thread of its own: one takes long enough to hold up every panel. */
export interface RecordReader {
  read(chunk: { format: AccountingFormat; header: Header; start: number; bytes: Buffer }): Promise<ChunkRecords>;
  close(): Promise<void>;
}

export interface ReadRequest {
  id: number;
  format: AccountingFormat;
  header: Header;
  start: number;
  bytes: Uint8Array;
}

export type ReadAnswer = { id: number; records: ChunkRecords } | { id: number; error: string };

/** A thread, and who waits for its answers. */
interface Thread {
  worker: Worker;
  waiting: Map<number, { resolve(records: ChunkRecords): void; reject(error: Error): void }>;
}

/**
 * The thread starts with the first chunk, and ends with the process or with `close`. Where it ends by itself, those who
 * wait are told, and the next chunk starts another.
 */
export function createRecordReader(): RecordReader {
  let current: Thread | undefined;
  let requests = 0;

  function start(): Thread {
    // Built, the entry lies beside the other pieces of the backend under a name of its own.
    const entry = import.meta.url.endsWith('.ts') ? './worker.ts' : './accountingReader.mjs';
    const worker = new Worker(new URL(entry, import.meta.url));
    const waiting: Thread['waiting'] = new Map();
    const thread = { worker, waiting };
    worker.on('message', (answer: ReadAnswer) => {
      const caller = waiting.get(answer.id);
      waiting.delete(answer.id);
      if (waiting.size === 0) {
        worker.unref();
      }
      if ('error' in answer) {
        caller?.reject(new Error(answer.error));
      } else {
        caller?.resolve(withBuffers(answer.records));
      }
    });
    const fail = (error: Error) => {
      // Its end is told after its error; by then another may have taken its place.
      if (current === thread) {
        current = undefined;
      }
      for (const { reject } of waiting.values()) {
        reject(error);
      }
      waiting.clear();
    };
    worker.on('error', fail);
    worker.on('exit', () => fail(new Error('the thread that reads records has ended')));
    return thread;
  }

  return {
    read({ format, header, start: position, bytes }) {
      current ??= start();
      const { worker, waiting } = current;
      const id = requests++;
      const answer = new Promise<ChunkRecords>((resolve, reject) => waiting.set(id, { resolve, reject }));
      worker.ref();
      worker.postMessage({ id, format, header, start: position, bytes } satisfies ReadRequest);
      return answer;
    },
    async close() {
      await current?.worker.terminate();
    },
  };
}

/** A Buffer arrives from another thread as a plain Uint8Array. */
function withBuffers({ groups, rejects }: ChunkRecords): ChunkRecords {
  const buffered = groups.map((group) => ({
    ...group,
    bytes: Buffer.from(group.bytes.buffer, group.bytes.byteOffset, group.bytes.byteLength),
  }));
  return { groups: buffered, rejects };
}
