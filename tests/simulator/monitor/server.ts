import { readFileSync } from 'node:fs';
import {
  createServer as createHttpServer,
  type IncomingMessage,
  type Server as HttpServer,
  type ServerResponse,
} from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { createServer as createNetServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { answer, failure, forbidden, htmlPage, redirect, type Answer, type Source } from './answers.ts';
import { sendFile } from './transfer.ts';
import type { TLSSocket } from 'node:tls';
import type { Fault, Variant } from './variant.ts';

/** The simulator's own certificate; clients that verify it name it as their authority. */
export const CERTIFICATE = readFileSync(new URL('../certificate/certificate.pem', import.meta.url), 'utf8');
const KEY = readFileSync(new URL('../certificate/key.pem', import.meta.url), 'utf8');

const TLS_HANDSHAKE = 0x16;
const MAX_BODY_BYTES = 65_536;
const HUGE_BYTES = 10_000_000;
/** A simulator may run for days: only so many requests are remembered. */
const MAX_REMEMBERED = 20_000;

/** One request that reached the monitor. */
export interface LoggedRequest {
  /** Real clock, UTC ms. */
  time: number;
  method: string;
  path: string;
  parameters: Record<string, string>;
  headers: IncomingMessage['headers'];
  secure: boolean;
  /** Status code of the answer; 0 while there is none. */
  code: number;
}

/** The HTTP monitor (pmtahttp): plain HTTP and HTTPS on one port. */
export class Monitor {
  requests: LoggedRequest[] = [];
  private readonly source: Source;
  private readonly variantOf: () => Variant;
  private readonly ready: Promise<void>;
  private readonly plain: HttpServer;
  private readonly secure: ReturnType<typeof createHttpsServer>;
  private listener: Server | null = null;
  private readonly sockets = new Set<Socket>();
  private host = '';
  private port = 0;

  /**
   * @param variant asked anew for each request
   * @param ready requests wait for it
   */
  constructor(source: Source, variant: () => Variant, ready: Promise<void>) {
    this.source = source;
    this.variantOf = variant;
    this.ready = ready;
    const listener = (request: IncomingMessage, response: ServerResponse): void => {
      this.handle(request, response).catch(() => response.destroy());
    };
    this.plain = createHttpServer(listener);
    this.secure = createHttpsServer({ cert: CERTIFICATE, key: KEY }, listener);
  }

  get url(): string {
    return `http://${this.authority()}`;
  }

  get httpsUrl(): string {
    return `https://${this.authority()}`;
  }

  /** Listens. @param port 0 for any free one; the same is used again after a `close`  @throws Error of the listener */
  async open(host: string, port: number): Promise<void> {
    const listener = createNetServer((socket) => this.connected(socket));
    await new Promise<void>((resolve, reject) => {
      listener.once('error', reject);
      listener.listen(port, host, resolve);
    });
    this.listener = listener;
    this.host = host;
    this.port = (listener.address() as AddressInfo).port;
  }

  /** Listens again where it listened before. */
  async reopen(): Promise<void> {
    await this.open(this.host, this.port);
  }

  /** Refuses connections from now on, and breaks those that are open. */
  async close(): Promise<void> {
    const { listener } = this;
    this.listener = null;
    if (listener !== null) {
      const closed = new Promise((resolve) => listener.close(resolve));
      this.sockets.forEach((socket) => socket.destroy());
      await closed;
    }
  }

  /** PMTA tells plain from TLS by the first byte that a client sends. */
  private connected(socket: Socket): void {
    this.sockets.add(socket);
    socket.on('close', () => this.sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    socket.once('data', (first) => {
      socket.pause();
      socket.unshift(first);
      (first[0] === TLS_HANDSHAKE ? this.secure : this.plain).emit('connection', socket);
      process.nextTick(() => socket.resume());
    });
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    await this.ready;
    const variant = this.variantOf();
    const url = new URL(request.url ?? '/', 'http://monitor');
    const parameters = url.searchParams;
    if (request.method === 'POST') {
      new URLSearchParams(await bodyOf(request)).forEach((value, name) => parameters.set(name, value));
    }
    const secure = (request.socket as TLSSocket).encrypted === true;
    const entry: LoggedRequest = {
      time: Date.now(),
      method: request.method ?? '',
      path: url.pathname,
      parameters: Object.fromEntries(parameters),
      headers: request.headers,
      secure,
      code: 0,
    };
    this.remember(entry);
    if (variant.delayMs > 0) {
      await new Promise((resolve) => setTimeout(resolve, variant.delayMs));
    }
    const fault = variant.faultPaths.length === 0 || variant.faultPaths.includes(url.pathname) ? variant.fault : 'none';
    if (fault === 'hang') {
      return;
    }
    const early = this.access(entry, url, variant) ?? this.faulty(fault, entry, url, variant);
    if (early === null && url.pathname === '/getFile') {
      entry.code = this.getFile(request, response, parameters, variant);
      return;
    }
    const ready = early ?? answer(url.pathname, parameters, this.source, variant);
    entry.code = ready.code;
    send(response, ready, fault);
  }

  /** The refusal of a request that has no access, else null. */
  private access({ headers, path, secure }: LoggedRequest, url: URL, variant: Variant): Answer | null {
    if (variant.redirectToHttps && !secure) {
      return redirect(`${this.httpsUrl}${url.pathname}${url.search}`);
    }
    const locked = variant.apiKey !== '' && headers['x-api-key'] !== variant.apiKey;
    return locked || (variant.denyLogs && (path === '/logs' || path === '/getFile')) ? forbidden() : null;
  }

  /** The answer of a fault that needs no data, else null. */
  private faulty(fault: Fault, { path, parameters, secure }: LoggedRequest, url: URL, variant: Variant): Answer | null {
    switch (fault) {
      case 'html':
        return htmlPage(path);
      case 'forbidden':
        return forbidden();
      case 'redirect-https':
        return secure ? null : redirect(`${this.httpsUrl}${url.pathname}${url.search}`);
      case 'redirect-ui':
        return path.startsWith('/ui') ? null : redirect(`/ui${path}`);
      case 'redirect-host':
        return redirect(`http://monitor.example.com${url.pathname}${url.search}`);
      case 'fail':
        return failure(parameters.format ?? null, 'internal error: cannot contact pmtad', variant);
      case 'server-error':
        return { code: 500, type: 'text/plain', body: 'Internal Server Error' };
      default:
        return null;
    }
  }

  private getFile(
    request: IncomingMessage,
    response: ServerResponse,
    parameters: URLSearchParams,
    variant: Variant
  ): number {
    const name = parameters.get('file');
    if (name === null || name === '') {
      response.writeHead(400, { 'content-type': 'text/plain' }).end('missing parameter: file');
      return 400;
    }
    return sendFile(this.source.directory, name, variant, request, response);
  }

  private remember(entry: LoggedRequest): void {
    if (this.requests.length >= MAX_REMEMBERED) {
      this.requests.splice(0, MAX_REMEMBERED / 2);
    }
    this.requests.push(entry);
  }

  private authority(): string {
    const host = this.host === '0.0.0.0' || this.host === '::' ? 'localhost' : this.host;
    return `${host.includes(':') ? `[${host}]` : host}:${this.port}`;
  }
}

function send(response: ServerResponse, { code, type, body, location }: Answer, fault: Fault): void {
  const text = fault === 'huge' ? padded(type, body) : fault === 'cut' ? body.slice(0, body.length / 2) : body;
  const bytes = Buffer.from(text);
  response.writeHead(code, {
    'content-type': `${type}; charset=utf-8`,
    'content-length': bytes.length,
    ...(location === undefined ? {} : { location }),
  });
  if (fault === 'truncated') {
    response.write(bytes.subarray(0, bytes.length / 2), () => response.destroy());
  } else {
    response.end(bytes);
  }
}

/** White space is allowed after a JSON text and after an XML document: the body stays well-formed. */
function padded(type: Answer['type'], body: string): string {
  const padding = ' '.repeat(HUGE_BYTES - body.length);
  return type === 'application/json' ? `${body.slice(0, -1)}${padding}}` : body + padding;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) {
    text += String(chunk);
    if (text.length > MAX_BODY_BYTES) {
      throw new Error('request body too large');
    }
  }
  return text;
}
