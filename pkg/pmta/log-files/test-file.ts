import type { RequestListener } from 'node:http';
import type { TestContext } from 'node:test';
import { createMonitorHttp } from '../http.ts';
import { nodeAt, startServer } from '../test-server.ts';
import type { LogFileStream } from './model.ts';
import { openFile, type FileRequest } from './open.ts';

export const apiKey = 'secret_'.repeat(6);
export const name = 'acct-2026-02-07-0000.csv';
export const content = Buffer.from(`type,timeLogged\r\n${'d,2026-02-07 12:00:00+0000\r\n'.repeat(20_000)}`);

/** A PMTA that answers with this listener, and how to ask it for the file; both end with the test. */
export async function asker(t: TestContext, listener: RequestListener) {
  const server = await startServer(t, listener);
  const http = createMonitorHttp(nodeAt(server.url), { apiKey }, { timeoutMs: 5000, maxBytes: 1000 });
  t.after(() => http.close());
  const ask = (request: Partial<FileRequest> = {}): Promise<LogFileStream> =>
    openFile(http, {
      node: 'mta1',
      name,
      from: 0,
      bytesPerSecond: Infinity,
      idleMs: 5000,
      signal: new AbortController().signal,
      ...request,
    });
  return { server, ask };
}

/** Reads to the end or error; keeps what came before the error. */
export async function read(file: LogFileStream): Promise<{ bytes: Buffer; error: unknown }> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of file.bytes) {
      chunks.push(chunk);
    }
    return { bytes: Buffer.concat(chunks), error: undefined };
  } catch (error) {
    return { bytes: Buffer.concat(chunks), error };
  }
}

/** First byte that a Range header asks for. */
export const startOf = (range: string | undefined) => Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1]);

/** Heeds ranges. */
export const ranging: RequestListener = (request, response) => {
  const start = startOf(request.headers.range);
  if (start >= content.length) {
    response.writeHead(416, { 'Content-Range': `bytes */${content.length}` }).end();
    return;
  }
  response.writeHead(206, { 'Content-Range': `bytes ${start}-${content.length - 1}/${content.length}` });
  response.end(content.subarray(start));
};

/** Sends the whole file, whatever part is asked for. */
export const whole: RequestListener = (_request, response) => {
  response.setHeader('Content-Length', content.length);
  response.end(content);
};
