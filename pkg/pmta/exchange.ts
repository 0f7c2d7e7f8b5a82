import http, { type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import https from 'node:https';
import type { Endpoint } from './endpoint.ts';
import { tooLarge } from './failure.ts';

/** Status and headers of an answer. */
export interface AnswerHead {
  status: number;
  headers: IncomingHttpHeaders;
}

/** An answer of any status; only that of a success has its body. */
export interface Answer extends AnswerHead {
  body: Buffer;
}

/** An answer whose body is still to be read, or null where it is no success. */
export interface OpenAnswer extends AnswerHead {
  body: IncomingMessage | null;
}

/** Single GETs. */
export interface Exchange {
  /** Over kept connections. Throws Node's error of the connection, or PmtaError `too-large`. */
  get(url: URL, signal: AbortSignal): Promise<Answer>;
  /**
   * Over a connection of its own, so that files, which take minutes, never keep the resources waiting. The signal also
   * ends the body. Throws Node's error of the connection.
   */
  open(url: URL, headers: Record<string, string>, signal: AbortSignal): Promise<OpenAnswer>;
  /** Ends all connections. */
  close(): void;
}

/** Five resources are polled at the same time, and the list of log files. */
const maxSockets = 6;

interface Agents {
  plain: http.Agent;
  secure: https.Agent;
}

/** Creates the connections of one node, none of which is opened before the first request. */
export function createExchange(node: string, { tls, apiKey }: Endpoint, maxBytes: number): Exchange {
  const kept = agents({ keepAlive: true, maxSockets }, tls);
  const single = agents({ keepAlive: false }, tls);
  const key: Record<string, string> = apiKey === '' ? {} : { 'X-API-Key': apiKey };

  function send(
    { plain, secure }: Agents,
    url: URL,
    headers: Record<string, string>,
    signal: AbortSignal,
    retry: boolean
  ): Promise<IncomingMessage> {
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    const options = { method: 'GET', headers: { Accept: '*/*', ...headers, ...key }, signal };
    const request =
      url.protocol === 'https:'
        ? https.request(url, { ...options, agent: secure })
        : http.request(url, { ...options, agent: plain });
    let answered = false;
    request.on('response', (response) => {
      answered = true;
      resolve(response);
    });
    request.on('error', (error: NodeJS.ErrnoException) => {
      // PMTA may have closed a kept connection just when it was taken again; that says nothing about PMTA.
      const stale = request.reusedSocket && !answered && (error.code === 'ECONNRESET' || error.code === 'EPIPE');
      if (stale && retry && !signal.aborted) {
        send({ plain, secure }, url, headers, signal, false).then(resolve, reject);
      } else {
        reject(error);
      }
    });
    request.end();
    return promise;
  }

  return {
    async get(url, signal) {
      const response = await send(kept, url, {}, signal, true);
      const { status, headers, body } = head(response);
      return { status, headers, body: body === null ? Buffer.alloc(0) : await collect(node, body, maxBytes) };
    },
    async open(url, headers, signal) {
      return head(await send(single, url, headers, signal, false));
    },
    close() {
      for (const agent of [kept.plain, kept.secure, single.plain, single.secure]) {
        agent.destroy();
      }
    },
  };
}

function agents(options: http.AgentOptions, tls: Endpoint['tls']): Agents {
  return { plain: new http.Agent(options), secure: new https.Agent({ ...options, ...tls }) };
}

function head(response: IncomingMessage): OpenAnswer {
  const { statusCode: status = 0, headers } = response;
  if (status >= 200 && status < 300) {
    return { status, headers, body: response };
  }
  response.destroy();
  return { status, headers, body: null };
}

async function collect(node: string, response: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBytes) {
      throw tooLarge(node, maxBytes);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
