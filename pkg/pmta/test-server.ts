import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';
import { defaultNode, type NodeSettings } from '../settings/model.ts';

/** A server for unit tests on a free port of this machine; it ends with the test. */
export interface TestServer {
  url: string;
  /** Path and parameters of each request so far. */
  requests: string[];
  /** The requests themselves, for their headers. */
  messages: IncomingMessage[];
}

/** Starts a server that answers with this listener. */
export async function startServer(t: TestContext, listener: RequestListener): Promise<TestServer> {
  const requests: string[] = [];
  const messages: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    requests.push(request.url ?? '');
    messages.push(request);
    listener(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests, messages };
}

/** Settings of a node named mta1. */
export function nodeAt(url: string, settings: Partial<NodeSettings> = {}): NodeSettings {
  return { ...defaultNode, name: 'mta1', url, ...settings };
}

/** Answers with this value as JSON. */
export function sendJson(response: ServerResponse, value: unknown): void {
  response.setHeader('Content-Type', 'application/json');
  response.end(JSON.stringify(value));
}

/** Content of `status` with the least that PMTA says, started at 08:00 of a day on which it is now `time`. */
export function statusContent(time = '12:00:00', totals = 1000): Record<string, unknown> {
  const count = { rcp: totals, msg: totals, kb: totals };
  return {
    timeNow: `2026-02-07 ${time}`,
    startupTime: '2026-02-07 08:00:00',
    traffic: { total: { in: count, out: count } },
    conn: { smtpIn: { cur: 1, max: 10, top: 2 }, smtpOut: { cur: 3, max: 100, top: 40 } },
    status: 'running',
  };
}

/** An answer to `/status`. */
export function statusAnswer(status: Record<string, unknown> = statusContent()): Record<string, unknown> {
  return {
    data: { mta: { product: { name: 'PowerMTA', version: '5.0r5' }, fullHostName: 'mta1.example.com' }, status },
    status: 'success',
    message: '',
  };
}
