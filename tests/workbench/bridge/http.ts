import type { IncomingMessage, ServerResponse } from 'node:http';

const maxBodyBytes = 64 * 1024 * 1024;

/** One request to the bridge and the parts of its path that the route's pattern names. */
export interface Call {
  request: IncomingMessage;
  response: ServerResponse;
  url: URL;
  parameters: Record<string, string>;
  /** Aborts when the browser goes away before the answer is out. */
  signal: AbortSignal;
}

export interface Route {
  method: string;
  /** As of URLPattern: `/api/datasources/uid/:uid`. */
  path: string;
  handle(call: Call): Promise<void>;
}

/** An answer other than 2xx, in the words that Grafana's frontend shows. */
export class HttpError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

export function sendJson(response: ServerResponse, status: number, value: unknown): void {
  const body = JSON.stringify(value);
  response.writeHead(status, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) });
  response.end(body);
}

/** The whole body. */
export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > maxBodyBytes) {
      throw new HttpError(413, `A request holds at most ${maxBodyBytes} bytes.`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** The body as a JSON object. */
export async function readJson(request: IncomingMessage): Promise<Record<string, unknown>> {
  const text = (await readBody(request)).toString('utf8');
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      return value as Record<string, unknown>;
    }
  } catch {
    // Said below, as for any other body that is no object.
  }
  throw new HttpError(400, 'bad request data: a JSON object is expected');
}
