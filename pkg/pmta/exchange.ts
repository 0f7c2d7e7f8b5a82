import http, { type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import https from 'node:https';
import type { Endpoint } from './endpoint.ts';
import { tooLarge } from './failure.ts';

/** An answer of any status; only that of a success has its body. */
export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

/** Single GETs over kept connections. */
export interface Exchange {
  /** Throws Node's error of the connection, or PmtaError `too-large`. */
  get(url: URL, signal: AbortSignal): Promise<Answer>;
  /** Ends the kept connections. */
  close(): void;
}

/** Five resources are polled at the same time. */
const maxSockets = 6;

/** Creates the connections of one node, none of which is opened before the first request. */
export function createExchange(node: string, { tls, apiKey }: Endpoint, maxBytes: number): Exchange {
  const pool = { keepAlive: true, maxSockets };
  const plain = new http.Agent(pool);
  const secure = new https.Agent({ ...pool, ...tls });
  const headers = { Accept: '*/*', ...(apiKey === '' ? {} : { 'X-API-Key': apiKey }) };

  function send(url: URL, signal: AbortSignal, retry: boolean): Promise<Answer> {
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    const options = { method: 'GET', headers, signal };
    const request =
      url.protocol === 'https:'
        ? https.request(url, { ...options, agent: secure })
        : http.request(url, { ...options, agent: plain });
    let answered = false;
    request.on('response', (response) => {
      answered = true;
      collect(node, response, maxBytes).then(resolve, reject);
    });
    request.on('error', (error: NodeJS.ErrnoException) => {
      // PMTA may have closed a kept connection just when it was taken again; that says nothing about PMTA.
      const stale = request.reusedSocket && !answered && (error.code === 'ECONNRESET' || error.code === 'EPIPE');
      if (stale && retry && !signal.aborted) {
        send(url, signal, false).then(resolve, reject);
      } else {
        reject(error);
      }
    });
    request.end();
    return promise;
  }

  return {
    get: (url, signal) => send(url, signal, true),
    close() {
      plain.destroy();
      secure.destroy();
    },
  };
}

async function collect(node: string, response: IncomingMessage, maxBytes: number): Promise<Answer> {
  const { statusCode: status = 0, headers } = response;
  if (status < 200 || status >= 300) {
    response.destroy();
    return { status, headers, body: Buffer.alloc(0) };
  }
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBytes) {
      throw tooLarge(node, maxBytes);
    }
    chunks.push(chunk);
  }
  return { status, headers, body: Buffer.concat(chunks) };
}
