import { parentPort } from 'node:worker_threads';

import { readCsvRecords } from './csv.ts';
import { readJsonRecords } from './json.ts';
import type { ReadAnswer, ReadRequest } from './reader.ts';

// The entry of the thread that reads records one by one; see reader.ts.
parentPort?.on('message', ({ id, format, bytes, header, start }: ReadRequest) => {
  let answer: ReadAnswer;
  try {
    const chunk = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const records = format === 'csv' ? readCsvRecords(chunk, header, start) : readJsonRecords(chunk, start);
    answer = { id, records };
  } catch (error) {
    answer = { id, error: error instanceof Error ? error.message : String(error) };
  }
  parentPort?.postMessage(answer);
});
